import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, type DecodingError } from '../core/codec/decoding-error.ts'
import { kindsByName } from '../core/codec/kinds-by-name.ts'
import { kindsCodec, type Described, type Settings } from '../core/codec/settings.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { showText } from '../core/tensor/show-value.ts'
import { optimizerKinds } from './optimizer-kinds.ts'
import type { AnyOptimizerKind } from './optimizer-kind.ts'
import { checkTransformation, type Optimizer } from './transformation.ts'

/** Data of an earlier version with the name its kind has now. */
const renamed = (spec: unknown, kinds: ReadonlyMap<string, AnyOptimizerKind>): unknown => {
  if (typeof spec !== 'object' || spec === null || !('kind' in spec) || typeof spec.kind !== 'string')
    return spec
  const found = kinds.get(spec.kind)
  return found === undefined || found.kind === spec.kind ? spec : { ...spec, kind: found.kind }
}

const built = <P>(kind: AnyOptimizerKind, settings: object): Optimizer<P, readonly unknown[]> => {
  const optimizer = kind.build<P>(settings as never)
  checkTransformation('decodeOptimizer', `what the kind '${kind.kind}' builds`, optimizer)
  return optimizer
}

/**
 * The optimizer a piece of data describes, or all that is wrong with it and where.
 *
 * @param options `kinds`: optimizers of one's own, beside those of the library; see `optimizerKind`.
 * @throws ArgumentError for another option, a kind that is none, or two kinds of one name.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeOptimizer } from 'puregrad/optim'
 * E.isRight(decodeOptimizer({ kind: 'adam', learningRate: 0.001 })) // => true
 * const wrong = decodeOptimizer({ kind: 'sgd', learningRate: -1 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'learningRate: expected a finite number of 0 or more, got -1'
 * ```
 * @category Optimizers as data
 */
export const decodeOptimizer = <P>(
  spec: unknown,
  options: { readonly kinds?: readonly AnyOptimizerKind[] } = {},
): E.Either<DecodingError, Optimizer<P, readonly unknown[]>> => {
  checkOptions('decodeOptimizer', options, { kinds: true })
  const kinds = kindsByName<AnyOptimizerKind>(
    'decodeOptimizer',
    'optimizerKind',
    optimizerKinds,
    options.kinds,
  )
  const codec = kindsCodec(
    'an optimizer',
    [...new Set(kinds.values())].map(({ kind, settings }) => ({
      kind,
      required: { learningRate: notNegative },
      optional: settings as Settings,
    })),
  )
  const decoder: t.Decoder<unknown, Described> = {
    name: codec.name,
    validate: (u, context) => codec.validate(renamed(u, kinds), context),
    decode: (u) => codec.decode(renamed(u, kinds)),
  }
  return pipe(
    decodeWith(decoder, 'optimizer', spec),
    E.flatMap(({ kind, ...settings }) =>
      E.tryCatch(
        () => built<P>(kinds.get(kind) as AnyOptimizerKind, settings),
        // Settings that do not go together; what a kind of one's own throws belongs to this, whatever it is.
        (error) => decodingError('optimizer', [problemAt('optimizer', '', showText(reasonOf(error), 300))]),
      ),
    ),
  )
}
