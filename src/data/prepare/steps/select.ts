import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { count, notNegative } from '../../../core/tensor/setting-ranges.ts'
import { hasNumbers, presentAscending, type NumbersInFrame } from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { StepKind, TrainingTargets } from '../step-kind.ts'
import { univariateScore } from '../univariate-score.ts'
import type { FittedDrop } from './drop.ts'
import { standardStatistics } from './scale.ts'

/**
 * Leaves out, of these columns of numbers, those of little `variance`, or of little `score`: what each alone tells of the
 * targets in training, r² of the correlation with targets that are numbers, or of classes the share η² of its variance
 * between them. Stays what reaches `least`, and of that the first `most` by the measure.
 *
 * @category Preparation
 */
export interface SelectStep {
  readonly kind: 'select'
  readonly columns: ColumnSelection
  readonly by: 'variance' | 'score'
  /** Unless told otherwise, of a variance any above 0, of a score 0. */
  readonly least?: number
  readonly most?: number
}

/** Of a variance its root, which numbers have whose squares vanish. */
const measure = ({ by }: SelectStep, { values }: NumbersInFrame, training: TrainingTargets): number => {
  if (by === 'score') return univariateScore(values, training)
  const ascending = presentAscending(values)
  return ascending.length === 0 || ascending[0] === ascending.at(-1) ? 0 : standardStatistics(ascending).scale
}

export const select = {
  required: () => ({ columns: selectionCodec, by: choiceCodec('variance', 'score') }),
  optional: () => ({ least: settingCodec(notNegative), most: settingCodec(count) }),
  fit: (step, frame, training) =>
    pipe(
      selected('select', frame, step.columns, { words: 'numbers', is: hasNumbers }),
      E.map((found) => {
        const least =
          step.by === 'score'
            ? (step.least ?? 0)
            : step.least === undefined
              ? Number.MIN_VALUE
              : Math.sqrt(step.least)
        const measured = found
          .map((column) => ({ name: column.name, value: measure(step, column, training) }))
          .sort((a, b) => b.value - a.value)
        const kept = new Set(
          measured
            .filter(({ value }) => value >= least)
            .slice(0, step.most ?? measured.length)
            .map(({ name }) => name),
        )
        return {
          kind: 'drop' as const,
          columns: found.map(({ name }) => name).filter((name) => !kept.has(name)),
          reason: `little ${step.by}`,
        }
      }),
    ),
} satisfies StepKind<SelectStep, FittedDrop>
