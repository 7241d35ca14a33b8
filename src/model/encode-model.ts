import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { canonicalJson } from '../core/codec/canonical-json.ts'
import { contentId } from '../core/codec/content-id.ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, problemsUnder } from '../core/codec/decoding-error.ts'
import { plainData } from '../core/codec/plain-data.ts'
import { sha256 } from '../core/codec/sha256.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { encodeSafetensors } from '../data/formats/encode-safetensors.ts'
import { parseSafetensors, type Safetensors } from '../data/formats/parse-safetensors.ts'
import { decodePreparation } from '../data/prepare/decode-preparation.ts'
import { restoreTree, storeTree, type StoredTree } from '../training/stored-tree.ts'
import type { TreeJson } from '../training/tree-json.ts'
import { manifestCodec, type Manifest } from './manifest.ts'
import { modelError, type ModelError } from './model-error.ts'
import { networkOf, type ModelOptions } from './network-of.ts'
import type { TrainedModel } from './trained-model.ts'

/** Where the manifest and its digest are kept among the notes of the safetensors file. */
const [manifestNote, digestNote] = ['puregrad.model', 'puregrad.model.sha256']

const subject = 'model'

const wrongAt = (path: string, problem: string): ModelError =>
  decodingError(subject, [problemAt(subject, path, problem)])

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/**
 * SHA-256 of the parts of a model, in hexadecimal: equal parts have equal digests, in whatever file they are.
 *
 * @category Models
 */
export interface ModelDigests {
  /** Of parameters and states: names, dtypes, shapes and elements. */
  readonly parameters: string
  readonly preparation: string | null
  readonly schema: string | null
}

const digestsIn = ({ preparation, schema }: TrainedModel, tensors: TreeJson): ModelDigests => ({
  parameters: contentId(tensors),
  preparation: preparation === undefined ? null : contentId(preparation),
  schema: schema === undefined ? null : contentId(schema),
})

/** Parameters and states, as they are stored. */
const stored = ({ params, state }: TrainedModel): E.Either<ModelError, StoredTree> =>
  pipe(
    storeTree({ params, state }),
    E.mapLeft(({ path, problem }) => modelError('unencodable', path, problem)),
  )

/**
 * The digests of a model's parts; a `Left` names what no file could hold.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { modelDigests, type TrainedModel } from 'puregrad/model'
 * const sameNetwork = (a: TrainedModel, b: TrainedModel) => {
 *   const [one, other] = [modelDigests(a), modelDigests(b)]
 *   return E.isRight(one) && E.isRight(other) && one.right.parameters === other.right.parameters
 * }
 * typeof sameNetwork // => 'function'
 * ```
 * @category Models
 */
export const modelDigests = (model: TrainedModel): E.Either<ModelError, ModelDigests> =>
  pipe(
    stored(model),
    E.map(({ json }) => digestsIn(model, json)),
  )

const manifestOf = (model: TrainedModel, trees: TreeJson): Manifest => ({
  format: 1,
  network: model.network,
  targets: model.targets,
  features: model.features,
  preparation: model.preparation ?? null,
  schema: model.schema ?? null,
  temperature: model.temperature ?? null,
  baseline: model.baseline ?? null,
  record: model.record,
  trees,
  digests: digestsIn(model, trees),
})

/** JSON of the manifest; a `Left` names what JSON cannot hold. */
const manifestText = (manifest: Manifest): E.Either<ModelError, string> =>
  pipe(
    decodeWith(plainData, subject, manifestCodec.encode(manifest)),
    E.flatMap((json) =>
      pipe(
        decodeWith(manifestCodec, subject, json),
        E.map(() => canonicalJson(json)),
      ),
    ),
  )

/**
 * A model as the bytes of a safetensors file: every tensor under its path, as `params.hidden.weight`, and among the notes
 * a manifest of everything else with the digest of each tensor, and the digest of the manifest. Other programs can read
 * the tensors. The same model gives the same bytes, and `decodeModel` gives it back bit by bit.
 *
 * A `Left` names what does not fit or cannot be saved: parameters of another network, another number of targets than
 * outputs, a setting that is a function.
 *
 * @throws ArgumentError for another name in the record.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { decodeModel, encodeModel } from 'puregrad/model'
 * const net = network(2, dense('output', 1))
 * const { params, state } = net.init(key(0))
 * const data = { name: 'none', rows: 0, digest: '' }
 * const bytes = encodeModel({
 *   network: net.spec,
 *   params,
 *   state,
 *   targets: { kind: 'values', names: ['y'] },
 *   features: ['x0', 'x1'],
 *   record: { settings: {}, seed: 0, data, figures: [], version: '0' },
 * })
 * const model = decodeModel(E.isRight(bytes) ? bytes.right : new Uint8Array())
 * E.isRight(model) ? model.right.features : [] // => ['x0', 'x1']
 * ```
 * @category Models
 */
export const encodeModel = (
  model: TrainedModel,
  options: ModelOptions = {},
): E.Either<ModelError, Uint8Array<ArrayBuffer>> => {
  checkOptions<TrainedModel>('encodeModel', model, {
    network: true,
    params: true,
    state: true,
    targets: true,
    features: true,
    preparation: true,
    schema: true,
    temperature: true,
    baseline: true,
    record: true,
  })
  return pipe(
    stored(model),
    E.chainFirst(() => networkOf(model, options)),
    E.flatMap(({ json, tensors }) =>
      pipe(
        manifestText(manifestOf(model, json)),
        E.map((text) =>
          encodeSafetensors({
            tensors,
            metadata: { [manifestNote]: text, [digestNote]: sha256(bytesOf(text)) },
          }),
        ),
      ),
    ),
  )
}

const manifestIn = ({ metadata }: Safetensors): E.Either<ModelError, Manifest> => {
  const text = metadata[manifestNote]
  if (text === undefined) return E.left(wrongAt('', 'the file holds tensors, but is no trained model'))
  if (metadata[digestNote] !== sha256(bytesOf(text)))
    return E.left(modelError('corrupt', 'manifest', 'its digest is not the one that was saved'))
  return pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () => wrongAt('', 'the manifest is not JSON'),
    ),
    // What a later version wrote is not to be judged by this one.
    E.flatMap((json) =>
      isRecord(json) && json['format'] !== 1
        ? E.left(
            wrongAt(
              'format',
              `expected format 1 of models, got ${showValue(json['format'])}; a later version of the library may read it`,
            ),
          )
        : decodeWith(manifestCodec, subject, json),
    ),
  )
}

/** What the trees hold has to be there as records by layer. */
const treesCodec = t.strict({ params: t.UnknownRecord, state: t.UnknownRecord })

/** What a preparation is, its own decoder says. */
const preparationIn = ({ preparation }: Manifest): E.Either<ModelError, Pick<TrainedModel, 'preparation'>> =>
  preparation === null
    ? E.right({})
    : pipe(
        decodePreparation(preparation),
        E.bimap(
          (error) => decodingError(subject, problemsUnder('preparation', error)),
          ({ spec }) => ({ preparation: spec }),
        ),
      )

const modelOf = ({ tensors }: Safetensors, manifest: Manifest): E.Either<ModelError, TrainedModel> =>
  pipe(
    restoreTree(tensors, manifest.trees),
    E.mapLeft(({ path, problem }) => modelError('corrupt', path, problem)),
    E.filterOrElseW(treesCodec.is, () => wrongAt('trees', 'expected records of params and state')),
    E.bindTo('trees'),
    E.bind('prepared', () => preparationIn(manifest)),
    E.map(({ trees, prepared }): TrainedModel => {
      const { network, targets, features, schema, temperature, baseline, record } = manifest
      return {
        network,
        ...trees,
        targets,
        features,
        ...prepared,
        ...(schema === null ? {} : { schema }),
        ...(temperature === null ? {} : { temperature }),
        ...(baseline === null ? {} : { baseline }),
        record,
      }
    }),
    E.filterOrElse(
      (model) => canonicalJson(digestsIn(model, manifest.trees)) === canonicalJson(manifest.digests),
      () => modelError('corrupt', 'digests', 'they are not those of the parts'),
    ),
  )

/**
 * The model in the bytes of a file. Every digest is checked, and that the parts go together: the result is what was saved,
 * bit for bit, or a `Left` that names the entry; nothing is thrown, whatever the bytes are.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import { decodeModel } from 'puregrad/model'
 * const read = decodeModel(new Uint8Array(3))
 * read._tag === 'Left' ? read.left.kind : '' // => 'corrupt'
 * ```
 * @category Models
 */
export const decodeModel = (
  bytes: Uint8Array,
  options: ModelOptions = {},
): E.Either<ModelError, TrainedModel> =>
  pipe(
    parseSafetensors(bytes),
    E.mapLeft((error) =>
      modelError('corrupt', error.kind === 'entry' ? error.entry : 'header', error.message),
    ),
    E.flatMap((content) =>
      pipe(
        manifestIn(content),
        E.flatMap((manifest) => modelOf(content, manifest)),
      ),
    ),
    E.chainFirst((model) => networkOf(model, options)),
  )
