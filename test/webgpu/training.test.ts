import { afterAll, describe, expect, test } from 'vitest'
import {
  item,
  jit,
  jitAsync,
  key,
  leavesOf,
  normal,
  permutation,
  sin,
  toTypedArray,
  valueAndGrad,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, meanSquaredError, network } from '../../src/nn/index.ts'
import { adam, applyStep, clipByGlobalNorm, scaleLoss, sgd, type Optimizer } from '../../src/optim/index.ts'
import {
  closeDevice,
  deviceWork,
  fromDevice,
  isOnDevice,
  toDevice,
  type WebGpu,
} from '../../src/webgpu/index.ts'
import { softwareDevice } from './software-device.ts'

const found = await softwareDevice()
afterAll(() => {
  if (found !== undefined) closeDevice(found)
})

const net = network(3, dense('hidden', 16), activation('tanh'), dense('out', 3))
const { params: start, state: layers } = net.init(key(0))
type Params = typeof start

/** A state that a loop keeps, in the way of a user. */
interface State<O> {
  readonly params: Params
  readonly optimizer: O
}

const stepOf =
  <O>(optimizer: Optimizer<Params, O>) =>
  (state: State<O>, k: Key, step: number): readonly [State<O>, Tensor] => {
    const x = normal(k, [16, 3])
    const [value, gradient] = valueAndGrad((p: Params): Tensor =>
      meanSquaredError(net.apply(evalMode, p, layers, x)[0], sin(x)),
    )(state.params)
    const at = { params: state.params, step, value }
    const [move, next] = optimizer.update(gradient, state.optimizer, at)
    return [{ params: applyStep(state.params, move), optimizer: next }, value]
  }

const losses = async <O>(
  run: (state: State<O>, k: Key, step: number) => Promise<readonly [State<O>, Tensor]>,
  optimizer: Optimizer<Params, O>,
): Promise<readonly number[]> => {
  let state: State<O> = { params: start, optimizer: optimizer.init(start) }
  const kept: Tensor[] = []
  for (let i = 0; i < 15; i++) {
    const [next, loss] = await run(state, key(i), i)
    state = next
    kept.push(loss)
  }
  return (await fromDevice(kept)).map((loss) => item(loss))
}

const optimizers = {
  sgd: sgd<Params>({ learningRate: 0.3 }) as unknown as Optimizer<Params>,
  adam: adam<Params>({ learningRate: 0.01 }) as unknown as Optimizer<Params>,
}

describe.skipIf(found === undefined)('what counts on float64 stays on a device', { timeout: 60_000 }, () => {
  const params = { w: normal(key(1), [5, 3]) }
  const gradient = { w: normal(key(2), [5, 3]) }
  type Weights = typeof params

  test('clipping, a permutation and the scale of a loss give what they give here', async () => {
    const clip = clipByGlobalNorm<Weights>(0.7)
    const scaled = scaleLoss(sgd<Weights>({ learningRate: 0.5 }), { every: 2 })
    const at = { params, step: 0, value: 0 }
    const f = (g: Weights, k: Key, state: ReturnType<typeof scaled.init>) =>
      [clip.update(g, {}, at)[0], permutation(k, 37), scaled.update(g, state, at)] as const
    const there = jit(f, { backend: found as WebGpu })
    const first = f(gradient, key(3), scaled.init(params))
    const [clipped, order, [move, state]] = await there(gradient, key(3), scaled.init(params))
    expect((await deviceWork(there)(gradient, key(3), scaled.init(params))).onProcessor).toEqual([])
    const read = await fromDevice([clipped, order, [move, state]])
    leavesOf(read).forEach((leaf, i) => {
      const expected = [...toTypedArray(leavesOf(first)[i]!)]
      ;[...toTypedArray(leaf)].forEach((x, j) => expect(x).toBeCloseTo(expected[j]!, 6))
    })
    expect(isOnDevice(state.lossScale)).toBe(true)
    // The state that lies there goes on there: the second finite gradient in a row doubles the scale.
    const [, , [, next]] = await there(gradient, key(3), state)
    expect(item(await fromDevice(next.lossScale))).toBe(2 ** 16)
  })
})

describe.skipIf(found === undefined)('a network trains on a device', { timeout: 60_000 }, () => {
  test.each(Object.keys(optimizers))('by %s to the losses of every other backend', async (name) => {
    const optimizer = optimizers[name as keyof typeof optimizers]
    const here = await losses(jitAsync(stepOf(optimizer)), optimizer)
    const step = jit(stepOf(optimizer), { backend: found as WebGpu, donate: [0] })
    const there = await losses(step, optimizer)
    there.forEach((loss, i) => expect(Math.abs(loss - here[i]!)).toBeLessThan(1e-4 * (1 + here[i]!)))
    expect(there[14]! / there[0]!).toBeLessThan(0.9)
    expect(await losses(step, optimizer)).toEqual(there)
    const [state] = await step(
      { params: await toDevice(found as WebGpu, start), optimizer: optimizer.init(start) },
      key(0),
      0,
    )
    expect(isOnDevice(state.params.hidden.weight)).toBe(true)
  })
})
