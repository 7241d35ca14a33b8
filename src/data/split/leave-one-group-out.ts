import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { groupsOf, rowsByKind, type SplitError, type SplitOptions } from './deal-rows.ts'
import { folding, partsAt, type Folding, type Parts } from './parts.ts'
import { rowsTensor } from './time-blocks.ts'

/**
 * As many folds as there are groups: each judges by the rows of one group (a patient, a hospital, a year) and trains on all
 * others. Folds are in the order in which groups first appear, rows in their own.
 *
 * A left value unless there are two groups or more, and a group for each row.
 *
 * @throws ArgumentError for another option, or a column that is absent; RoleError for a dev or test part, or a record that
 * is no data set.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, leaveOneGroupOut } from 'puregrad/data'
 * const groups = ['Ana', 'Ana', 'Boris', 'Vera', 'Vera', 'Vera']
 * const folds = leaveOneGroupOut({ groups })(digits16({ key: key(0), n: 6 }))
 * E.isRight(folds) ? folds.right.map(({ dev }) => dev.n) : [] // => [2, 1, 3]
 * ```
 * @category Splitting
 */
export const leaveOneGroupOut = (options: {
  readonly groups: NonNullable<SplitOptions['groups']>
}): Folding => {
  checkOptions('leaveOneGroupOut', options, { groups: true })
  return folding('leaveOneGroupOut', (data) => {
    const rows = Array.from({ length: data.n }, (_, row) => row)
    return pipe(
      groupsOf(data, options.groups),
      E.map((groups) => ({ groups, of: rowsByKind(rows, groups) })),
      E.flatMap(({ groups, of }): E.Either<SplitError, readonly Parts[]> =>
        of.length < 2
          ? E.left({
              kind: 'groups',
              message: `leaveOneGroupOut: expected two groups or more, got ${of.length}`,
            })
          : E.right(
              of.map((dev) =>
                partsAt(data, {
                  train: rowsTensor(rows.filter((row) => groups[row] !== groups[dev[0] ?? -1])),
                  dev: rowsTensor(dev),
                }),
              ),
            ),
      ),
    )
  })
}
