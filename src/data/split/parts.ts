import type * as E from 'fp-ts/lib/Either.js'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Dataset, Targets } from '../dataset.ts'
import { labelledAt, type Labelled } from '../labelled.ts'
import type { LabelledTable } from '../table/table.ts'
import { requireRole } from '../part.ts'
import type { RareClass, SplitError } from './deal-rows.ts'
import { seal, type Sealed } from './sealed.ts'

/** What a split says of classes with few rows. */
interface SaysOfClasses {
  /** Classes that some part has no row of; present where `rareClasses: 'deal'` allowed that and it came to it. */
  readonly rareClasses?: readonly RareClass[]
}

/**
 * A part to fit on and one to choose by.
 *
 * @category Splitting
 */
export interface TrainDev<T extends Targets = Targets> extends SaysOfClasses {
  readonly train: Dataset<'train', T>
  readonly dev: Dataset<'dev', T>
}

/**
 * The same with a part to judge by in the end, sealed until then.
 *
 * @category Splitting
 */
export interface Split<T extends Targets = Targets> extends TrainDev<T> {
  readonly test: Sealed<Dataset<'test', T>>
}

/**
 * {@link TrainDev} of a labelled table.
 *
 * @category Splitting
 */
export interface TableTrainDev<T extends Targets = Targets> extends SaysOfClasses {
  readonly train: LabelledTable<'train', T>
  readonly dev: LabelledTable<'dev', T>
}

/**
 * {@link Split} of a labelled table.
 *
 * @category Splitting
 */
export interface TableSplit<T extends Targets = Targets> extends TableTrainDev<T> {
  readonly test: Sealed<LabelledTable<'test', T>>
}

/** What can be split. */
export type Splittable<T extends Targets = Targets> = Labelled<'raw' | 'train', T>

/** The parts of either, as they come about. */
export interface Parts extends SaysOfClasses {
  readonly train: Labelled<'train'>
  readonly dev: Labelled<'dev'>
  readonly test?: Sealed<Labelled<'test'>>
}

/** The parts that these rows are. */
export const partsAt = (
  data: Splittable,
  { train, dev, test }: { readonly train: Tensor; readonly dev: Tensor; readonly test?: Tensor },
  rareClasses: readonly RareClass[] = [],
): Parts => ({
  train: labelledAt(data, train, 'train'),
  dev: labelledAt(data, dev, 'dev'),
  ...(test === undefined ? {} : { test: seal(labelledAt(data, test, 'test')) }),
  ...(rareClasses.length === 0 ? {} : { rareClasses }),
})

/**
 * Splits a labelled table or a data set in three.
 *
 * @category Splitting
 */
export interface SplitWithTest {
  <T extends Targets>(data: LabelledTable<'raw' | 'train', T>): E.Either<SplitError, TableSplit<T>>
  <T extends Targets>(data: Dataset<'raw' | 'train', T>): E.Either<SplitError, Split<T>>
}

/**
 * Splits a labelled table or a data set in two.
 *
 * @category Splitting
 */
export interface SplitInTwo {
  <T extends Targets>(data: LabelledTable<'raw' | 'train', T>): E.Either<SplitError, TableTrainDev<T>>
  <T extends Targets>(data: Dataset<'raw' | 'train', T>): E.Either<SplitError, TrainDev<T>>
}

/**
 * Ways to split a labelled table or a data set in two.
 *
 * @category Splitting
 */
export interface Folding {
  <T extends Targets>(
    data: LabelledTable<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly TableTrainDev<T>[]>
  <T extends Targets>(data: Dataset<'raw' | 'train', T>): E.Either<SplitError, readonly TrainDev<T>[]>
}

/** A way to split that gives tables of tables and data sets of data sets; only rows that may be trained on are split. */
export const splitting = (
  where: string,
  split: (data: Splittable) => E.Either<SplitError, Parts>,
): SplitWithTest => {
  function of<T extends Targets>(data: LabelledTable<'raw' | 'train', T>): E.Either<SplitError, TableSplit<T>>
  function of<T extends Targets>(data: Dataset<'raw' | 'train', T>): E.Either<SplitError, Split<T>>
  function of(data: Splittable): E.Either<SplitError, Parts> {
    requireRole(where, data, ['raw', 'train'])
    return split(data)
  }
  return of
}

/** The same of ways to split in two. */
export const folding = (
  where: string,
  fold: (data: Splittable) => E.Either<SplitError, readonly Parts[]>,
): Folding => {
  function of<T extends Targets>(
    data: LabelledTable<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly TableTrainDev<T>[]>
  function of<T extends Targets>(
    data: Dataset<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly TrainDev<T>[]>
  function of(data: Splittable): E.Either<SplitError, readonly Parts[]> {
    requireRole(where, data, ['raw', 'train'])
    return fold(data)
  }
  return of
}
