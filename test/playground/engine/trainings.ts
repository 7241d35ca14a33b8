import * as E from 'fp-ts/lib/Either.js'
import { leavesOf, toTypedArray } from 'puregrad'
import { futureOf, type Future } from '../../../playground/src/engine/future.ts'
import type { Fork, OwnTable, Timeline } from '../../../playground/src/engine/messages.ts'
import { rowsOf } from '../../../playground/src/engine/rows.ts'
import { defaults, type HiddenLayer, type Settings } from '../../../playground/src/engine/settings.ts'

export const layer = (units: number, changes: Partial<HiddenLayer> = {}): HiddenLayer => ({
  units,
  activation: 'tanh',
  normalization: 'none',
  dropout: 0,
  ...changes,
})

/** A training that takes milliseconds. */
export const small: Settings = { ...defaults, rows: 60, hidden: [layer(4)], batchSize: 10, epochs: 100 }

export const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

export const startOf = (
  changes: Partial<Settings>,
  forks: readonly Fork[] = [],
  table?: OwnTable,
): Future => {
  const settings = { ...small, ...changes }
  const timeline: Timeline = { settings, forks }
  return futureOf(timeline, right(rowsOf(settings, table)))
}

/** The bytes of every tensor of a tree. */
export const bytesOf = (tree: unknown): string =>
  leavesOf(tree)
    .map((leaf) => {
      const { buffer, byteOffset, byteLength } = toTypedArray(leaf)
      return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
    })
    .join(' ')

/** All of a future that another may have too. */
export const imprintOf = ({ state, history, stopped }: Future) => ({
  epoch: state.epoch,
  cursor: state.cursor,
  step: state.step,
  weights: bytesOf(state.params),
  layers: bytesOf(state.layers),
  optimizer: bytesOf(state.optimizer),
  best: [state.best.epoch, state.best.value],
  stopping: state.stopping,
  history: history.slice(0, state.epoch + 1),
  stopped,
})
