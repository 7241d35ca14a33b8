import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { foldIn, key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { crossValidateRecipes } from './cross-validate-recipes.ts'
import { digestOfTable } from './table-digest.ts'
import { openTest } from '../data/split/sealed.ts'
import type { PreparationError } from '../data/prepare/preparation-error.ts'
import type { TableProgress } from '../data/table/reading-options.ts'
import type { TableReading } from '../data/table/table-reading.ts'
import type { LabelledTable } from '../data/table/table.ts'
import type { CrossValidation } from '../evaluation/cross-validate.ts'
import { baselineOf, type Baseline } from '../evaluation/baseline.ts'
import { judge } from '../evaluation/judge.ts'
import type { Judgement } from '../evaluation/judgement.ts'
import type { ModelFigure, TrainedModel } from '../model/trained-model.ts'
import { baselineRecipe } from './baseline-recipe.ts'
import { linearRecipe } from './linear-recipe.ts'
import { networkRecipe } from './network-recipe.ts'
import { readParts, type ReadParts } from './read-parts.ts'
import type { FittedRecipe, Recipe } from './recipe.ts'
import type { TrainingHooks } from './run-network.ts'
import type { TableQuestion } from './table-question.ts'
import { version } from './version.ts'

/**
 * A recipe after training, with what it is worth on each part.
 *
 * @category Tables
 */
export interface Contender {
  readonly name: string
  readonly fitted: FittedRecipe
  readonly train: Judgement
  readonly dev: Judgement
  readonly test: Judgement
}

/**
 * What came of a table: the recipes side by side, and the model of the one that is kept.
 *
 * @category Tables
 */
export interface TableTraining {
  readonly reading: TableReading
  /** How many rows each part has. */
  readonly rows: { readonly train: number; readonly dev: number; readonly test: number }
  readonly baseline: Baseline
  readonly contenders: readonly Contender[]
  /** The one with the smallest dev loss, or the one that was asked for. */
  readonly kept: Contender
  readonly model: TrainedModel
  /** Of each recipe, where it was asked for. */
  readonly folds?: Readonly<Record<string, CrossValidation<unknown>>>
}

/**
 * What a table is trained with.
 *
 * @category Tables
 */
export interface TrainTableOptions {
  /** The recipes to compare, the simplest first: a baseline, a linear model and a network unless told otherwise. */
  readonly recipes?: readonly Recipe[]
  /** The name of the recipe to keep; the one with the smallest dev loss unless told otherwise, the first among equals. */
  readonly keep?: string
  readonly hooks?: TrainingHooks
  /** Hears how far the reading of the file is. */
  readonly reading?: (progress: TableProgress) => void
  /** Into how many folds the rows outside of the test part are dealt, to cross-validate every recipe too. */
  readonly folds?: number
  /** Hears of the table as soon as it is read; a left value ends it there. */
  readonly onRead?: (read: ReadParts) => E.Either<{ readonly message: string }, unknown>
}

/** What a model is chosen by: the log loss of classes, the unexplained share of the spread of numbers. */
export const lossOf = (judgement: Judgement): number =>
  judgement.kind === 'classes' ? judgement.logLoss.value : 1 - judgement.rSquared.value

const best = (contenders: readonly Contender[]): Contender | undefined =>
  contenders.reduce<Contender | undefined>(
    (found, each) => (found === undefined || lossOf(each.dev) < lossOf(found.dev) ? each : found),
    undefined,
  )

const figuresOf = (part: ModelFigure['part'], judgement: Judgement): readonly ModelFigure[] => {
  const named =
    judgement.kind === 'classes'
      ? {
          accuracy: judgement.accuracy,
          'balanced accuracy': judgement.balancedAccuracy,
          'log loss': judgement.logLoss,
        }
      : { RMSE: judgement.rootMeanSquaredError, 'R²': judgement.rSquared, MAE: judgement.meanAbsoluteError }
  return Object.entries(named).flatMap(
    ([
      name,
      {
        value,
        interval: [low, high],
      },
    ]) =>
      Number.isFinite(value)
        ? [{ name, part, value, ...(Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {}) }]
        : [],
  )
}

const modelOf = (
  { fitted, dev, test }: Contender,
  { reading, targets, labelled }: ReadParts,
  { file, seed = 0 }: TableQuestion,
  baseline: Baseline,
): TrainedModel => ({
  ...fitted.model,
  schema: reading.schema,
  baseline,
  record: {
    settings: { ...fitted.settings, targetColumns: targets },
    seed,
    data: { name: file, rows: labelled.n, digest: digestOfTable(labelled) },
    figures: [...figuresOf('dev', dev), ...figuresOf('test', test)],
    version,
  },
})

/** Fits each recipe in turn and judges it on every part. */
const contend = (
  recipes: readonly Recipe[],
  { parts }: ReadParts,
  baseline: Baseline,
  seed: number,
  hooks: TrainingHooks,
): TE.TaskEither<{ readonly message: string }, readonly Contender[]> => {
  const opened = openTest(parts.test, [], 'the final estimate of each recipe', { models: recipes.length })
  if (E.isLeft(opened)) return TE.left(opened.left)
  const test = opened.right.data
  const judged = (fitted: FittedRecipe, part: LabelledTable): E.Either<PreparationError, Judgement> =>
    pipe(
      fitted.predictor.ofTable(part.features),
      E.map(({ predictions }) =>
        judge(predictions, part.y, {
          baseline,
          ...(part.weights === undefined ? {} : { weights: part.weights }),
        }),
      ),
    )
  return TE.traverseSeqArray((recipe: Recipe) =>
    pipe(
      recipe.fit(parts, foldIn(key(seed), recipe.name), hooks),
      TE.flatMapEither((fitted) =>
        pipe(
          E.Do,
          E.apS('train', judged(fitted, parts.train)),
          E.apS('dev', judged(fitted, parts.dev)),
          E.apS('test', judged(fitted, test)),
          E.map((judgements) => ({ name: recipe.name, fitted, ...judgements })),
        ),
      ),
    ),
  )(recipes)
}

/**
 * From a table to models: reads it, deals its rows to parts, fits the recipes on the training part, judges them side by side
 * and keeps the one with the smallest dev loss. On small tables that is often the linear model.
 *
 * A left value is one line for each problem of the file, with the remedy.
 *
 * @throws ArgumentError where no recipe has the name that is to be kept.
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { saveModel } from 'puregrad/model'
 * import { trainTable } from 'puregrad/tabular'
 * const trained = await trainTable({ file: 'titanic.csv', targets: ['Survived'] })()
 * if (E.isRight(trained)) {
 *   trained.right.contenders.map(({ name, test }) => [name, test.verdict])
 *   await saveModel('titanic.model', trained.right.model)()
 * }
 * ```
 * @category Tables
 */
export const trainTable = (
  question: TableQuestion,
  options: TrainTableOptions = {},
): TE.TaskEither<{ readonly message: string }, TableTraining> => {
  checkOptions('trainTable', options, {
    recipes: true,
    keep: true,
    hooks: true,
    folds: true,
    reading: true,
    onRead: true,
  })
  const { recipes = standardRecipes(), keep, hooks = {}, folds, reading, onRead } = options
  if (keep !== undefined)
    checkChoice(
      'trainTable',
      'keep',
      keep,
      recipes.map(({ name }) => name),
    )
  return pipe(
    readParts(question, {
      ...(reading === undefined ? {} : { progress: reading }),
      ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
    }),
    TE.tap((read) => TE.fromEither(onRead?.(read) ?? E.right(undefined))),
    TE.bindTo('read'),
    TE.let('baseline', ({ read }) => baselineOf(read.parts.train)),
    TE.bind('contenders', ({ read, baseline }) =>
      contend(recipes, read, baseline, question.seed ?? 0, hooks),
    ),
    TE.bind('folded', ({ read }) =>
      folds === undefined ? TE.right(undefined) : crossValidateRecipes(read, question, recipes, folds),
    ),
    TE.flatMapEither(({ read, baseline, contenders, folded }) => {
      const kept = contenders.find(({ name }) => name === keep) ?? best(contenders)
      return kept === undefined
        ? E.left({ message: 'trainTable: there is no recipe to train' })
        : E.right({
            reading: read.reading,
            rows: { train: read.parts.train.n, dev: read.parts.dev.n, test: read.parts.test.n },
            baseline,
            contenders,
            kept,
            model: modelOf(kept, read, question, baseline),
            ...(folded === undefined ? {} : { folds: folded }),
          })
    }),
  )
}

/**
 * What every table should be tried with: the baseline, a linear model, a network.
 *
 * @example
 * ```ts
 * import { standardRecipes } from 'puregrad/tabular'
 * standardRecipes().map(({ name }) => name) // => ['baseline', 'linear', 'network']
 * ```
 * @category Recipes
 */
export const standardRecipes = (): readonly Recipe[] => [baselineRecipe(), linearRecipe(), networkRecipe()]
