import type * as E from 'fp-ts/lib/Either.js'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Dataset, Role, Targets } from '../dataset.ts'
import type { Column, LabelledTable, Table } from '../table/table.ts'
import type { PredictionCase } from './prediction-case.ts'
import type { PreparationError } from './preparation-error.ts'
import type { FittedStep, PreparationStep } from './step.ts'
import type { FittedTarget, TargetScaling } from './target-scaling.ts'

/**
 * What is to be done with a table before a network sees it, as data: steps in their order, what becomes of targets that are
 * numbers, and the dtype of the features.
 *
 * @category Preparation
 */
export interface PreparationPlan {
  readonly steps: readonly PreparationStep[]
  /** Of regression; `standard` unless told otherwise. */
  readonly target?: TargetScaling
  /** float32 unless told otherwise. All is computed in float64. */
  readonly dtype?: 'float32' | 'float64'
}

/**
 * A column of what a preparation gives.
 *
 * @category Preparation
 */
export interface PreparedFeature {
  readonly name: string
  /** The column of the table that it is made of; several are joined by ` + `. */
  readonly column: string
  readonly kind: 'number' | 'indicator' | 'one-hot' | 'code'
  /** Of a code: how many there are, from 0, which stands for unseen and missing; the rows of an embedding. */
  readonly levels?: number
}

/**
 * A column that a preparation reads.
 *
 * @category Preparation
 */
export interface ReadColumn {
  readonly name: string
  readonly kind: Column['kind']
}

/**
 * A column that has no part in the features, and why: `told` or another reason of a `drop` step, `text` and `identifier`
 * (of no use unless a step says so), `empty` (no cell in training).
 *
 * @category Preparation
 */
export interface LeftColumn {
  readonly column: string
  readonly reason: string
}

/**
 * A fitted preparation as plain data: keep it as JSON, `decodePreparation` gives it back bit for bit.
 *
 * @category Preparation
 */
export interface PreparationSpec {
  /** What a table needs to have; the order of its columns makes no difference. */
  readonly columns: readonly ReadColumn[]
  readonly left: readonly LeftColumn[]
  readonly steps: readonly FittedStep[]
  readonly features: readonly PreparedFeature[]
  /** For each feature what stands where no step has a number: its median in training, 0 for a feature that always has one. */
  readonly fallbacks: readonly number[]
  readonly target: FittedTarget
  readonly dtype: 'float32' | 'float64'
}

/**
 * What a preparation makes of a table.
 *
 * @category Preparation
 */
export interface PreparedTable {
  /** `[n, features]`, every number finite. */
  readonly x: Tensor
  /** Cells it was not fitted for, and what was made of them. */
  readonly cases: readonly PredictionCase[]
  /** Columns of the table that it has no use for. */
  readonly ignored: readonly string[]
}

/**
 * The columns of a table that features tell.
 *
 * @category Preparation
 */
export interface RecoveredColumns {
  readonly columns: readonly Column[]
  /** Columns that the features do not tell: dates in parts, frequencies, merged levels. */
  readonly lost: readonly string[]
}

/**
 * A way from tables to features, fitted on a training part and ready for any other.
 *
 * @category Preparation
 */
export interface Preparation {
  readonly spec: PreparationSpec
  readonly features: readonly PreparedFeature[]
  /**
   * Row i of x depends on row i of the table only. A left value lists all columns that are absent or of another kind, and
   * unseen levels where a step refuses them.
   */
  readonly apply: (table: Table) => E.Either<PreparationError, PreparedTable>
  /** The same for a part with targets, which are scaled as the plan says; the role stays. */
  readonly applyLabelled: <R extends Role, T extends Targets>(
    part: LabelledTable<R, T>,
  ) => E.Either<PreparationError, Dataset<R, T>>
  /**
   * The columns that the features `[n, features]` tell: every step undone that can be. Numbers come back within rounding,
   * those that were clipped as their bound; features that no number has, such as one beyond the bound of `smoothClip`, give
   * the end of the range, which may be infinite. NaN is a missing cell.
   */
  readonly invert: (x: Tensor) => RecoveredColumns
  /** Estimates `[n]` or `[n, columns]` in the units of the targets, float64. */
  readonly invertTargets: (estimates: Tensor) => Tensor
}
