import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Key } from '../core/numeric/index.ts'
import type { SplitError } from '../data/split/deal-rows.ts'
import type { TableSplit, TableTrainDev } from '../data/split/parts.ts'
import type { Sealed } from '../data/split/sealed.ts'
import { splitByTime } from '../data/split/split-by-time.ts'
import { splitData } from '../data/split/split.ts'
import type { LabelledTable } from '../data/table/table.ts'

/** The shares of the parts; without one for a test part it is a file of its own. */
export interface Shares {
  readonly train: number
  readonly dev: number
  readonly test?: number
}

/** What the rows are dealt by: a draw, groups that stay together, or an order of time. */
export interface Dealing {
  readonly key: Key
  readonly groups?: readonly (number | string)[]
  readonly times?: readonly number[]
}

/** Deals the rows of a table to parts to learn from and to choose by. */
export const dealInTwo = (
  data: LabelledTable<'raw'>,
  { train, dev }: Shares,
  { key, groups, times }: Dealing,
): E.Either<SplitError, TableTrainDev> =>
  times === undefined
    ? splitData(
        { train, dev },
        { key, rareClasses: 'deal', ...(groups === undefined ? {} : { groups }) },
      )(data)
    : splitByTime({ train, dev }, { by: times })(data)

/** The same with a part to judge by, unless that is there already. */
export const dealTable = (
  data: LabelledTable<'raw'>,
  shares: Shares,
  dealing: Dealing,
  ready: Sealed<LabelledTable<'test'>> | undefined,
): E.Either<SplitError, TableSplit> => {
  const { key, groups, times } = dealing
  const { train, dev, test } = shares
  return ready !== undefined || test === undefined
    ? pipe(
        dealInTwo(data, shares, dealing),
        E.flatMap((parts) =>
          ready === undefined
            ? E.left<SplitError>({
                kind: 'ratios',
                message: 'expected a share of rows, or a file, to judge by',
              })
            : E.right({ ...parts, test: ready }),
        ),
      )
    : times === undefined
      ? splitData(
          { train, dev, test },
          { key, rareClasses: 'deal', ...(groups === undefined ? {} : { groups }) },
        )(data)
      : splitByTime({ train, dev, test }, { by: times })(data)
}
