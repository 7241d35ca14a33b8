import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, test } from 'vitest'
import { leavesOf, leavesWithPaths, mul, toTypedArray, type Tensor } from '../../src/index.ts'
import { minibatches } from '../../src/data/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { adam, averageParameters, chain } from '../../src/optim/index.ts'
import {
  deviceBatches,
  deviceStep,
  encodeCheckpoint,
  fit,
  fitOnDevice,
  outcomeOf,
  startTraining,
  supervisedStep,
  type Batch,
  type DevicePlan,
  type FitOptions,
  type Plan,
  type TrainingState,
} from '../../src/training/index.ts'
import { closeDevice, fromDevice, isOnDevice } from '../../src/webgpu/index.ts'
import * as small from '../training/small-run.ts'
import { softwareDevice } from './software-device.ts'

const found = await softwareDevice()
const gpu = found!
afterAll(() => {
  if (found !== undefined) closeDevice(found)
})

type Params = small.Params
interface Metrics {
  readonly loss: number
  readonly accuracy: number
}
type State = TrainingState<Params, small.Layers, readonly unknown[], Metrics>
type There = DevicePlan<Params, small.Layers, readonly unknown[], Batch, Metrics>
type Here = Plan<Params, small.Layers, readonly unknown[], Batch, Metrics>

const optimizer = chain(adam<Params>({ learningRate: 0.02 }), averageParameters<Params>(0.9))
const settings = {
  model: small.model,
  loss: (logits: Tensor, labels: Tensor) => softmaxCrossEntropy(logits, labels),
  optimizer,
}
const here: Here = {
  ...small.plan,
  step: supervisedStep(settings),
  batches: (order) => minibatches(small.data, 5, order),
  epochs: 2,
}
const start: State = startTraining({
  params: small.start.params,
  layers: small.start.layers,
  optimizer: optimizer.init(small.start.params),
  key: small.start.key,
})

const eventsOf = async (plan: There, options: FitOptions = {}, from: State = start) => {
  const events = []
  for await (const event of fitOnDevice(plan, options)(from)) events.push(event)
  return fromDevice(events)
}

const numbersIn = (tree: object): readonly number[] =>
  leavesOf(tree as never).flatMap((leaf) => [...toTypedArray(leaf)])

// The bias in front of the normalization has no gradient but what rounding leaves, which Adam makes steps of; means of the
// normalization follow it.
const compared = (tree: object): readonly number[] =>
  leavesWithPaths(tree as never).flatMap(({ path, leaf }) =>
    /hidden\.bias|optimizer|layers/.test(path) ? [] : [...toTypedArray(leaf)],
  )

const expectClose = (actual: object, expected: object): void => {
  const [some, others] = [compared(actual), compared(expected)]
  expect(some.length).toBe(others.length)
  const worst = some.reduce((most, x, i) => Math.max(most, Math.abs(x - others[i]!) / (1 + Math.abs(x))), 0)
  expect(worst).toBeLessThan(2e-3)
}

describe.skipIf(found === undefined)('a training whose state stays on a device', { timeout: 120_000 }, () => {
  const step = found === undefined ? undefined! : deviceStep(gpu, settings)
  const planned = async (): Promise<There> => ({
    ...here,
    step,
    batches: await deviceBatches(gpu, small.data, 5),
  })

  test('tells the events of fit, on the same batches', async () => {
    const plan = await planned()
    const expected = [...fit(here)(start)]
    const actual = await eventsOf(plan)
    expect(actual.map(({ kind }) => kind)).toEqual(expected.map(({ kind }) => kind))
    expectClose(actual, expected)
    actual.forEach((event, i) => {
      const other = expected[i]!
      if (event.kind === 'epoch' && other.kind === 'epoch')
        expect(event.metrics.loss).toBeCloseTo(other.metrics.loss, 2)
    })
    const kept = []
    for await (const event of fitOnDevice(plan)(start)) if (event.kind === 'done') kept.push(event)
    const [outcome] = kept
    expect(isOnDevice(outcome!.last.params.hidden.weight)).toBe(true)
    expect(isOnDevice(outcome!.best.params.hidden.weight)).toBe(false)
    expect(E.isRight(encodeCheckpoint(await fromDevice(outcome!.last)))).toBe(true)
  })

  test('goes on from any event as if nothing had been, bit for bit; batches from here do as well', async () => {
    const plan = await planned()
    const events = await eventsOf(plan, { batches: true })
    const last = events.at(-1)!
    const middle = events.find((event) => event.kind === 'batch' && event.state.step === 3)
    if (middle?.kind !== 'batch') throw new Error('there is a third step')
    expect(events.filter(({ kind }) => kind === 'batch')).toHaveLength(8)
    const resumed = await eventsOf(
      { ...plan, batches: (order) => minibatches(small.data, 5, order) },
      {},
      middle.state,
    )
    expect(resumed.at(-1)!.kind).toBe('done')
    expect(small.fingerprint(resumed.at(-1)!)).toEqual(small.fingerprint(last))
  })

  test('a number that is not finite ends it as it ends fit, at the step where it arose', async () => {
    // The fifth batch has an infinite row: it is the first of the second epoch.
    const spoilt = (batches: readonly Batch[], isFirst: boolean): readonly Batch[] =>
      batches.map(({ x, y }, i) => ({ x: isFirst && i === 0 ? mul(x, Infinity) : x, y }))
    const planOf = <P extends object>(plan: P) => {
      const met: string[] = []
      return {
        ...plan,
        batches: (order: Parameters<Here['batches']>[0]) => {
          const name = numbersIn([order]).join()
          if (!met.includes(name)) met.push(name)
          return spoilt(minibatches(small.data, 5, order), met.indexOf(name) === 1)
        },
      }
    }
    const expected = outcomeOf(fit(planOf(here))(start))
    const events = await eventsOf(planOf(await planned()))
    const outcome = events.at(-1)!
    if (outcome.kind !== 'done' || outcome.why !== 'non-finite' || expected.why !== 'non-finite')
      throw new Error('both end with a number that is not finite')
    expect(events.map(({ kind }) => kind)).toEqual(['epoch', 'done'])
    const { step: at, kind, path, batch, epoch } = outcome.problem
    expect([at, kind, path, batch, epoch]).toEqual([4, 'input', '', 0, 1])
    expect([expected.problem.step, expected.problem.kind]).toEqual([4, 'input'])
    expectClose(outcome.last.params, expected.last.params)
  })

  test('is called off', async () => {
    const plan = await planned()
    const controller = new AbortController()
    const events = []
    for await (const event of fitOnDevice(plan, { signal: controller.signal, batches: true })(start)) {
      events.push(event)
      if (event.kind === 'batch' && event.state.step === 2) controller.abort()
    }
    const last = events.at(-1)!
    expect(last.kind === 'done' ? [last.why, last.last.step] : []).toEqual(['aborted', 2])
  })
})

test('a plan and settings with other names', () => {
  expect(() => fitOnDevice({ ...here, step: undefined!, stepp: 1 } as never)).toThrow(
    /"stepp" is not an option/,
  )
  expect(() => deviceStep(undefined!, { ...settings, compile: {} } as never)).toThrow(
    /"compile" is not an option/,
  )
})
