import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, key, tensor } from '../core/numeric/index.ts'
import { labelledRowsAt, type LabelledTable } from '../data/table/table.ts'
import { crossValidate, type CrossValidation } from '../evaluation/cross-validate.ts'
import { cellsFor, type ReadParts } from './read-parts.ts'
import type { Recipe } from './recipe.ts'
import type { TableQuestion } from './table-question.ts'
import { weighClasses } from './weigh-classes.ts'

/** The rows outside of the test part. */
const learningRows = ({ labelled, parts: { train, dev } }: ReadParts): LabelledTable<'train'> => {
  const lines = new Set(
    [train, dev].flatMap(({ features }) => Array.from(toTypedArray(features.lines), Number)),
  )
  const own = Array.from(toTypedArray(labelled.features.lines), Number)
  const rows = own.flatMap((line, row) => (lines.has(line) ? [row] : []))
  return labelledRowsAt(labelled, tensor(Int32Array.from(rows)), 'train')
}

/**
 * How well recipes do on rows that they have not seen, by cross-validation over the rows outside of the test part: each
 * recipe is prepared and fitted anew in each fold, and all of them get the same folds.
 *
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { compareModels } from 'puregrad/evaluation'
 * import { crossValidateRecipes, readParts, standardRecipes } from 'puregrad/tabular'
 * const question = { file: 'titanic.csv', targets: ['Survived'] }
 * const read = await readParts(question)()
 * const folds = E.isRight(read) ? await crossValidateRecipes(read.right, question, standardRecipes(), 5)() : read
 * if (E.isRight(folds)) compareModels(folds.right).choose
 * ```
 * @category Tables
 */
export const crossValidateRecipes = (
  read: ReadParts,
  { classWeights, file, groups, seed = 0 }: TableQuestion,
  recipes: readonly Recipe[],
  folds: number,
): TE.TaskEither<{ readonly message: string }, Readonly<Record<string, CrossValidation<unknown>>>> => {
  const data = learningRows(read)
  const grouped: E.Either<{ readonly message: string }, { readonly groups?: readonly (number | string)[] }> =
    groups === undefined
      ? E.right({})
      : pipe(
          cellsFor(read.reading.table, data.features, groups, 'groups'),
          E.map((cells) => ({ groups: cells })),
        )
  if (E.isLeft(grouped)) return TE.left(grouped.left)
  return pipe(
    recipes,
    TE.traverseSeqArray((recipe) =>
      pipe(
        crossValidate({
          data,
          folds,
          key: foldIn(key(seed), 'folds'),
          ...grouped.right,
          fit: ({ train, dev }, own) =>
            pipe(
              TE.fromEither(weighClasses({ train, dev }, classWeights, file)),
              TE.flatMap((parts) => recipe.fit(parts, own)),
              TE.map(({ predictor }) => ({
                predict: (table) =>
                  pipe(
                    predictor.ofTable(table),
                    E.map(({ predictions }) => predictions),
                  ),
              })),
            ),
        }),
        TE.map((result) => [recipe.name, result] as const),
      ),
    ),
    TE.map((results) => Object.fromEntries(results)),
  )
}
