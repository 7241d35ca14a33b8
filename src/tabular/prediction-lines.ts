import { toTypedArray } from '../core/autodiff/read.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import type { Predictions } from '../evaluation/predictions.ts'

/**
 * How predictions are written: a line of CSV for each row behind a line of names, or a JSON object on each line.
 *
 * @category Predictions
 */
export type PredictionFormat = 'csv' | 'jsonl'

/** A cell of CSV, in quotes where it needs them (RFC 4180). */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const csvLine = (cells: readonly string[]): string => cells.map(cell).join(',')

/** A name that no kept column has, such as the target's where its truth is kept beside the estimate. */
const besides =
  (kept: readonly string[]) =>
  (name: string): string =>
    kept.includes(name) ? besides(kept)(`predicted ${name}`) : name

/** The columns that predictions are written in: the class and the probability of each, or the estimates. */
const columnsOf = (predictions: Predictions, kept: readonly string[]): readonly string[] =>
  (predictions.kind === 'classes'
    ? ['prediction', ...predictions.names.map((name) => `probability of ${name}`)]
    : predictions.names
  ).map(besides(kept))

/**
 * The line of names that CSV begins with; nothing stands before JSON lines. A name that a kept column has too is given to
 * the kept one, and `predicted` with it to the prediction.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions } from 'puregrad/evaluation'
 * import { predictionHeader } from 'puregrad/tabular'
 * const said = classPredictions(tensor([[0.25, 0.75]]), ['no', 'yes'])
 * predictionHeader(said, 'csv', ['id']) // => ['id,prediction,probability of no,probability of yes']
 * ```
 * @category Predictions
 */
export const predictionHeader = (
  predictions: Predictions,
  format: PredictionFormat,
  kept: readonly string[] = [],
): readonly string[] => (format === 'csv' ? [csvLine([...kept, ...columnsOf(predictions, kept)])] : [])

const rowOf = (numbers: ArrayLike<number>, row: number, width: number): readonly number[] =>
  Array.from({ length: width }, (_, column) => numbers[row * width + column] ?? NaN)

const greatest = (numbers: readonly number[]): number =>
  numbers.reduce((best, number, i) => (number > (numbers[best] ?? NaN) ? i : best), 0)

/**
 * Predictions as text, a line for each row: the same letters wherever they are made, as numbers are written in the
 * shortest form that reads back as the same number.
 *
 * @param kept cells of the row itself that go before its prediction, by name.
 * @throws ArgumentError for another format.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions } from 'puregrad/evaluation'
 * import { predictionLines } from 'puregrad/tabular'
 * const said = classPredictions(tensor([[0.25, 0.75]], { dtype: 'float64' }), ['no', 'yes'])
 * predictionLines(said, 'csv') // => ['yes,0.25,0.75']
 * predictionLines(said, 'jsonl') // => ['{"prediction":"yes","probabilities":{"no":0.25,"yes":0.75}}']
 * ```
 * @category Predictions
 */
export const predictionLines = (
  predictions: Predictions,
  format: PredictionFormat,
  kept: readonly { readonly name: string; readonly cells: readonly string[] }[] = [],
): readonly string[] => {
  checkChoice('predictionLines', 'format', format, ['csv', 'jsonl'])
  const { names } = predictions
  const numbers = toTypedArray(
    predictions.kind === 'classes' ? predictions.probabilities : predictions.estimates,
  )
  const title = besides(kept.map(({ name }) => name))
  return Array.from({ length: numbers.length / names.length }, (_, i) => {
    const own = rowOf(numbers, i, names.length)
    const decided = names[greatest(own)] ?? ''
    if (format === 'csv')
      return csvLine([
        ...kept.map(({ cells }) => cells[i] ?? ''),
        ...(predictions.kind === 'classes' ? [decided] : []),
        ...own.map(String),
      ])
    const named = (as: (name: string) => string) =>
      Object.fromEntries(names.map((name, column) => [as(name), own[column]]))
    return JSON.stringify({
      ...Object.fromEntries(kept.map(({ name, cells }) => [name, cells[i] ?? ''])),
      ...(predictions.kind === 'classes'
        ? { [title('prediction')]: decided, [title('probabilities')]: named((name) => name) }
        : named(title)),
    })
  })
}
