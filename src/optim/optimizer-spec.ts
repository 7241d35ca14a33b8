import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { adam } from './adam.ts'
import { momentum, sgd } from './sgd.ts'
import type { Optimizer } from './transformation.ts'

/** A setting that is not acceptable, with the path to it. */
export interface HyperParameterError {
  readonly kind: 'hyper-parameter'
  readonly path: string
  readonly message: string
}

const numberWhere = (name: string, accepts: (x: number) => boolean): t.Type<number> =>
  new t.Type(
    name,
    (u): u is number => typeof u === 'number' && accepts(u),
    (u, context) =>
      typeof u === 'number' && accepts(u) ? t.success(u) : t.failure(u, context, `expected ${name}`),
    t.identity,
  )

const rate = numberWhere('a finite number ≥ 0', (x) => Number.isFinite(x) && x >= 0)
const fraction = numberWhere('a number in [0, 1)', (x) => x >= 0 && x < 1)
const positive = numberWhere('a finite number > 0', (x) => Number.isFinite(x) && x > 0)

const codec = t.union([
  t.type({ kind: t.literal('sgd'), learningRate: rate }),
  t.intersection([
    t.type({ kind: t.literal('momentum'), learningRate: rate }),
    t.partial({ beta: fraction, nesterov: t.boolean }),
  ]),
  t.intersection([
    t.type({ kind: t.literal('adam'), learningRate: rate }),
    t.partial({ b1: fraction, b2: fraction, epsilon: positive }),
  ]),
])

/** An optimizer as plain data. */
export type OptimizerSpec = t.TypeOf<typeof codec>

const kinds: readonly string[] = ['sgd', 'momentum', 'adam']

const kindOf = (spec: unknown): unknown =>
  typeof spec === 'object' && spec !== null && 'kind' in spec ? spec.kind : undefined

/**
 * The optimizer a piece of data describes, or what is wrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeOptimizer } from 'puregrad/optim'
 * E.isRight(decodeOptimizer({ kind: 'adam', learningRate: 0.001 })) // => true
 * const wrong = decodeOptimizer({ kind: 'sgd', learningRate: -1 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'learningRate: expected a finite number ≥ 0, got -1'
 * ```
 */
export const decodeOptimizer = <P>(
  spec: unknown,
): E.Either<HyperParameterError, Optimizer<P, readonly unknown[]>> => {
  const kind = kindOf(spec)
  if (!kinds.includes(kind as string))
    return E.left({
      kind: 'hyper-parameter',
      path: 'kind',
      message: `kind: expected ${kinds.join(', ')}, got ${JSON.stringify(kind)}`,
    })
  return pipe(
    codec.decode(spec),
    E.mapLeft((errors): HyperParameterError => {
      const ours = errors.find(({ message }) => message !== undefined) ?? errors[errors.length - 1]
      const path = (ours?.context ?? [])
        .map(({ key }) => key)
        .filter((key) => key !== '' && !/^\d+$/.test(key))
        .join('.')
      return {
        kind: 'hyper-parameter',
        path,
        message: `${path}: ${ours?.message ?? 'is not acceptable'}, got ${JSON.stringify(ours?.value)}`,
      }
    }),
    E.map((valid) => {
      switch (valid.kind) {
        case 'sgd':
          return sgd<P>(valid)
        case 'momentum':
          return momentum<P>(valid)
        case 'adam':
          return adam<P>(valid)
      }
    }),
  )
}
