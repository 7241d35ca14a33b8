import * as E from 'fp-ts/lib/Either.js'
import { saveModel } from '../model/model-file.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { writtenPlaces } from '../terminal/write-file.ts'
import { arrayModel } from './array-model.ts'
import { loadData, type ArraySource } from './load-data.ts'
import { problemText, said } from './messages.ts'
import { tooWide } from './network-fits.ts'
import type { Options } from './options.ts'
import { progressOn } from './progress.ts'
import { summaryJson, summaryText } from './summary.ts'
import { train } from './train.ts'
import { writeCurve } from './write-curve.ts'

/** The files that are written, and that they take the place of none that is read. */
const placesOf = ({ curve, checkpoint, model, source, language }: Options<ArraySource>) =>
  writtenPlaces(
    [
      ['--data', source.kind === 'digits16' ? undefined : source.file],
      ['--labels', source.kind === 'arrays' ? source.labels : undefined],
    ],
    [
      ['--checkpoint', checkpoint?.file],
      ['--model', model],
      ['--curve', curve],
    ],
    language,
  )

/** Trains and shows what came of it; where an end is asked for, with the best so far. */
export const runArrays = async (
  options: Options<ArraySource>,
  surroundings: Surroundings,
): Promise<E.Either<string, void>> => {
  const { say, ending, language } = surroundings
  const places = await placesOf(options)()
  if (E.isLeft(places)) return places
  const prepared = await loadData(options)()
  if (E.isLeft(prepared)) return prepared
  const { parts, settings } = prepared.right
  const { names } = parts.train.targets
  const wide = tooWide(options, parts.train.x.shape[1] ?? 0, names.length)
  if (wide !== undefined) return E.left(wide)
  prepared.right.notes.forEach((note) => say(note[language]))
  const ended = await train(options, prepared.right, progressOn(process.stderr, language), ending)
  if (E.isLeft(ended)) return ended
  const result = ended.right
  if (result.problem !== undefined && result.epochs === 0)
    return E.left(said.rateTooLarge(settings.learningRate, problemText(result.problem).what)[language])
  say(summaryText(result, options, surroundings))
  const curve: E.Either<string, string | undefined> =
    options.curve === undefined || result.curve.length === 0
      ? E.right(undefined)
      : await writeCurve(options.curve, result, 'classes', surroundings)
  if (E.isLeft(curve)) return curve
  if (curve.right !== undefined) say(said.curve(curve.right)[language])
  if (options.model !== undefined) {
    const saved = await saveModel(options.model, arrayModel(options, prepared.right, result))()
    if (E.isLeft(saved)) return E.left(saved.left.message)
    say(said.model(options.model)[language])
  }
  if (options.json) say(summaryJson(options, prepared.right, result, curve.right))
  return result.unsaved === undefined ? E.right(undefined) : E.left(result.unsaved)
}
