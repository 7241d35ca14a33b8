import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec } from '../../../core/codec/setting-codec.ts'
import { exp, expm1, log as naturalLog, log1p } from '../../../core/kernel/portable-math.ts'
import { hasNumbers, mapNumbersOf } from '../frame.ts'
import { outsideCases } from '../outside-domain.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * The logarithm of numbers above 0 (`log`), or log(1 + x) of numbers above −1 (`log1p`, for counts). Later numbers that
 * have none are taken for missing.
 *
 * @category Preparation
 */
export interface LogStep {
  readonly kind: 'log'
  readonly columns: ColumnSelection
  readonly form: 'log' | 'log1p'
}

/**
 * A fitted {@link LogStep}.
 *
 * @category Preparation
 */
export interface FittedLog {
  readonly kind: 'log'
  readonly columns: readonly string[]
  readonly form: 'log' | 'log1p'
}

const forms = {
  log: { above: 0, apply: naturalLog, invert: exp },
  log1p: { above: -1, apply: log1p, invert: expm1 },
}

export const log = {
  required: () => ({ columns: selectionCodec, form: choiceCodec('log', 'log1p') }),
  optional: () => ({}),
  fit: ({ columns, form }, frame) =>
    pipe(
      selected('log', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.flatMap((found): E.Either<PreparationError, FittedLog> => {
        const { above } = forms[form]
        const wrong = found.flatMap(({ name, values }) => {
          const row = values.findIndex((x) => x <= above)
          return row < 0
            ? []
            : [
                {
                  column: name,
                  problem: `expected numbers above ${above}, got ${String(values[row])} in row ${row} of the training part: take ${form === 'log' ? "form 'log1p' where the least is 0, or " : ''}power with form 'yeoJohnson'`,
                },
              ]
        })
        return wrong.length > 0
          ? E.left(preparationError('columns', 'log', wrong))
          : E.right({ kind: 'log', columns: found.map(({ name }) => name), form })
      }),
    ),
} satisfies StepKind<LogStep, FittedLog>

export const fittedLog = {
  content: { columns: t.readonlyArray(textCodec, 'a list of names'), form: choiceCodec('log', 'log1p') },
  apply: ({ columns, form }, frame) => {
    const { above, apply } = forms[form]
    return E.right({
      frame: mapNumbersOf(frame, columns, (x) => (x <= above ? NaN : apply(x))),
      cases: outsideCases(frame, columns, (x) => x <= above),
    })
  },
  invert: ({ columns, form }, frame) => mapNumbersOf(frame, columns, forms[form].invert),
} satisfies FittedKind<FittedLog>
