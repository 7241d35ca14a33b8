/** A page that predicts: it fetches a model and a text, and tells what the model says of it. */
import { toTypedArray } from '../../src/core/autodiff/read.ts'
import { decodePredictor, type PredictedRows } from '../../src/model/index.ts'
import { tell } from '../restricted/tell.ts'

const evaluates = ((): boolean => {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- to show that the policy forbids it
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

const said = ({ predictions, cases }: PredictedRows): object => ({
  bytes: Array.from(
    new Uint8Array(
      toTypedArray(predictions.kind === 'classes' ? predictions.probabilities : predictions.estimates).buffer,
    ),
  ),
  cases,
})

const told = async (): Promise<object> => {
  try {
    const model = new Uint8Array(await (await fetch('/crates.model')).arrayBuffer())
    const text = await (await fetch('/crates.csv')).text()
    const predict = decodePredictor(model)
    if (predict._tag === 'Left') return predict
    const [ofText, ofCells] = [
      predict.right.ofText(text),
      predict.right.ofCells([{ width: 1.5, wood: 'oak', height: '0,5' }]),
    ]
    return {
      evaluates,
      ofText: ofText._tag === 'Left' ? ofText : said(ofText.right),
      ofCells: ofCells._tag === 'Left' ? ofCells : said(ofCells.right),
    }
  } catch (error) {
    return { problem: String(error), stack: error instanceof Error ? error.stack : '' }
  }
}

tell(await told())

export {}
