import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  grad,
  item,
  key,
  matmul,
  mean,
  mul,
  normal,
  scan,
  square,
  sub,
  sum,
  tensor,
  toArray,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { batchNorm, dense, meanSquaredError, network, trainMode } from '../../src/nn/index.ts'
import { adam, applyStep, l2Ball, momentum, sgd, softThreshold } from '../../src/optim/index.ts'
import { descendStep } from '../../src/training/index.ts'

interface Line {
  readonly w: Tensor
  readonly b: Tensor
}
const loss = ({ w, b }: Line, x: Tensor, y: Tensor) => mean(square(sub(add(matmul(x, w), b), y)))
const x = normal(key(0), [32, 3], { dtype: 'float64' })
const y = matmul(x, tensor([1, -2, 0.5], { dtype: 'float64' }))
const params: Line = { w: zeros([3], { dtype: 'float64' }), b: tensor(0, { dtype: 'float64' }) }

describe('a step of descent', () => {
  test('is value, gradient, update and sum, written by hand', () => {
    const optimizer = adam<Line>({ learningRate: 0.1 })
    const step = descendStep(optimizer)(loss)
    const [first, second] = [step(step.start(params), x, y), step(step(step.start(params), x, y), x, y)]
    const hand = [0, 1].reduce(
      (at, n) => {
        const context = { params: at.params, step: n, value: loss(at.params, x, y) }
        const [move, state] = optimizer.update(grad(loss)(at.params, x, y), at.state, context)
        return { params: applyStep(at.params, move), state, value: context.value }
      },
      { params, state: optimizer.init(params), value: tensor(0) },
    )
    expect(item(second.step)).toBe(2)
    expect(item(first.value)).toBeCloseTo(item(loss(params, x, y)), 12)
    expect(item(second.value)).toBeCloseTo(item(hand.value), 12)
    const found = toArray(second.params.w) as readonly number[]
    ;(toArray(hand.params.w) as readonly number[]).forEach((w, i) => expect(found[i]).toBeCloseTo(w, 12))
  })
  test('starts from a place that says nothing is known of the loss, and changes no place', () => {
    const step = descendStep(sgd({ learningRate: 0.1 }))(loss)
    const start = step.start(params)
    expect([item(start.step), item(start.value)]).toEqual([0, NaN])
    step(start, x, y)
    expect(toArray(start.params.w)).toEqual([0, 0, 0])
  })
  test('is a step of scan, and batches: the structure of its state stays', () => {
    const step = descendStep(momentum({ learningRate: 0.1 }))(loss)
    const [end, values] = scan(
      (at, _) => {
        const next = step(at, x, y)
        return [next, next.value] as const
      },
      step.start(params),
      zeros([60]),
    )
    const seen = toArray(values) as readonly number[]
    expect(seen[59]).toBeLessThan(1e-3 * seen[0]!)
    const loop = Array.from({ length: 60 }).reduce<typeof end>((at) => step(at, x, y), step.start(params))
    expect(item(sum(square(sub(loop.params.w, end.params.w))))).toBeLessThan(1e-24)
    const starts = tensor(
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
      { dtype: 'float64' },
    )
    const walked = vmap((w: Tensor) => step(step.start({ ...params, w }), x, y).params.w)(starts)
    expect(walked.shape).toEqual([2, 3])
  })
  test('can be differentiated: the loss after a step by the rate of what it was given', () => {
    const step = descendStep(sgd({ learningRate: 1 }))(({ w }: { readonly w: Tensor }, rate: Tensor) =>
      mul(rate, sum(square(w))),
    )
    const after = (rate: Tensor) =>
      sum(square(step(step.start({ w: tensor([1, 2], { dtype: 'float64' }) }), rate).params.w))
    // 5(1 − 2r)², so −20(1 − 2r).
    expect(item(grad(after)(tensor(0.25, { dtype: 'float64' })))).toBeCloseTo(-10, 10)
  })
  test('is followed by what keeps the parameters where they belong', () => {
    const step = descendStep(sgd({ learningRate: 0.5 }))(
      ({ weight }: { readonly weight: Tensor }, to: Tensor) => sum(square(sub(weight, to))),
      { after: [softThreshold(2), l2Ball(1)] },
    )
    // To (0, 4): the threshold takes ηλ = 1, the ball the rest.
    expect(toArray(step(step.start({ weight: zeros([2]) }), tensor([0, 4])).params.weight)).toEqual([0, 1])
  })
  test('carries the state of layers where they have one', () => {
    const net = network(2, dense('a', 4), batchNorm('norm'), dense('b', 1))
    const { params: weights, state } = net.init(key(1))
    const inputs = normal(key(2), [16, 2])
    const step = descendStep(adam({ learningRate: 0.05 })).carrying(
      (p: typeof weights, layers: typeof state, inputs: Tensor, targets: Tensor) => {
        const [out, next] = net.apply(trainMode(key(3)), p, layers, inputs)
        return [meanSquaredError(out, targets), next]
      },
    )
    const targets = mean(inputs, { axis: 1, keepDims: true })
    const end = Array.from({ length: 80 }).reduce<ReturnType<typeof step.start>>(
      (at) => step(at, inputs, targets),
      step.start(weights, state),
    )
    expect(item(end.value)).toBeLessThan(0.02)
    expect(end.carried.norm).not.toEqual(state.norm)
  })
  test('refuses what is no optimizer and no loss', () => {
    expect(() => descendStep(0.1 as never)).toThrow(ArgumentError)
    expect(() => descendStep(sgd({ learningRate: 1 }))(3 as never)).toThrow(/a loss, a function/)
    expect(() => descendStep(sgd({ learningRate: 1 })).carrying(3 as never)).toThrow(/a loss, a function/)
    const vector = descendStep(sgd({ learningRate: 1 }))((w: Tensor) => w)
    expect(() => vector(vector.start(tensor([1, 2])))).toThrow(/has to return a scalar/)
  })
})
