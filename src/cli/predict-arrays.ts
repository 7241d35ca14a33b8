/* eslint-disable functional/no-loop-statements -- chunks of rows are passed on as they are predicted */
import * as E from 'fp-ts/lib/Either.js'
import { readExamples } from '../data/formats/labelled-arrays.ts'
import { predictor } from '../model/predictor.ts'
import type { PredictingModel } from '../model/trained-model.ts'
import { predictionHeader, predictionLines, type PredictionFormat } from '../tabular/prediction-lines.ts'
import type { PredictedLines } from '../tabular/predict-table.ts'
import { rowsBetween } from '../training/rows-between.ts'

const chunk = 4096

/** What a model of arrays says of each example in a file, IDX or NPY, some rows at a time. */
export async function* predictArrays(
  model: PredictingModel,
  file: string,
  format: PredictionFormat,
): AsyncGenerator<E.Either<{ readonly message: string }, PredictedLines>, void> {
  const predict = predictor(model)
  if (E.isLeft(predict)) {
    yield predict
    return
  }
  const examples = await readExamples(file)()
  if (E.isLeft(examples)) {
    yield examples
    return
  }
  const [n = 0, width] = examples.right.shape
  if (width !== model.features.length) {
    yield E.left({
      message: `${file}: expected ${model.features.length} numbers for each example, as the model was trained on, got ${width}`,
    })
    return
  }
  for (const start of Array.from({ length: Math.ceil(n / chunk) }, (_, i) => i * chunk)) {
    const stop = Math.min(n, start + chunk)
    const predictions = predict.right.ofFeatures(rowsBetween(examples.right, start, stop))
    yield E.right({
      lines: [
        ...(start === 0 ? predictionHeader(predictions, format) : []),
        ...predictionLines(predictions, format),
      ],
      rows: stop - start,
      cases: [],
    })
  }
}
