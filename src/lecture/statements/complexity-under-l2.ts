import {
  add,
  div,
  foldIn,
  grad,
  item,
  jit,
  matmul,
  max,
  mul,
  normal,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Key,
  type Tensor,
} from 'puregrad'
import type { Noisy300 } from 'puregrad/data'
import { evalMode, l2, penaltyValue } from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { rateBound } from 'puregrad/study'
import { noisyBatch, noisyNetwork, noisyStep } from './noisy-digits.ts'
import { trainEpochs, type Place } from './train-epochs.ts'

const net = noisyNetwork()
const classes = 10

type Params = ReturnType<typeof net.init>['params']
type State = ReturnType<typeof net.init>['state']

/** How large and how bent a network is after some epochs. */
export interface Complexity {
  readonly epoch: number
  /** Σw² */
  readonly omega: number
  /** The root of the mean of ‖∇f‖² over rows and outputs f: no more than the bound. */
  readonly jacobian: number
  /** ∏‖W‖₂, above which no ‖f(x) − f(x′)‖/‖x − x′‖ is, since ReLU has slopes of 0 and 1. */
  readonly bound: number
}

/** The largest factor by which a matrix makes a vector longer. */
const spectralNorm = (weight: Tensor, key: Key): number => {
  const halfSquare = (v: Tensor): Tensor => mul(sum(square(matmul(v, weight))), 0.5)
  const start = normal(foldIn(key, 'start'), [1, weight.shape[0]!])
  return Math.sqrt(rateBound(halfSquare, start, { key, tolerance: 1e-6 }).curvature)
}

const measures = (x: Tensor, state: State, key: Key) => {
  const rows = x.shape[0]!
  const squares = jit((params: Params): Tensor =>
    Array.from({ length: classes }, (_, label) =>
      sum(
        square(
          grad((at: Tensor) =>
            sum(slice(net.apply(evalMode, params, state, at)[0], [0, label], [rows, label + 1])),
          )(x),
        ),
      ),
    ).reduce<Tensor>((total, part) => add(total, part), sum(mul(x, 0))),
  )
  return (epoch: number, params: Params): Complexity => ({
    epoch,
    omega: item(penaltyValue(l2<Params>(1), params)),
    jacobian: Math.sqrt(item(squares(params)) / (rows * classes)),
    bound: [params.hidden1, params.hidden2, params.output].reduce(
      (product, { weight }, i) => product * spectralNorm(weight, foldIn(key, i)),
      1,
    ),
  })
}

/** The largest ‖f(x) − f(x′)‖/‖x − x′‖ over neighbouring rows. */
const steepest = (params: Params, state: State, x: Tensor): number => {
  const n = x.shape[0]! - 1
  const apart = (of: Tensor): Tensor => {
    const width = of.shape[1]!
    return sqrt(
      sum(square(sub(slice(of, [1, 0], [n + 1, width]), slice(of, [0, 0], [n, width]))), { axis: 1 }),
    )
  }
  return item(max(div(apart(net.apply(evalMode, params, state, x)[0]), apart(x))))
}

/** A training under one λ. */
export interface PricedTraining {
  readonly lambda: number
  /** The start and the places looked at, the end last. */
  readonly seen: readonly Complexity[]
  readonly params: Params
  /** The largest ‖f(x) − f(x′)‖/‖x − x′‖ found at the end. */
  readonly steepest: number
}

/** A training under λΣw², with the complexity of the network on the way. */
export const complexityUnderL2 = (
  key: Key,
  data: Noisy300,
  { lambda, epochs, rows }: { readonly lambda: number; readonly epochs: number; readonly rows: number },
): PricedTraining => {
  const x = slice(data.test.x, [0, 0], [rows, 256])
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const measured = measures(x, state, foldIn(key, 'spectral'))
  const step = noisyStep(net, l2(lambda))
  const stops = [...new Set([0.05, 0.1, 0.2, 0.4, 0.7, 1].map((part) => Math.ceil(part * epochs)))]
  const optimizer = adam<Params>({ learningRate: 1e-3 }).init(params)
  const { place, seen } = stops.reduce<{
    readonly place: Place<Params, State, readonly unknown[]>
    readonly seen: readonly Complexity[]
  }>(
    ({ place: from, seen: sofar }, stop) => {
      const rules = {
        batch: noisyBatch,
        done: sofar.at(-1)!.epoch,
        epochs: stop,
        key: foldIn(key, 'training'),
      }
      const to = trainEpochs(step, data.train, rules, from)
      return { place: to, seen: [...sofar, measured(stop, to.params)] }
    },
    { place: { params, layers: state, optimizer }, seen: [measured(0, params)] },
  )
  return { lambda, seen, params: place.params, steepest: steepest(place.params, state, x) }
}
