import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { finiteNumber } from '../../../core/tensor/setting-ranges.ts'
import { changeColumns, hasNumbers, mapNumbers, plainNumber, presentAscending } from '../frame.ts'
import { outsideCases } from '../outside-domain.ts'
import { likeliestPower, powerForms } from '../power-transform.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Skewed numbers to nearly normal ones by the power λ of greatest likelihood, found for each column: `boxCox`
 * (x^λ − 1) / λ for numbers above 0 (later ones that are not are taken for missing), `yeoJohnson` for any. Scale after it.
 *
 * λ is sought within 1 ± 32, and only where the numbers of the training part come back from what float64 holds of their
 * powers: ((1 + x)^−30 − 1) / −30 is the same number for 3 and for 4. Undone, a number beyond all powers is infinite (of `boxCox`
 * with λ > 0 it is 0), never missing.
 *
 * Sources: G. E. P. Box, D. R. Cox, "An analysis of transformations", J. R. Stat. Soc. B 26, 1964; I.-K. Yeo,
 * R. A. Johnson, "A new family of power transformations to improve normality or symmetry", Biometrika 87, 2000.
 *
 * @category Preparation
 */
export interface PowerStep {
  readonly kind: 'power'
  readonly columns: ColumnSelection
  readonly form: 'boxCox' | 'yeoJohnson'
}

/**
 * The power of a column.
 *
 * @category Preparation
 */
export interface ColumnPower {
  readonly column: string
  readonly lambda: number
}

/**
 * A fitted {@link PowerStep}.
 *
 * @category Preparation
 */
export interface FittedPower {
  readonly kind: 'power'
  readonly form: 'boxCox' | 'yeoJohnson'
  readonly powers: readonly ColumnPower[]
}

export const power = {
  required: () => ({ columns: selectionCodec, form: choiceCodec('boxCox', 'yeoJohnson') }),
  optional: () => ({}),
  fit: ({ columns, form }, frame) =>
    pipe(
      selected('power', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.flatMap((found): E.Either<PreparationError, FittedPower> => {
        const wrong = found.flatMap(({ name, values }) => {
          const row = values.findIndex(powerForms[form].isOutside)
          return row < 0
            ? []
            : [
                {
                  column: name,
                  problem: `expected numbers above 0, got ${String(values[row])} in row ${row} of the training part: take form 'yeoJohnson'`,
                },
              ]
        })
        return wrong.length > 0
          ? E.left(preparationError('columns', 'power', wrong))
          : E.right({
              kind: 'power',
              form,
              powers: found.flatMap(({ name, values }) => {
                const ascending = presentAscending(values)
                return ascending.length === 0
                  ? []
                  : [{ column: name, lambda: plainNumber(likeliestPower(powerForms[form], ascending)) }]
              }),
            })
      }),
    ),
} satisfies StepKind<PowerStep, FittedPower>

export const fittedPower = {
  content: {
    form: choiceCodec('boxCox', 'yeoJohnson'),
    powers: t.readonlyArray(
      strictRecord('a power', { column: textCodec, lambda: settingCodec(finiteNumber) }),
      'a list of powers',
    ),
  },
  apply: ({ form, powers }, frame) =>
    E.right({
      frame: changeColumns(frame, powers, (column, { lambda }) =>
        mapNumbers(column, (x) => powerForms[form].apply(x, lambda)),
      ),
      cases: outsideCases(
        frame,
        powers.map(({ column }) => column),
        powerForms[form].isOutside,
      ),
    }),
  invert: ({ form, powers }, frame) =>
    changeColumns(frame, powers, (column, { lambda }) =>
      mapNumbers(column, (y) => powerForms[form].invert(y, lambda)),
    ),
} satisfies FittedKind<FittedPower>
