import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { saveModel } from '../model/model-file.ts'
import { prepareParts } from '../tabular/fit-recipe.ts'
import type { ReadParts } from '../tabular/read-parts.ts'
import { trainTable, type TableTraining } from '../tabular/train-table.ts'
import { linearRecipe } from '../tabular/linear-recipe.ts'
import { baselineRecipe } from '../tabular/baseline-recipe.ts'
import { networkRecipe } from '../tabular/network-recipe.ts'
import { realMlpRecipe } from '../tabular/real-mlp-recipe.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { checkpointOf } from './checkpoint-of.ts'
import { onCommandLine } from './on-command-line.ts'
import { problemText, said } from './messages.ts'
import { networkAsked } from './network-asked.ts'
import { tooWide } from './network-fits.ts'
import { contradictionWords } from './option-words.ts'
import type { Options, TableSource } from './options.ts'
import { progressOn } from './progress.ts'
import { readingLines } from './reading-progress.ts'
import { questionOf } from './question-of.ts'
import { tablePlaces } from './table-places.ts'
import { tableFacts } from './table-facts.ts'
import { trainingJson, trainingText } from './training-text.ts'
import { writeCurve } from './write-curve.ts'

const recipesOf = (options: Options<TableSource>) => [
  baselineRecipe(),
  linearRecipe(),
  networkRecipe(networkAsked(options)),
  ...(options.recipe === 'realMlp' ? [realMlpRecipe()] : []),
]

/** Whether the options go with the table, before hours of work: the width of the network, and what an error is. */
export const fitsTable = (
  options: Options<TableSource>,
  { parts: { train, dev } }: Pick<ReadParts, 'parts'>,
): E.Either<{ readonly message: string }, unknown> => {
  const { optimalError, dtype, language } = options
  const { kind, names } = train.targets
  return kind === 'classes' && optimalError > 1
    ? E.left({ message: contradictionWords.optimalShare[language] })
    : pipe(
        prepareParts({ train, dev }, { ...standardPreparation(), dtype }),
        E.flatMap(({ preparation }) => {
          const wide = tooWide(options, preparation.features.length, names.length)
          return wide === undefined ? E.right(undefined) : E.left({ message: wide })
        }),
      )
}

/** Trains the recipes on a table and shows what came of them. */
export const runTable = async (
  options: Options<TableSource>,
  surroundings: Surroundings,
): Promise<E.Either<string, void>> => {
  const { say, language, ending } = surroundings
  const { source, seed, recipe, model, curve } = options
  const progress = progressOn(process.stderr, language)
  const ready = await pipe(
    tablePlaces(options),
    TE.flatMap(() => checkpointOf(options)),
  )()
  if (E.isLeft(ready)) return ready
  const started = performance.now()
  const ended = await trainTable(questionOf(source, seed), {
    recipes: recipesOf(options),
    ...(recipe === 'best' ? {} : { keep: recipe }),
    ...(source.folds === undefined ? {} : { folds: source.folds }),
    hooks: { signal: ending, watch: progress.show, ...ready.right },
    reading: readingLines(process.stderr, language, 2000),
    onRead: (read) => {
      say(tableFacts(read, surroundings))
      return fitsTable(options, read)
    },
  })()
  progress.stop()
  if (E.isLeft(ended)) return E.left(onCommandLine(ended.left)[language])
  const trained: TableTraining = ended.right
  const seconds = (performance.now() - started) / 1000
  say(trainingText(trained, options, surroundings))
  const network = trained.contenders.find(({ name }) => name === 'network')?.fitted.course
  if (network?.problem !== undefined && network.epochs === 0)
    return E.left(said.networkFailed(options.learningRate, problemText(network.problem).what)[language])
  const picture =
    curve === undefined || network === undefined
      ? E.right(undefined)
      : await writeCurve(curve, network, trained.kept.test.kind, surroundings)
  if (E.isLeft(picture)) return picture
  if (picture.right !== undefined) say(said.curve(picture.right)[language])
  if (model !== undefined) {
    const saved = await saveModel(model, trained.model)()
    if (E.isLeft(saved)) return E.left(saved.left.message)
    say(said.model(model)[language])
  }
  if (options.json) say(trainingJson(trained, options, seconds, picture.right, model))
  return network?.unsaved === undefined ? E.right(undefined) : E.left(network.unsaved)
}
