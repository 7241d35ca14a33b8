import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { prepareParts } from '../tabular/fit-recipe.ts'
import type { PreparedParts } from '../tabular/network-plan.ts'
import { readParts } from '../tabular/read-parts.ts'
import { loadData } from './load-data.ts'
import { onArrays, onTable, type Options } from './options.ts'
import { questionOf } from './question-of.ts'

/** The parts that a network is trained with where the options are these. */
export const preparedFor = (options: Options): TE.TaskEither<string, PreparedParts> =>
  onTable(options)
    ? pipe(
        readParts(questionOf(options.source, options.seed)),
        TE.flatMapEither(({ parts }) =>
          prepareParts(parts, { ...standardPreparation(), dtype: options.dtype }),
        ),
        TE.bimap(
          ({ message }) => message,
          ({ parts }) => parts,
        ),
      )
    : onArrays(options)
      ? pipe(
          loadData(options),
          TE.map(({ parts }) => parts),
        )
      : TE.left('')
