import { foldIn, item, type Key } from 'puregrad'
import { minibatches, type Dataset } from 'puregrad/data'
import { softmaxCrossEntropy, type Network } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { countEvaluations, evaluate, supervisedStep } from 'puregrad/training'

/** What it took to bring the loss on some rows down to a target; infinite where it was not reached. */
export interface Effort {
  readonly updates: number
  /** Of single examples, counted by the model. */
  readonly evaluations: number
}

/** Plain descent in mini-batches, its loss looked at every few updates until it is low enough or the budget is spent. */
export interface DescentPlan {
  readonly batch: number
  readonly target: number
  /** After how many updates the loss is looked at. */
  readonly look: number
  /** Evaluations of single examples, at most. */
  readonly budget: number
}

const never: Effort = { updates: Infinity, evaluations: Infinity }

/** The effort of descent with a rate, compiled once for the network and the rows. */
export const effortOf = <P, S>(
  net: Network<P, S>,
  { train, watched }: { readonly train: Dataset<'train'>; readonly watched: Dataset },
  key: Key,
): ((plan: DescentPlan, learningRate: number) => Effort) => {
  const model = countEvaluations(net)
  const { params, state } = net.init(foldIn(key, 'parameters'))
  return ({ batch: size, target, look, budget }, learningRate) => {
    const optimizer = sgd<P>({ learningRate })
    const loss = softmaxCrossEntropy
    const step = supervisedStep({ model, loss: (logits, labels) => loss(logits, labels), optimizer })
    const most = Math.ceil(budget / Math.min(size, train.n))
    /* eslint-disable functional/no-let, functional/no-loop-statements -- thousands of updates, until one is good enough */
    let place = { params, layers: model.start(state), optimizer: optimizer.init(params) }
    let done = 0
    for (let epoch = 0; done < most; epoch++)
      for (const rows of minibatches(train, size, foldIn(foldIn(key, 'order'), epoch))) {
        const { loss: now, ...next } = step({ ...place, step: done }, rows, key)
        if (!Number.isFinite(now)) return never
        place = next
        done += 1
        if (done % look === 0 && evaluate(net, place.params, place.layers.layers, watched).loss <= target)
          return { updates: done, evaluations: item(place.layers.evaluations) }
        if (done >= most) return never
      }
    /* eslint-enable functional/no-let, functional/no-loop-statements */
    return never
  }
}

/** The cheapest of the rates tried. */
export interface Searched<A> {
  readonly rate: number
  readonly best: A
  /** Neither the least nor the largest that was tried. */
  readonly inside: boolean
}

const factor = 2

/**
 * Tries a rate with its neighbours, half of it and twice it, and goes on to the side of the cheapest until that is inside
 * of what was tried, at most so many rates in all.
 */
export const searchRate = <A>(
  first: number,
  attempt: (rate: number) => A,
  cost: (result: A) => number,
  most = 8,
): Searched<A> => {
  const tried = (rate: number) => ({ rate, result: attempt(rate) })
  const widened = (all: readonly ReturnType<typeof tried>[]): Searched<A> => {
    const costs = all.map(({ result }) => cost(result))
    const at = costs.indexOf(Math.min(...costs))
    const inside = at > 0 && at < all.length - 1
    const { rate, result } = all[at]!
    if (inside || all.length >= most) return { rate, best: result, inside }
    return widened(at === 0 ? [tried(rate / factor), ...all] : [...all, tried(rate * factor)])
  }
  return widened([first / factor, first, first * factor].map(tried))
}
