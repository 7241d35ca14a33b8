import type * as TE from 'fp-ts/lib/TaskEither.js'
import { writtenPlaces } from '../terminal/write-file.ts'
import type { Options, TableSource } from './options.ts'

/** The files that are written, and that they take the place of none that is read. */
export const tablePlaces = ({
  source,
  curve,
  checkpoint,
  model,
  language,
}: Options<TableSource>): TE.TaskEither<string, unknown> =>
  writtenPlaces(
    [
      ['--data', source.file],
      ['--test', source.test],
    ],
    [
      ['--checkpoint', checkpoint?.file],
      ['--model', model],
      ['--curve', curve],
    ],
    language,
  )
