import type { Dataset, Targets } from '../data/dataset.ts'
import { rowsAt } from '../data/dataset.ts'
import { labelledRowsAt, type LabelledTable, type Table } from '../data/table/table.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Rows that may be divided: a data set or a labelled table, of no role yet or for training.
 *
 * @category Cross-validation
 */
export type Divisible = Dataset<'raw' | 'train'> | LabelledTable<'raw' | 'train'>

/**
 * A part of the kind that was divided.
 *
 * @category Cross-validation
 */
export type PartOf<D, R extends 'train' | 'dev' | 'test'> =
  D extends LabelledTable<'raw' | 'train', infer T>
    ? LabelledTable<R, T>
    : D extends Dataset<'raw' | 'train', infer T>
      ? Dataset<R, T>
      : never

/**
 * What a model predicts of: the rows of features of a data set, the table of a labelled one.
 *
 * @category Cross-validation
 */
export type FeaturesOf<D> = D extends LabelledTable ? Table : Tensor

export const isTable = (data: object): data is LabelledTable => 'features' in data

/** The rows at these positions in a role. */
export const rowsOf = <D extends Divisible, R extends 'train' | 'dev'>(
  data: D,
  rows: Tensor,
  role: R,
): PartOf<D, R> =>
  // Which of the two it is stands in the type of the data, and nothing else could come out.
  (isTable(data)
    ? labelledRowsAt<'train', Targets, R>(data as LabelledTable<'train'>, rows, role)
    : rowsAt<'train', Targets, R>(data as Dataset<'train'>, rows, role)) as PartOf<D, R>

export const featuresOf = <D>(part: Dataset | LabelledTable): FeaturesOf<D> =>
  (isTable(part) ? part.features : part.x) as FeaturesOf<D>
