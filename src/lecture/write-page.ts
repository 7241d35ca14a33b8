import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomically } from 'puregrad/data'
import { pictureSvg } from 'puregrad/report'
import type { LedgerEntry } from './ledger-entry.ts'
import { ledgerPage, ledgerPictures } from './ledger-page.ts'

const written = (file: string, text: string): TE.TaskEither<string, void> =>
  pipe(
    writeAtomically(file, text),
    TE.mapLeft(({ message }) => message),
  )

/** Writes the page and, in a folder of its name next to it, its pictures. */
export const writePage = (file: string, entries: readonly LedgerEntry[]): TE.TaskEither<string, void> => {
  const folder = join(dirname(file), basename(file, extname(file)))
  const drawn = ledgerPictures(entries).map((linked) =>
    pipe(
      pictureSvg(linked.picture),
      TE.mapLeft(({ message }) => message),
      TE.flatMap((svg) => written(join(folder, linked.file), svg)),
    ),
  )
  return pipe(
    TE.tryCatch(() => mkdir(folder, { recursive: true }), String),
    TE.flatMap(() => TE.sequenceSeqArray(drawn)),
    TE.flatMap(() =>
      written(
        file,
        ledgerPage(entries, {
          folder: basename(folder),
          command: `npm run claims -- --write ${file}`,
        }),
      ),
    ),
  )
}
