import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { saveModel } from '../model/model-file.ts'
import type { StreamQuestion } from '../tabular/stream-question.ts'
import { trainTableStream } from '../tabular/train-table-stream.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { checkpointOf } from './checkpoint-of.ts'
import { problemText, said } from './messages.ts'
import { networkAsked } from './network-asked.ts'
import { tooWide } from './network-fits.ts'
import { onCommandLine } from './on-command-line.ts'
import type { Options, TableSource } from './options.ts'
import { progressOn } from './progress.ts'
import { questionOf } from './question-of.ts'
import { readingLines } from './reading-progress.ts'
import { streamFacts, streamTrainingJson, streamTrainingText } from './stream-text.ts'
import { tablePlaces } from './table-places.ts'
import { writeCurve } from './write-curve.ts'

/** What a stream is asked; all else that options may ask of a table was refused. */
const streamQuestion = (source: TableSource, seed: number): StreamQuestion => {
  const { file, targets, task, drop, features, reading, shares } = questionOf(source, seed)
  const { train, dev, test } = shares ?? {}
  return {
    file,
    targets,
    seed,
    ...(task === undefined ? {} : { task }),
    ...(drop === undefined ? {} : { drop }),
    ...(features === undefined ? {} : { features }),
    ...(reading === undefined ? {} : { reading }),
    ...(train === undefined || dev === undefined || test === undefined
      ? {}
      : { shares: { train, dev, test } }),
  }
}

/** Trains the network on a table that is never held as a whole and shows what came of it. */
export const runTableStream = async (
  options: Options<TableSource>,
  surroundings: Surroundings,
): Promise<E.Either<string, void>> => {
  const { say, language, ending } = surroundings
  const { source, seed, model, curve } = options
  const prepareRows = options.stream?.prepareRows ?? 50_000
  // How many inputs there will be is not known yet: at least one.
  const wide = tooWide(options, 1, 1)
  if (wide !== undefined) return E.left(wide)
  const ready = await pipe(
    tablePlaces(options),
    TE.flatMap(() => checkpointOf(options)),
  )()
  if (E.isLeft(ready)) return ready
  const progress = progressOn(process.stderr, language)
  const started = performance.now()
  const ended = await trainTableStream(streamQuestion(source, seed), {
    network: networkAsked(options),
    prepareRows,
    hooks: { signal: ending, watch: progress.show, ...ready.right },
    reading: readingLines(process.stderr, language, 10_000),
    onRead: (read) => say(streamFacts(read, prepareRows, surroundings)),
  })()
  progress.stop()
  if (E.isLeft(ended)) return E.left(onCommandLine(ended.left)[language])
  const trained = ended.right
  const seconds = (performance.now() - started) / 1000
  say(streamTrainingText(trained, surroundings))
  const { course } = trained.fitted
  if (course?.problem !== undefined && course.epochs === 0)
    return E.left(said.networkFailed(options.learningRate, problemText(course.problem).what)[language])
  const picture =
    curve === undefined || course === undefined
      ? E.right(undefined)
      : await writeCurve(curve, course, trained.test.kind, surroundings)
  if (E.isLeft(picture)) return picture
  if (picture.right !== undefined) say(said.curve(picture.right)[language])
  if (model !== undefined) {
    const saved = await saveModel(model, trained.model)()
    if (E.isLeft(saved)) return E.left(saved.left.message)
    say(said.model(model)[language])
  }
  if (options.json) say(streamTrainingJson(trained, options, seconds, { curve: picture.right, model }))
  return course?.unsaved === undefined ? E.right(undefined) : E.left(course.unsaved)
}
