import { foldIn, type Key } from 'puregrad'
import { minibatches, type Noisy300 } from 'puregrad/data'
import type { Network } from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { evaluate, fit, outcomeOf, startTraining, type Evaluation, type Outcome } from 'puregrad/training'
import type { Progress } from '../claim.ts'
import { noisyBatch, noisyStep } from './noisy-digits.ts'

/** What an epoch of {@link watchedTraining} measured. */
export interface Watched {
  readonly train: Evaluation
  readonly dev: Evaluation
}

/**
 * A training on the noisy digits with the best parameters by dev loss, the last ones, and what was measured after each
 * epoch. It ends early where the dev loss has not fallen for `patience` epochs.
 */
export const watchedTraining = <P, S>(
  key: Key,
  net: Network<P, S>,
  data: Noisy300,
  {
    epochs,
    patience = Infinity,
    progress = () => undefined,
  }: { readonly epochs: number; readonly patience?: number; readonly progress?: Progress },
): {
  readonly outcome: Outcome<P, S, readonly unknown[], Watched>
  readonly seen: readonly Watched[]
} => {
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const seen: Watched[] = []
  const outcome = outcomeOf(
    fit({
      step: noisyStep(net),
      batches: (order) => minibatches(data.train, noisyBatch, order),
      batchesPerEpoch: Math.ceil(data.train.n / noisyBatch),
      score: (at: P, layers: S): Watched => ({
        train: evaluate(net, at, layers, data.train),
        dev: evaluate(net, at, layers, data.dev),
      }),
      monitor: ({ dev }) => dev.loss,
      stopping: { mode: 'min', patience, minDelta: 0 },
      epochs,
    })(
      startTraining({
        params,
        layers: state,
        optimizer: adam<P>({ learningRate: 1e-3 }).init(params),
        key: foldIn(key, 'training'),
      }),
    ),
    (event) => {
      if (event.kind !== 'epoch') return
      // eslint-disable-next-line functional/immutable-data -- the epochs as they come; nobody else sees the list
      seen.push(event.metrics)
      progress(event.done, event.of)
    },
  )
  return { outcome, seen }
}
