#!/usr/bin/env node
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { learningCurves } from '../report/learning-curves.ts'
import { loadData } from './load-data.ts'
import { problemText, said, summaryWords } from './messages.ts'
import { tooWide } from './network-fits.ts'
import { readOptions, type Options } from './options.ts'
import { progressOn } from './progress.ts'
import { summaryJson, summaryText } from './summary.ts'
import { train, type Result } from './train.ts'
import { runCommand, type Surroundings } from '../terminal/run-command.ts'
import { canWrite, isApart, writeWhole } from '../terminal/write-file.ts'

/** Draws and writes the learning curve; without the drawing packages that is a remark, not a failure. */
const writeCurve = async (
  file: string,
  result: Result,
  { warn, language }: Surroundings,
): Promise<E.Either<string, string | undefined>> => {
  const { pictureSvg } = await import('../report/picture-svg.ts')
  const svg = await pictureSvg(
    learningCurves(result.curve, {
      best: result.bestEpoch,
      measure: summaryWords.measure,
    }),
    { language },
  )()
  if (E.isLeft(svg)) {
    warn(said.noCurve(svg.left.message)[language])
    return E.right(undefined)
  }
  return E.map(() => file)(await writeWhole(file, svg.right)())
}

/** Whether the learning curve would take the place of the data or of the checkpoint. */
const apartFromOthers = ({ curve, checkpoint, source, language }: Options): TE.TaskEither<string, void> =>
  curve === undefined
    ? TE.right(undefined)
    : isApart(
        '--curve',
        curve,
        [
          ['--data', source.kind === 'digits16' ? undefined : source.file],
          ['--labels', source.kind === 'arrays' ? source.labels : undefined],
          ['--checkpoint', checkpoint?.file],
        ],
        language,
      )

/** Trains and shows what came of it; where an end is asked for, with the best so far. */
const run = async (options: Options, surroundings: Surroundings): Promise<E.Either<string, void>> => {
  const { say, ending, language } = surroundings
  const places = [options.curve, options.checkpoint?.file].filter((file) => file !== undefined)
  const writable = await TE.traverseSeqArray(canWrite(language))(places)()
  if (E.isLeft(writable)) return writable
  const apart = await apartFromOthers(options)()
  if (E.isLeft(apart)) return apart
  const prepared = await loadData(options)()
  if (E.isLeft(prepared)) return prepared
  const { parts, classNames } = prepared.right
  const wide = tooWide(options, parts.train.x.shape[1] ?? 0, classNames.length)
  if (wide !== undefined) return E.left(wide)
  prepared.right.notes.forEach((note) => say(note[language]))
  const ended = await train(options, prepared.right, progressOn(process.stderr, language), ending)
  if (E.isLeft(ended)) return ended
  const result = ended.right
  if (result.problem !== undefined && result.epochs === 0)
    return E.left(said.rateTooLarge(options.learningRate, problemText(result.problem).what)[language])
  say(summaryText(result, surroundings))
  const curve: E.Either<string, string | undefined> =
    options.curve === undefined || result.curve.length === 0
      ? E.right(undefined)
      : await writeCurve(options.curve, result, surroundings)
  if (E.isLeft(curve)) return curve
  if (curve.right !== undefined) say(said.curve(curve.right)[language])
  if (options.json) say(summaryJson(options, prepared.right, result, curve.right))
  return result.unsaved === undefined ? E.right(undefined) : E.left(result.unsaved)
}

const main = async (argv: readonly string[], surroundings: Surroundings): Promise<E.Either<string, void>> => {
  if (argv[0] === 'report') return (await import('./report.ts')).report(argv.slice(1), surroundings)
  const request = await readOptions(argv, surroundings)
  return E.isLeft(request)
    ? request
    : request.right.kind === 'help'
      ? E.right(surroundings.say(request.right.text))
      : run(request.right.options, surroundings)
}

const argv = process.argv.slice(2)

await runCommand(
  async (surroundings) => {
    const ended = await main(argv, surroundings)
    if (E.isRight(ended)) return 0
    surroundings.complain(ended.left)
    return 1
  },
  { argv, misuse: 1 },
)
