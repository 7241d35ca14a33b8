import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Dataset } from '../dataset.ts'
import { digestOf } from '../digest.ts'
import { requireRole } from '../part.ts'
import type { LabelledTable } from '../table/table.ts'

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

/** The columns of a table by name, as numbers or codes, and what the codes stand for. */
const tableDigest = ({ features, y, targets }: LabelledTable): string => {
  const tensors: Readonly<Record<string, Tensor>> = Object.fromEntries(
    features.columns.map((column, i) => [`column ${i}`, 'values' in column ? column.values : column.codes]),
  )
  const notes = features.columns.map((column) => [
    column.name,
    column.kind,
    'levels' in column ? column.levels : [],
  ])
  return digestOf({ ...tensors, y }, { columns: notes, targets: [targets.kind, targets.names] })
}

/**
 * Seals rows that already are a test part; {@link allForTest} does so with data of no role yet, as of a file of its own.
 *
 * @throws RoleError for another part, or a record that is none.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { digits16, rowsAt, seal } from 'puregrad/data'
 * seal(rowsAt(digits16({ key: key(0), n: 20 }), tensor([3, 4], { dtype: 'int32' }), 'test')).n // => 2
 * ```
 * @category Splitting
 */
export const seal = <D extends Dataset<'test'> | LabelledTable<'test'>>(test: D): Sealed<D> => {
  requireRole('seal', test, ['test'])
  const digest =
    'features' in test
      ? tableDigest(test)
      : digestOf(
          { x: test.x, y: test.y },
          { features: test.featureNames, targets: [test.targets.kind, test.targets.names] },
        )
  return { n: test.n, digest, [contents]: test }
}

/**
 * Changes what is sealed without a look at it, as a scaler does. `mapSealed(s, (d) => d)` is as `s`, and two changes in
 * turn are as their composition.
 *
 * @example
 * ```ts
 * import { key, neg } from 'puregrad'
 * import { allForTest, digits16, mapSealed, withFeatures } from 'puregrad/data'
 * const test = allForTest(digits16({ key: key(0), n: 20 }))
 * mapSealed(test, (rows) => withFeatures(rows, { x: neg(rows.x) })).digest === test.digest // => true
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
 * import { allForTest, digits16, openTest } from 'puregrad/data'
 * const test = allForTest(digits16({ key: key(0), n: 20 }))
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
