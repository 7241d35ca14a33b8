import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, div, exp, key, log, mul, ones, sqrt, sum, tensor, zeros, type Tensor } from '../../src/index.ts'
import {
  activation,
  dense,
  network,
  penaltyMonoid,
  softmaxCrossEntropy,
  type Network,
  type Penalty,
} from '../../src/nn/index.ts'
import type { AnyLayer } from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { fit, outcomeOf } from '../../src/training/fit.ts'
import type { NonFiniteLoss } from '../../src/training/non-finite.ts'
import type { Batch } from '../../src/training/objective.ts'
import { supervisedStep } from '../../src/training/step.ts'
import { startTraining } from '../../src/training/training-state.ts'

type Weights = Readonly<Record<string, { readonly weight: Tensor; readonly bias: Tensor }>>
type Net = Network<Weights, Readonly<Record<string, unknown>>>

/** A chain of dense layers `d0`, `d1` … with the given function applied after them. */
const chainOf = (functions: readonly ((x: Tensor) => Tensor)[]): Net =>
  network(
    2,
    ...functions.flatMap((f, i): readonly AnyLayer[] => [
      dense(`d${i}`, 2, { weight: { kind: 'constant', value: 0.5 } }),
      { ...activation('identity'), apply: (_, __, state, x) => [f(x), state] },
    ]),
  ) as never

const crossEntropy = (logits: Tensor, labels: Tensor): Tensor => softmaxCrossEntropy(logits, labels)
const batch: Batch = { x: ones([3, 2]), y: tensor([0, 1, 0], { dtype: 'int32' }) }

interface Setting {
  readonly model: Net
  readonly data?: readonly Batch[]
  readonly loss?: (predictions: Tensor, targets: Tensor) => Tensor
  readonly penalty?: Penalty<Weights>
  readonly learningRate?: number
  readonly change?: (params: Weights) => Weights
}

const runOf = ({
  model,
  data = [batch],
  loss = crossEntropy,
  penalty = penaltyMonoid<Weights>().empty,
  learningRate = 0.1,
  change = (params) => params,
}: Setting) => {
  const begin = model.init(key(0))
  const params = change(begin.params)
  const optimizer = sgd<Weights>({ learningRate })
  return outcomeOf(
    fit({
      step: supervisedStep({ model, loss, penalty, optimizer }),
      batches: () => data,
      batchesPerEpoch: data.length,
      score: () => 0,
      monitor: (value) => value,
      stopping: { mode: 'min', patience: 5, minDelta: 0 },
      epochs: 3,
    })(startTraining({ params, layers: begin.state, optimizer: optimizer.init(params), key: key(1) })),
  )
}

const problemOf = (setting: Setting): NonFiniteLoss => {
  const outcome = runOf(setting)
  if (outcome.why !== 'non-finite') throw new Error(`it ended with ${outcome.why}`)
  return outcome.problem
}

const depth = 4
const same = (x: Tensor): Tensor => x
const only = (at: number, f: (x: Tensor) => Tensor): Net =>
  chainOf(Array.from({ length: depth }, (_, i) => (i === at ? f : same)))
const huge = (x: Tensor): Tensor => exp(mul(x, 1e4))
/** Every output is 1 until a function changes it; there this one is 0, with an infinite derivative. */
const root = (x: Tensor): Tensor => sqrt(add(x, -1))
const spoilt = (value: number): Batch => ({
  ...batch,
  x: tensor([
    [1, 2],
    [3, value],
    [5, 6],
  ]),
})
const bad = fc.constantFrom(NaN, Infinity, -Infinity)

describe('a number that is not finite is traced to where it arose', () => {
  test('the layer whose output overflows, whichever it is', () => {
    fc.assert(
      fc.property(fc.nat(depth - 1), (at) => {
        const problem = problemOf({ model: only(at, huge) })
        expect(problem).toMatchObject({ kind: 'layer', value: Infinity, step: 0, epoch: 0, batch: 0 })
        expect(problem.path).toBe(`identity (layer ${2 * at + 1})`)
        expect(problem.message).toContain(problem.path)
        expect(problem.advice.join()).toMatch(/learning rate.*standardize/)
      }),
      { numRuns: depth },
    )
  })

  test('the named layer whose weights are too large, whichever it is', () => {
    fc.assert(
      fc.property(fc.nat(depth - 1), (at) => {
        const change = (params: Weights): Weights => ({
          ...params,
          [`d${at}`]: { weight: mul(ones([2, 2]), 3e38), bias: zeros([2]) },
        })
        expect(problemOf({ model: only(0, same), change })).toMatchObject({ kind: 'layer', path: `d${at}` })
      }),
      { numRuns: depth },
    )
  })

  test('a layer outside its domain', () => {
    const problem = problemOf({ model: only(1, (x) => log(mul(x, -1))) })
    expect(problem).toMatchObject({ kind: 'layer', path: 'identity (layer 3)', value: NaN })
    expect(problem.advice[0]).toMatch(/domain/)
  })

  test('the way back through a layer, whichever it is, though every output is finite', () => {
    fc.assert(
      fc.property(fc.nat(depth - 1), (at) => {
        const problem = problemOf({ model: only(at, root), loss: (predictions) => sum(predictions) })
        expect(problem).toMatchObject({ kind: 'gradient', path: `identity (layer ${2 * at + 1})`, step: 0 })
        expect(Number.isFinite(problem.loss)).toBe(true)
        expect(problem.advice[0]).toMatch(/derivative/)
      }),
      { numRuns: depth },
    )
  })

  test('the data, whichever batch holds it', () => {
    fc.assert(
      fc.property(fc.nat(3), bad, (at, value) => {
        const data = [0, 1, 2, 3].map((i) => (i === at ? spoilt(value) : batch))
        expect(problemOf({ model: only(0, same), data })).toMatchObject({
          kind: 'input',
          value,
          step: at,
          batch: at,
        })
      }),
      { numRuns: 12 },
    )
  })

  test('the loss of finite predictions', () => {
    const loss = (predictions: Tensor): Tensor => sum(log(mul(predictions, 0)))
    expect(problemOf({ model: only(0, same), loss })).toMatchObject({
      kind: 'loss',
      path: 'loss',
      value: -Infinity,
    })
  })

  test('the derivative of the loss', () => {
    const loss = (predictions: Tensor): Tensor => sum(root(predictions))
    expect(problemOf({ model: only(0, same), loss })).toMatchObject({ kind: 'gradient', path: 'loss' })
  })

  test('a penalty, and the derivative of one', () => {
    const penaltyOf = (omega: (w: Tensor) => Tensor): Penalty<Weights> => ({
      terms: [{ name: 'own', lambda: 1, omega: (params) => sum(omega(params['d2']!.weight)) }],
    })
    const model = only(0, same)
    expect(problemOf({ model, penalty: penaltyOf((w) => div(1, mul(w, 0))) })).toMatchObject({
      kind: 'penalty',
      path: 'own',
    })
    expect(problemOf({ model, penalty: penaltyOf((w) => root(mul(w, 2))) })).toMatchObject({
      kind: 'gradient',
      path: 'd2.weight',
    })
  })

  test('the update of finite gradients, seen by the step after it, or at the end of the epoch', () => {
    ;[[batch], [batch, batch]].forEach((data) => {
      const outcome = runOf({ model: only(0, same), data, learningRate: 1e300 })
      expect(outcome).toMatchObject({ why: 'non-finite', problem: { kind: 'update', step: 0 } })
      expect(outcome.last.step).toBe(0)
    })
  })

  test('parameters that were not finite to begin with', () => {
    const change = ({ d1, ...params }: Weights): Weights => ({
      ...params,
      d1: { weight: d1!.weight, bias: add(d1!.bias, NaN) },
    })
    expect(problemOf({ model: only(0, same), change })).toMatchObject({ kind: 'parameter', path: 'd1.bias' })
  })

  test('the last state is the one before the step that went wrong', () => {
    const outcome = runOf({ model: only(0, same), data: [batch, batch, spoilt(NaN)] })
    expect(outcome.last).toMatchObject({ step: 2, epoch: 0, cursor: 2 })
  })
})
