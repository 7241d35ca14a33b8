import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { backend } from '../compile/executors/choose-backend.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { encodeSafetensors, parseSafetensors, type Safetensors } from '../data/index.ts'
import { decodeNetwork, type NetworkSpec } from '../nn/index.ts'
import { countCodec } from '../compile/program/type-codec.ts'
import { strictRecord } from '../compile/program/strict-record.ts'
import { littleEndianBytes } from '../core/tensor/little-endian.ts'
import { refinedCodec } from '../core/tensor/refined-codec.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { isRecord, leavesWithPaths } from '../core/tensor/tree.ts'
import { sha256 } from './sha256.ts'
import type { TrainingState } from './training-state.ts'
import { decodeTree, encodeTree, treeJsonCodec, type TreeJson, type TreeProblem } from './tree-json.ts'

/** What was trained and how, as plain data: kept in a checkpoint, and compared when training goes on from it. */
export interface TrainingSetup {
  readonly network?: NetworkSpec
  /** For instance what `decodeOptimizer` reads. */
  readonly optimizer?: unknown
  /** Anything else that JSON can hold, such as the batch size and a digest of the data. */
  readonly settings?: unknown
}

/** A training state that was saved, with what was said about it. */
export interface Checkpoint {
  readonly setup: TrainingSetup
  /** The backend that computed it: another one may round differently. */
  readonly backend: string
  readonly state: TrainingState<unknown, unknown, unknown>
}

/**
 * Why there is no checkpoint: the file system said no; the bytes are not what was saved, or not a checkpoint of this
 * format; or it is one of another training. `entry` is the tensor or field at fault.
 */
export type CheckpointError =
  | { readonly kind: 'io'; readonly file: string; readonly message: string }
  | { readonly kind: 'schema' | 'corrupt' | 'mismatch'; readonly entry: string; readonly message: string }

const format = 1

/** Where the manifest and its digest are kept among the notes of the safetensors file. */
const [manifestNote, digestNote] = ['puregrad.checkpoint', 'puregrad.checkpoint.sha256']

const wrong = (kind: 'schema' | 'corrupt' | 'mismatch', entry: string, problem: string): CheckpointError => ({
  kind,
  entry,
  message: `${entry}: ${problem}`,
})

const manifestCodec = strictRecord('a manifest', {
  format: t.number,
  backend: t.string,
  network: t.unknown,
  optimizer: t.unknown,
  settings: t.unknown,
  state: treeJsonCodec,
})

type Manifest = t.TypeOf<typeof manifestCodec>

const number = refinedCodec('a number', (u): u is number => typeof u === 'number')
const optionalNumber = t.union([number, t.undefined], 'a number or nothing')
const keyCodec = refinedCodec(
  'a key: a uint32 tensor of shape [2]',
  (u): u is Tensor => isTensor(u) && u.dtype === 'uint32' && sameShape(u.shape, [2]),
)

/** What every training state has, whatever is trained. */
const stateCodec = strictRecord('a training state', {
  params: t.unknown,
  layers: t.unknown,
  optimizer: t.unknown,
  key: keyCodec,
  epoch: countCodec,
  cursor: countCodec,
  step: countCodec,
  stopping: strictRecord('a stopping state', {
    seen: countCodec,
    best: t.union([strictRecord('a best value', { value: number, index: countCodec }), t.undefined]),
    reference: optionalNumber,
    waited: countCodec,
  }),
  best: strictRecord('a snapshot', {
    params: t.unknown,
    layers: t.unknown,
    epoch: countCodec,
    value: number,
  }),
  history: t.readonlyArray(t.unknown),
})

/** The first thing a codec found wrong, as an entry and a problem. */
const complaint = (errors: t.Errors): CheckpointError => {
  const first = errors.find(({ message }) => message !== undefined) ?? errors[0]
  const path = (first?.context ?? []).map(({ key }) => key).filter((key) => key !== '')
  return wrong(
    'schema',
    path.length === 0 ? 'manifest' : path.join('.'),
    first?.message ?? 'is not acceptable',
  )
}

const bytesOfTensor = (leaf: Tensor): Uint8Array<ArrayBuffer> => littleEndianBytes(toTypedArray(leaf))

const digestsOf = async (
  tensors: readonly (readonly [string, Tensor])[],
): Promise<ReadonlyMap<string, string>> =>
  new Map(
    await Promise.all(
      tensors.map(async ([path, leaf]) => [path, await sha256(bytesOfTensor(leaf))] as const),
    ),
  )

const taskOf = <A>(run: () => Promise<A>): TE.TaskEither<CheckpointError, A> => TE.rightTask(run)

/**
 * A training state as the bytes of a safetensors file: every tensor under its path, and among the notes a manifest of
 * everything else with the digest of each tensor, and the digest of the manifest. Other programs can read the tensors.
 * The same state gives the same bytes. A `Left` names the place in the state that holds what cannot be saved, such as
 * a function.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key, tensor, toArray, type Tensor } from 'puregrad'
 * import { decodeCheckpoint, encodeCheckpoint, startTraining } from 'puregrad/training'
 * const state = startTraining({ params: { w: tensor([1, 2]) }, layers: {}, optimizer: [], key: key(0) })
 * const bytes = await encodeCheckpoint(state)()
 * const read = await decodeCheckpoint(E.isRight(bytes) ? bytes.right : new Uint8Array())()
 * E.isRight(read) ? toArray((read.right.state.params as { w: Tensor }).w) : [] // => [1, 2]
 * ```
 */
export const encodeCheckpoint = <P, S, O, M>(
  state: TrainingState<P, S, O, M>,
  { network, optimizer, settings }: TrainingSetup = {},
): TE.TaskEither<CheckpointError, Uint8Array<ArrayBuffer>> => {
  const tensors = leavesWithPaths(state).map(({ path, leaf }) => [path, leaf] as const)
  const manifestOf = (tree: TreeJson): string => {
    const manifest: Manifest = { format, backend: backend(), network, optimizer, settings, state: tree }
    return JSON.stringify({
      ...manifest,
      network: network ?? null,
      optimizer: optimizer ?? null,
      settings: settings ?? null,
    })
  }
  return pipe(
    taskOf(() => digestsOf(tensors)),
    TE.flatMapEither((digests) =>
      pipe(
        encodeTree(state, (path) => digests.get(path) ?? ''),
        E.mapLeft(({ path, problem }) => wrong('schema', path, problem)),
      ),
    ),
    TE.map(manifestOf),
    TE.flatMap((manifest) =>
      taskOf(async () =>
        encodeSafetensors({
          tensors: Object.fromEntries(tensors),
          metadata: {
            [manifestNote]: manifest,
            [digestNote]: await sha256(new TextEncoder().encode(manifest)),
          },
        }),
      ),
    ),
  )
}

const manifestIn = (
  { metadata }: Safetensors,
  text: string | undefined,
  digest: string,
): E.Either<CheckpointError, Manifest> => {
  if (text === undefined)
    return E.left(wrong('schema', 'manifest', 'the file holds tensors, but is no checkpoint of a training'))
  if (metadata[digestNote] !== digest)
    return E.left(wrong('corrupt', 'manifest', 'its digest is not the one that was saved'))
  return pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () => wrong('schema', 'manifest', 'is not JSON'),
    ),
    E.filterOrElse(
      (json) => isRecord(json) && json['format'] === format,
      () => wrong('schema', 'format', `expected format ${format} of checkpoints`),
    ),
    E.flatMap((json) => pipe(manifestCodec.decode(json), E.mapLeft(complaint))),
  )
}

const stateIn = (
  { tensors }: Safetensors,
  { state }: Manifest,
  digests: ReadonlyMap<string, string>,
): E.Either<CheckpointError, Checkpoint['state']> => {
  const corrupt = (path: string, problem: string): E.Either<TreeProblem, never> => E.left({ path, problem })
  return pipe(
    decodeTree(state, (path, { dtype, shape, sha256: expected }) => {
      const found = Object.hasOwn(tensors, path) ? tensors[path] : undefined
      return found === undefined
        ? corrupt(path, 'the tensor is missing')
        : found.dtype !== dtype || !sameShape(found.shape, shape)
          ? corrupt(
              path,
              `expected ${dtype} ${showShape(shape)}, got ${found.dtype} ${showShape(found.shape)}`,
            )
          : digests.get(path) !== expected
            ? corrupt(path, 'its digest is not the one that was saved')
            : E.right(found)
    }),
    E.flatMap((tree) => {
      const known = new Set(leavesWithPaths(tree).map(({ path }) => path))
      const stray = Object.keys(tensors).find((name) => !known.has(name))
      return stray === undefined ? E.right(tree) : corrupt(stray, 'the manifest knows no such tensor')
    }),
    E.mapLeft(({ path, problem }) => wrong('corrupt', path, problem)),
    E.flatMap((tree) =>
      pipe(
        stateCodec.decode(tree),
        E.bimap(complaint, (checked) => checked as Checkpoint['state']),
      ),
    ),
  )
}

/** What the manifest says was trained; a network has to be one. */
const setupIn = ({ network, optimizer, settings }: Manifest): E.Either<CheckpointError, TrainingSetup> => {
  const rest = {
    ...(optimizer === null ? {} : { optimizer }),
    ...(settings === null ? {} : { settings }),
  }
  return network === null
    ? E.right(rest)
    : pipe(
        decodeNetwork(network),
        E.bimap(
          ({ path, message }) => wrong('schema', `network.${path}`, message),
          ({ spec }) => ({ network: spec, ...rest }),
        ),
      )
}

/**
 * The training state in the bytes of a checkpoint. Every digest is checked: the result is what was saved, bit for bit,
 * or a `Left` that names the entry; nothing is thrown, whatever the bytes are. `restoreTraining` gives the state its
 * type back, and `decodeNetwork(setup.network)` the network.
 */
export const decodeCheckpoint = (bytes: Uint8Array): TE.TaskEither<CheckpointError, Checkpoint> =>
  pipe(
    TE.fromEither(parseSafetensors(bytes)),
    TE.mapLeft((error) => wrong('corrupt', error.kind === 'entry' ? error.entry : 'header', error.message)),
    TE.flatMap((content) => {
      const text = content.metadata[manifestNote]
      return pipe(
        taskOf(async () => ({
          manifestDigest: await sha256(new TextEncoder().encode(text)),
          digests: await digestsOf(Object.entries(content.tensors)),
        })),
        TE.flatMapEither(({ manifestDigest, digests }) =>
          pipe(
            manifestIn(content, text, manifestDigest),
            E.flatMap((manifest) =>
              pipe(
                stateIn(content, manifest, digests),
                E.flatMap((state) =>
                  pipe(
                    setupIn(manifest),
                    E.map((setup) => ({ setup, backend: manifest.backend, state })),
                  ),
                ),
              ),
            ),
          ),
        ),
      )
    }),
  )
