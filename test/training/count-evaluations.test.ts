import {
  add,
  grad,
  item,
  jit,
  key,
  normal,
  reshape,
  sub,
  sum,
  tensor,
  toArray,
  vmap,
  type Tensor,
} from 'puregrad'
import { activation, dense, meanSquaredError, network, trainMode } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { countEvaluations, supervisedStep, type Counted } from 'puregrad/training'
import { describe, expect, it } from 'vitest'

const net = network(3, dense('hidden', 4), activation('tanh'), dense('output', 1))
const { params, state } = net.init(key(0))
const counted = countEvaluations(net)
const batch = (rows: number) => ({ x: normal(key(1), [rows, 3]), y: normal(key(2), [rows, 1]) })
const loss = (out: Tensor, y: Tensor): Tensor => meanSquaredError(out, y)
const optimizer = sgd<typeof params>({ learningRate: 0.1 })

describe('a model that counts its evaluations', () => {
  it.each([true, false])('counts the rows of each update, compiled: %s', (compiled) => {
    const step = supervisedStep({
      model: counted,
      loss,
      optimizer,
      ...(compiled ? {} : { compile: false as const }),
    })
    const place = { params, layers: counted.start(state), optimizer: optimizer.init(params), step: 0 }
    const end = [5, 5, 2].reduce((at, rows) => ({ ...step(at, batch(rows), key(3)), step: 0 }), place)
    expect(item(end.layers.evaluations)).toBe(12)
  })

  it('trains as the model alone does, to the bit', () => {
    const start = { params, optimizer: optimizer.init(params), step: 0 }
    const alone = supervisedStep({ model: net, loss, optimizer })(
      { ...start, layers: state },
      batch(6),
      key(3),
    )
    const next = supervisedStep({ model: counted, loss, optimizer })(
      { ...start, layers: counted.start(state) },
      batch(6),
      key(3),
    )
    expect(toArray(next.params.hidden.weight)).toEqual(toArray(alone.params.hidden.weight))
    expect(next.layers.layers).toEqual(alone.layers)
  })

  it('counts two for each parameter that a numerical derivative moves', () => {
    const { x, y } = batch(7)
    const at = (bias: Tensor, from: Counted<typeof state>) => {
      const [out, after] = counted.apply(
        trainMode(key(4)),
        { ...params, output: { ...params.output, bias } },
        from,
        x,
      )
      return [loss(out, y), after] as const
    }
    const { bias } = params.output
    const [up, first] = at(add(bias, 1e-3), counted.start(state))
    const [down, second] = at(sub(bias, 1e-3), first)
    const [slope] = toArray(grad((b: Tensor) => at(b, counted.start(state))[0])(bias)) as [number]
    expect((item(up) - item(down)) / 2e-3).toBeCloseTo(slope, 2)
    expect(item(second.evaluations)).toBe(14)
  })

  it('counts each row of a batched evaluation', () => {
    const { x } = batch(7)
    const each = jit(
      vmap(
        (row: Tensor) =>
          counted.apply(trainMode(key(4)), params, counted.start(state), reshape(row, [1, 3]))[1].evaluations,
      ),
    )(x)
    expect(item(sum(each))).toBe(7)
  })

  it('names its layers as the model does, and refuses inputs without rows', () => {
    expect(counted.layers).toBe(net.layers)
    expect(() => counted.apply(trainMode(key(4)), params, counted.start(state), tensor(1))).toThrow(
      'countEvaluations: expected inputs with rows, got a scalar',
    )
  })
})
