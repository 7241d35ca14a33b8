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

/** Plain descent in mini-batches until the budget is spent. */
export interface Descent {
  readonly batch: number
  /** Evaluations of single examples, at most. */
  readonly budget: number
}

/** Descent whose loss is looked at every few updates, until it is low enough. */
export interface DescentTo extends Descent {
  readonly target: number
  /** After how many updates the loss is looked at. */
  readonly look: number
}

/** Descent from one start, with a count of evaluations and the loss watched on some rows. */
export interface CountedDescent {
  readonly effort: (plan: DescentTo, learningRate: number) => Effort
  /** The loss when the budget is spent; NaN where a loss on the way was not finite. */
  readonly lossAfter: (plan: Descent, learningRate: number) => number
}

export const descentOf = <P, S>(
  net: Network<P, S>,
  { train, watched }: { readonly train: Dataset<'train'>; readonly watched: Dataset },
  key: Key,
): CountedDescent => {
  const model = countEvaluations(net)
  const { params, state } = net.init(foldIn(key, 'parameters'))
  /** Where descent is after the updates that the budget allows, or when it may stop; undefined where it diverged. */
  const descended = (
    { batch, budget }: Descent,
    learningRate: number,
    mayStop: (done: number, params: P, layers: S) => boolean,
  ) => {
    const optimizer = sgd<P>({ learningRate })
    const step = supervisedStep({ model, loss: (logits, y) => softmaxCrossEntropy(logits, y), optimizer })
    const most = Math.floor(budget / Math.min(batch, train.n))
    /* eslint-disable functional/no-let, functional/no-loop-statements -- thousands of updates, each from the last */
    let place = { params, layers: model.start(state), optimizer: optimizer.init(params) }
    let done = 0
    for (let epoch = 0; done < most; epoch++)
      for (const rows of minibatches(train, batch, foldIn(foldIn(key, 'order'), epoch))) {
        if (done === most) break
        const { loss, ...next } = step({ ...place, step: done }, rows, key)
        if (!Number.isFinite(loss)) return undefined
        place = next
        done += 1
        if (mayStop(done, place.params, place.layers.layers)) return { ...place, done, stopped: true }
      }
    /* eslint-enable functional/no-let, functional/no-loop-statements */
    return { ...place, done, stopped: false }
  }
  const lossAt = (at: P, layers: S): number => evaluate(net, at, layers, watched).loss
  return {
    effort: ({ target, look, ...plan }, learningRate) => {
      const end = descended(
        plan,
        learningRate,
        (done, at, layers) => done % look === 0 && lossAt(at, layers) <= target,
      )
      return end?.stopped === true
        ? { updates: end.done, evaluations: item(end.layers.evaluations) }
        : { updates: Infinity, evaluations: Infinity }
    },
    lossAfter: (plan, learningRate) => {
      const end = descended(plan, learningRate, () => false)
      return end === undefined ? NaN : lossAt(end.params, end.layers.layers)
    },
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
    const costs = all
      .map(({ result }) => cost(result))
      .map((value) => (Number.isNaN(value) ? Infinity : value))
    const at = costs.indexOf(Math.min(...costs))
    const inside = at > 0 && at < all.length - 1
    const { rate, result } = all[at]!
    if (inside || all.length >= most) return { rate, best: result, inside }
    return widened(at === 0 ? [tried(rate / factor), ...all] : [...all, tried(rate * factor)])
  }
  return widened([first / factor, first, first * factor].map(tried))
}
