import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { canonicalJson } from '../core/codec/canonical-json.ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, problemsUnder, type DecodingError } from '../core/codec/decoding-error.ts'
import { sha256 } from '../core/codec/sha256.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { parseSafetensors, type Safetensors } from '../data/formats/parse-safetensors.ts'
import { decodePreparation } from '../data/prepare/decode-preparation.ts'
import { decodeTableSchema } from '../data/table/table-schema.ts'
import { restoreTree } from '../training/stored-tree.ts'
import { digestsIn } from './digests.ts'
import { manifestCodec, type Manifest } from './manifest.ts'
import { modelError, type ModelError } from './model-error.ts'
import type { TrainedModel } from './trained-model.ts'

/** Where the manifest and its digest are kept among the notes of the safetensors file. */
const [manifestNote, digestNote] = ['puregrad.model', 'puregrad.model.sha256']

/** What messages call it. */
export const subject = 'model'

const wrongAt = (path: string, problem: string): ModelError =>
  decodingError(subject, [problemAt(subject, path, problem)])

const digestOf = (text: string): string => sha256(new TextEncoder().encode(text))

/** The notes of a file with this manifest. */
export const manifestNotes = (text: string): Safetensors['metadata'] => ({
  [manifestNote]: text,
  [digestNote]: digestOf(text),
})

const manifestIn = ({ metadata }: Safetensors): E.Either<ModelError, Manifest> => {
  const text = metadata[manifestNote]
  if (text === undefined) return E.left(wrongAt('', 'the file holds tensors, but is no trained model'))
  if (metadata[digestNote] !== digestOf(text))
    return E.left(modelError('corrupt', 'manifest', 'its digest is not the one that was saved'))
  return pipe(
    E.tryCatch(
      (): unknown => JSON.parse(text),
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

/** A part that has a decoder of its own; nothing where there is none. */
const partIn = <K extends string, A>(
  key: K,
  json: unknown,
  decode: (json: unknown) => E.Either<DecodingError, A>,
): E.Either<ModelError, { readonly [N in K]?: A }> =>
  json === null
    ? E.right({})
    : pipe(
        decode(json),
        E.bimap(
          (error) => decodingError(subject, problemsUnder(key, error)),
          (part) => ({ [key]: part }) as { readonly [N in K]?: A },
        ),
      )

const preparationIn = (json: unknown) =>
  pipe(
    decodePreparation(json),
    E.map(({ spec }) => spec),
  )

const modelOf = ({ tensors }: Safetensors, manifest: Manifest): E.Either<ModelError, TrainedModel> =>
  pipe(
    restoreTree(tensors, manifest.trees),
    E.mapLeft(({ path, problem }) => modelError('corrupt', path, problem)),
    E.filterOrElseW(treesCodec.is, () => wrongAt('trees', 'expected records of params and state')),
    E.bindTo('trees'),
    E.bind('prepared', () => partIn('preparation', manifest.preparation, preparationIn)),
    E.bind('read', () => partIn('schema', manifest.schema, decodeTableSchema)),
    E.map(({ trees, prepared, read }): TrainedModel => {
      const { network, targets, features, temperature, baseline, record } = manifest
      return {
        network,
        ...trees,
        targets,
        features,
        ...prepared,
        ...read,
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
 * A model and the JSON of its program (see `predictionProgram`), from the bytes of a file: every digest is checked, but not
 * whether the network is one, for which the layers of the library would have to be at hand.
 */
export const readModel = (
  bytes: Uint8Array,
): E.Either<ModelError, { readonly model: TrainedModel; readonly program: unknown }> =>
  pipe(
    parseSafetensors(bytes),
    E.mapLeft((error) =>
      error.kind === 'entry'
        ? modelError('corrupt', error.entry, error.message)
        : modelError(
            'corrupt',
            'header',
            `${error.message}; expected a whole model as \`saveModel\` writes it`,
          ),
    ),
    E.bindTo('content'),
    E.bind('manifest', ({ content }) => manifestIn(content)),
    E.bind('model', ({ content, manifest }) => modelOf(content, manifest)),
    E.map(({ model, manifest: { program } }) => ({ model, program })),
  )
