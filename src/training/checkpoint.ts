import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, problemsUnder, type DecodingError } from '../core/codec/decoding-error.ts'
import { sha256 } from '../core/codec/sha256.ts'
import { backend } from '../compile/offload/backend.ts'
import { encodeSafetensors } from '../data/formats/encode-safetensors.ts'
import { parseSafetensors, type Safetensors } from '../data/formats/parse-safetensors.ts'
import { decodeNetwork } from '../nn/decode-network.ts'
import type { NetworkSpec } from '../nn/network.ts'
import { countCodec } from '../compile/program/type-codec.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { refinedCodec, textCodec } from '../core/codec/refined-codec.ts'
import { sameShape } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { isRecord } from '../core/tensor/tree.ts'
import type { TrainingState } from './training-state.ts'
import { restoreTree, storeTree } from './stored-tree.ts'
import { treeJsonCodec, type TreeJson } from './tree-json.ts'

/**
 * What was trained and how, as plain data: kept in a checkpoint, and compared when training goes on from it.
 *
 * @category Checkpoints
 */
export interface TrainingSetup {
  readonly network?: NetworkSpec
  /** For instance what `decodeOptimizer` reads. */
  readonly optimizer?: unknown
  /** Anything else that JSON can hold, such as the batch size and a digest of the data. */
  readonly settings?: unknown
}

/** How a checkpoint is read: as `decodeNetwork` reads its network. */
export type CheckpointOptions = NonNullable<Parameters<typeof decodeNetwork>[1]>

/**
 * A training state that was saved, with what was said about it.
 *
 * @category Checkpoints
 */
export interface Checkpoint {
  readonly setup: TrainingSetup
  /** The backend that computed it: another one may round differently. */
  readonly backend: string
  readonly state: TrainingState<unknown, unknown, unknown>
}

/**
 * Why there is no checkpoint: the file system said no; the bytes are not what was saved; it is one of another training;
 * the state holds what cannot be saved; or what the file says of itself describes no checkpoint of this format. `entry` is
 * the tensor or field at fault.
 *
 * @category Checkpoints
 */
export type CheckpointError =
  | { readonly kind: 'io'; readonly file: string; readonly message: string }
  | {
      readonly kind: 'corrupt' | 'mismatch' | 'unencodable'
      readonly entry: string
      readonly message: string
    }
  | DecodingError

const format = 1

/** Where the manifest and its digest are kept among the notes of the safetensors file. */
const [manifestNote, digestNote] = ['puregrad.checkpoint', 'puregrad.checkpoint.sha256']

const wrong = (kind: 'corrupt' | 'unencodable', entry: string, problem: string): CheckpointError => ({
  kind,
  entry,
  message: `${entry}: ${problem}`,
})

const manifestCodec = strictRecord('a manifest', {
  format: t.literal(format),
  backend: textCodec,
  network: t.unknown,
  optimizer: t.unknown,
  settings: t.unknown,
  state: treeJsonCodec,
})

type Manifest = t.TypeOf<typeof manifestCodec>

const number = refinedCodec('a number', (u): u is number => typeof u === 'number')
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
  stopping: strictRecord(
    'a stopping state',
    { seen: countCodec, waited: countCodec },
    { best: strictRecord('a best value', { value: number, index: countCodec }), reference: number },
  ),
  best: strictRecord('a snapshot', {
    params: t.unknown,
    layers: t.unknown,
    epoch: countCodec,
    value: number,
  }),
  history: t.readonlyArray(t.unknown, 'a list of what each epoch measured'),
})

const subject = 'checkpoint'

const wrongAt = (path: string, problem: string): CheckpointError =>
  decodingError(subject, [problemAt(subject, path, problem)])

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
 * import { encodeCheckpoint, parseCheckpoint, startTraining } from 'puregrad/training'
 * const state = startTraining({ params: { w: tensor([1, 2]) }, layers: {}, optimizer: [], key: key(0) })
 * const bytes = encodeCheckpoint(state)
 * const read = parseCheckpoint(E.isRight(bytes) ? bytes.right : new Uint8Array())
 * E.isRight(read) ? toArray((read.right.state.params as { w: Tensor }).w) : [] // => [1, 2]
 * ```
 * @category Checkpoints
 */
export const encodeCheckpoint = <P, S, O, M>(
  state: TrainingState<P, S, O, M>,
  { network, optimizer, settings }: TrainingSetup = {},
): E.Either<CheckpointError, Uint8Array<ArrayBuffer>> => {
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
    storeTree(state),
    E.bimap(
      ({ path, problem }) => wrong('unencodable', path, problem),
      ({ json, tensors }) => ({ tensors, manifest: manifestOf(json) }),
    ),
    E.map(({ tensors, manifest }) =>
      encodeSafetensors({
        tensors,
        metadata: {
          [manifestNote]: manifest,
          [digestNote]: sha256(new TextEncoder().encode(manifest)),
        },
      }),
    ),
  )
}

const manifestIn = ({ metadata }: Safetensors): E.Either<CheckpointError, Manifest> => {
  const text = metadata[manifestNote]
  if (text === undefined)
    return E.left(wrongAt('', 'the file holds tensors, but is no checkpoint of a training'))
  if (metadata[digestNote] !== sha256(new TextEncoder().encode(text)))
    return E.left(wrong('corrupt', 'manifest', 'its digest is not the one that was saved'))
  return pipe(
    E.tryCatch(
      (): unknown => JSON.parse(text),
      () => wrongAt('', 'the manifest is not JSON'),
    ),
    // What another format holds is not to be judged by this one.
    E.flatMap((json) =>
      isRecord(json) && json['format'] !== format
        ? E.left(
            wrongAt('format', `expected format ${format} of checkpoints, got ${showValue(json['format'])}`),
          )
        : decodeWith(manifestCodec, subject, json),
    ),
  )
}

const stateIn = (
  { tensors }: Safetensors,
  { state }: Manifest,
): E.Either<CheckpointError, Checkpoint['state']> =>
  pipe(
    restoreTree(tensors, state),
    E.mapLeft(({ path, problem }) => wrong('corrupt', path, problem)),
    E.flatMap((tree) =>
      pipe(
        decodeWith(stateCodec, subject, tree),
        // The tree itself: the order of its names is part of what was saved.
        E.map(() => tree as Checkpoint['state']),
      ),
    ),
  )

/** What the manifest says was trained; a network has to be one. */
const setupIn = (
  { network, optimizer, settings }: Manifest,
  options: CheckpointOptions,
): E.Either<CheckpointError, TrainingSetup> => {
  const rest = {
    ...(optimizer === null ? {} : { optimizer }),
    ...(settings === null ? {} : { settings }),
  }
  return network === null
    ? E.right(rest)
    : pipe(
        decodeNetwork(network, options),
        E.bimap(
          (error) => decodingError(subject, problemsUnder('network', error)),
          ({ spec }) => ({ network: spec, ...rest }),
        ),
      )
}

/**
 * The training state in the bytes of a checkpoint. Every digest is checked: the result is what was saved, bit for bit,
 * or a `Left` that names the entry; nothing is thrown, whatever the bytes are. `restoreTraining` gives the state its
 * type back, and `decodeNetwork(setup.network)` the network.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import { parseCheckpoint } from 'puregrad/training'
 * const read = parseCheckpoint(new Uint8Array(3))
 * read._tag === 'Left' ? read.left.kind : '' // => 'corrupt'
 * ```
 * @category Checkpoints
 */
export const parseCheckpoint = (
  bytes: Uint8Array,
  options: CheckpointOptions = {},
): E.Either<CheckpointError, Checkpoint> =>
  pipe(
    parseSafetensors(bytes),
    E.mapLeft((error) => wrong('corrupt', error.kind === 'entry' ? error.entry : 'header', error.message)),
    E.bindTo('content'),
    E.bind('manifest', ({ content }) => manifestIn(content)),
    E.bind('state', ({ content, manifest }) => stateIn(content, manifest)),
    E.bind('setup', ({ manifest }) => setupIn(manifest, options)),
    E.map(({ manifest, state, setup }) => ({ setup, backend: manifest.backend, state })),
  )
