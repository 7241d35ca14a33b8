import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Dataset, Targets } from '../dataset.ts'
import { digestOf } from '../digest.ts'

const contents: unique symbol = Symbol('contents')

/**
 * A data set that can only be looked at by `openTest`, which leaves a trace: nothing that takes data takes this.
 *
 * @category Splitting
 */
export interface Sealed<D> {
  readonly n: number
  /**
   * A name of the rows as they were sealed, SHA-256 of their numbers, dtypes and shapes and of the names of features and
   * targets; scaling them inside the seal does not change it.
   */
  readonly digest: string
  readonly [contents]: D
}

/**
 * One look at a test part.
 *
 * @category Splitting
 */
export interface Opening {
  /** Which test part: the digest of the seal. */
  readonly digest: string
  readonly reason: string
  /** How many models were compared by this look. */
  readonly models: number
}

/**
 * All looks so far, the oldest first; plain data. A ledger is never changed: opening gives a longer one.
 *
 * Ledgers written before test parts were named by SHA-256 have names of 16 digits. They can still be read and added to,
 * but a test part sealed now has another name, of 64 digits, so looks recorded then do not count as looks at it: where the
 * rows are the same, replace the old name by the digest of the new seal.
 *
 * @category Splitting
 */
export type TestLedger = readonly Opening[]

/**
 * Why a test part was not opened.
 *
 * @category Splitting
 */
export interface OpeningError {
  readonly kind: 'no-reason'
  readonly message: string
}

/**
 * Seals a test part that did not come from `splitData`, as of a file of its own.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { digits16, seal } from 'puregrad/data'
 * seal({ ...digits16({ key: key(0), n: 20 }), role: 'test' }).n // => 20
 * ```
 * @category Splitting
 */
export const seal = <T extends Targets>(test: Dataset<'test', T>): Sealed<Dataset<'test', T>> => ({
  n: test.n,
  digest: digestOf(
    { x: test.x, y: test.y },
    { features: test.featureNames, targets: [test.targets.kind, test.targets.names] },
  ),
  [contents]: test,
})

/**
 * Changes what is sealed without a look at it, as a scaler does. `mapSealed(s, (d) => d)` is as `s`, and two changes in
 * turn are as their composition.
 *
 * @example
 * ```ts
 * import { key, neg } from 'puregrad'
 * import { digits16, mapSealed, seal } from 'puregrad/data'
 * const test = seal({ ...digits16({ key: key(0), n: 20 }), role: 'test' })
 * mapSealed(test, (rows) => ({ ...rows, x: neg(rows.x) })).digest === test.digest // => true
 * ```
 * @category Splitting
 */
export const mapSealed = <A, B>(sealed: Sealed<A>, change: (data: A) => B): Sealed<B> => ({
  ...sealed,
  [contents]: change(sealed[contents]),
})

/**
 * The sealed data and the ledger with one opening more. Pass the longer ledger on: it knows how often a test part was
 * looked at, and `testOptimism` what that costs.
 *
 * A left value without a reason (blanks are none).
 *
 * @param options how many models this look compares; 1 unless told otherwise.
 * @throws ArgumentError unless the number of models is a positive integer.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, openTest, seal } from 'puregrad/data'
 * const test = seal({ ...digits16({ key: key(0), n: 20 }), role: 'test' })
 * const opened = openTest(test, [], 'final estimate for the report')
 * E.isRight(opened) ? [opened.right.data.n, opened.right.ledger.length] : [] // => [20, 1]
 * const refused = openTest(test, [], ' ')
 * E.isLeft(refused) ? refused.left.kind : '' // => 'no-reason'
 * ```
 * @category Splitting
 */
export const openTest = <D>(
  sealed: Sealed<D>,
  ledger: TestLedger,
  reason: string,
  { models = 1 }: { readonly models?: number } = {},
): E.Either<OpeningError, { readonly data: D; readonly ledger: TestLedger }> => {
  if (!Number.isInteger(models) || models < 1)
    throw new ArgumentError(`openTest: the number of models is a positive integer, got ${String(models)}`)
  return reason.trim() === ''
    ? E.left({ kind: 'no-reason', message: 'openTest: expected the reason to open the test part, got none' })
    : E.right({ data: sealed[contents], ledger: [...ledger, { digest: sealed.digest, reason, models }] })
}
