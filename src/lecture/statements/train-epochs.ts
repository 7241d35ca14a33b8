import { foldIn, type Key } from 'puregrad'
import { minibatches, type Dataset } from 'puregrad/data'
import type { Batch, StepOutput, TrainingStep } from 'puregrad/training'

/** Where training starts, or has come to. */
export type Place<P, S, O> = Pick<StepOutput<P, S, O>, 'params' | 'layers' | 'optimizer'>

/** What an update draws its randomness from, that of its dropout masks. */
export const keyOfUpdate = (training: Key, epoch: number, update: number): Key =>
  foldIn(foldIn(training, epoch), update)

/** Epochs of mini-batches, `epochs` in all of which `done` lie before the start, with nothing measured on the way. */
export const trainEpochs = <P, S, O>(
  step: TrainingStep<P, S, O, Batch>,
  train: Dataset<'train'>,
  {
    batch,
    epochs,
    done = 0,
    key,
  }: { readonly batch: number; readonly epochs: number; readonly done?: number; readonly key: Key },
  start: Place<P, S, O>,
): Place<P, S, O> =>
  Array.from({ length: epochs - done }, (_, i) => done + i).reduce((place, epoch) => {
    const batches = minibatches(train, batch, foldIn(foldIn(key, epoch), 'order'))
    return batches.reduce<Place<P, S, O>>(
      (current, rows, i) =>
        step({ ...current, step: epoch * batches.length + i }, rows, keyOfUpdate(key, epoch, i)),
      place,
    )
  }, start)
