import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { canonicalJson } from '../core/codec/canonical-json.ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { plainData } from '../core/codec/plain-data.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { encodeSafetensors } from '../data/formats/encode-safetensors.ts'
import { storeTree, type StoredTree } from '../training/stored-tree.ts'
import type { TreeJson } from '../training/tree-json.ts'
import { digestsIn, type ModelDigests } from './digests.ts'
import { manifestCodec, type Manifest } from './manifest.ts'
import { modelError, type ModelError } from './model-error.ts'
import { networkOf, type ModelOptions } from './network-of.ts'
import { predictionProgram } from './prediction-program.ts'
import { manifestNotes, readModel, subject } from './read-model.ts'
import type { TrainedModel } from './trained-model.ts'

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

const manifestOf = (model: TrainedModel, program: unknown, trees: TreeJson): Manifest => ({
  format: 1,
  network: model.network,
  targets: model.targets,
  features: model.features,
  preparation: model.preparation ?? null,
  schema: model.schema ?? null,
  temperature: model.temperature ?? null,
  baseline: model.baseline ?? null,
  record: model.record,
  program,
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
    E.bindTo('trees'),
    E.bind('network', () => networkOf(model, options)),
    E.bind('program', ({ network }) => predictionProgram(model, network)),
    E.flatMap(({ program, trees: { json, tensors } }) =>
      pipe(
        manifestText(manifestOf(model, program, json)),
        E.map((text) =>
          encodeSafetensors({
            tensors,
            metadata: manifestNotes(text),
          }),
        ),
      ),
    ),
  )
}

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
    readModel(bytes),
    E.map(({ model }) => model),
    E.chainFirst((model) => networkOf(model, options)),
  )
