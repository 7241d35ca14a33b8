import * as E from 'fp-ts/lib/Either.js'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isTensor } from '../core/tensor/tensor.ts'
import { isRecord, joinIndex, joinKey, type Path, type Tree } from '../core/tensor/tree.ts'
import type { Checkpoint, CheckpointError, TrainingSetup } from './checkpoint.ts'
import type { TrainingState } from './training-state.ts'

interface Difference {
  readonly path: Path
  readonly saved: string
  readonly expected: string
}

const described = (node: unknown): string =>
  isTensor(node)
    ? `${node.dtype} ${showShape(node.shape)}`
    : Array.isArray(node)
      ? `a list of ${node.length}`
      : isRecord(node)
        ? `a record of {${Object.keys(node).join(', ')}}`
        : node === undefined
          ? 'nothing'
          : showValue(node)

/** The first place where two trees part; leaves that are no tensors are compared by `same`. */
const difference = (
  saved: Tree,
  expected: Tree,
  same: (saved: unknown, expected: unknown) => boolean,
  path: Path,
): Difference | undefined => {
  const here = { path, saved: described(saved), expected: described(expected) }
  if (isTensor(saved) || isTensor(expected))
    return isTensor(saved) &&
      isTensor(expected) &&
      saved.dtype === expected.dtype &&
      sameShape(saved.shape, expected.shape)
      ? undefined
      : here
  if (Array.isArray(saved) || Array.isArray(expected)) {
    if (!Array.isArray(saved) || !Array.isArray(expected) || saved.length !== expected.length) return here
    return saved
      .map((item, i) => difference(item, expected[i], same, joinIndex(path, i)))
      .find((found) => found !== undefined)
  }
  if (isRecord(saved) || isRecord(expected)) {
    if (!isRecord(saved) || !isRecord(expected)) return here
    const odd = [...Object.keys(saved), ...Object.keys(expected)].find(
      (key) => !(Object.hasOwn(saved, key) && Object.hasOwn(expected, key)),
    )
    return odd !== undefined
      ? {
          path: joinKey(path, odd),
          saved: Object.hasOwn(saved, odd) ? described(saved[odd]) : 'nothing',
          expected: Object.hasOwn(expected, odd) ? described(expected[odd]) : 'nothing',
        }
      : Object.keys(saved)
          .map((key) => difference(saved[key], expected[key], same, joinKey(path, key)))
          .find((found) => found !== undefined)
  }
  return same(saved, expected) ? undefined : here
}

/**
 * The state of a checkpoint as the state of this training: `start` is where it would begin anew, and what is given of
 * the setup has to be what was saved. A `Left` names the first path where the two differ. What was measured after each
 * epoch is taken to be what this training measures.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key, tensor } from 'puregrad'
 * import { restoreTraining, startTraining } from 'puregrad/training'
 * const of = (width: number) =>
 *   startTraining({ params: { w: tensor(new Float32Array(width)) }, layers: {}, optimizer: [], key: key(0) })
 * const checkpoint = { setup: {}, backend: 'native', state: of(3) }
 * E.isRight(restoreTraining(checkpoint, of(3))) // => true
 * const other = restoreTraining(checkpoint, of(4))
 * E.isLeft(other) ? other.left.message : '' // => 'params.w: the checkpoint has float32 [3], this training float32 [4]'
 * ```
 * @category Checkpoints
 */
export const restoreTraining = <P, S, O, M>(
  { setup: saved, state }: Checkpoint,
  start: TrainingState<P, S, O, M>,
  setup: TrainingSetup = {},
): E.Either<CheckpointError, TrainingState<P, S, O, M>> => {
  const given = Object.entries(setup).filter(([, value]) => value !== undefined)
  // What JSON makes of it is what was saved.
  const plain = JSON.parse(JSON.stringify(Object.fromEntries(given))) as Tree
  const kept = Object.fromEntries(given.map(([name]) => [name, saved[name as keyof TrainingSetup]]))
  const { params, layers, optimizer } = start
  const shapes = { params, layers, optimizer, best: { params, layers } }
  const found =
    difference(kept, plain, Object.is, '') ??
    difference(
      {
        params: state.params,
        layers: state.layers,
        optimizer: state.optimizer,
        best: { params: state.best.params, layers: state.best.layers },
      },
      shapes,
      () => true,
      '',
    )
  return found === undefined
    ? E.right(state as TrainingState<P, S, O, M>)
    : E.left({
        kind: 'mismatch',
        entry: found.path,
        message: `${found.path}: the checkpoint has ${found.saved}, this training ${found.expected}`,
      })
}
