import { basename, dirname, extname, join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pictureSvg, type Language } from 'puregrad/report'
import { makeFolder, writeWhole } from '../../terminal/write-file.ts'
import type { LedgerEntry } from '../ledger-entry.ts'
import { ledgerPage, ledgerPictures } from '../ledger-page.ts'
import { ledgerRecord, recordText } from '../ledger-record.ts'

/** What the pages say of how they were made. */
export interface Making {
  readonly command: string
  readonly machine: string
}

const languages: readonly Language[] = ['en', 'bg']

/** The files of a ledger beside its page: `docs/claims.bg.md`, `docs/claims.json`, and the folder `docs/claims`. */
const filesOf = (
  page: string,
): {
  readonly pages: Readonly<Record<Language, string>>
  readonly record: string
  readonly folder: string
} => {
  const bare = join(dirname(page), basename(page, extname(page)))
  return { pages: { en: page, bg: `${bare}.bg${extname(page)}` }, record: `${bare}.json`, folder: bare }
}

/** Writes the page in both languages, the record, and in a folder next to them the pictures. */
export const writePage = (
  page: string,
  entries: readonly LedgerEntry[],
  { command, machine }: Making,
): TE.TaskEither<string, void> => {
  const { pages, record, folder } = filesOf(page)
  const pictures = languages.flatMap((language) =>
    ledgerPictures(entries, language).map(({ file, picture }) =>
      pipe(
        pictureSvg(picture, { language }),
        TE.mapLeft(({ message }) => `${file}: ${message}`),
        TE.flatMap((svg) => writeWhole(join(folder, file), svg)),
      ),
    ),
  )
  const texts = languages.map((language) =>
    writeWhole(
      pages[language],
      ledgerPage(entries, {
        language,
        folder: basename(folder),
        command,
        machine,
        other: basename(pages[language === 'en' ? 'bg' : 'en']),
      }),
    ),
  )
  return pipe(
    makeFolder(folder),
    TE.flatMap(() =>
      TE.sequenceSeqArray([
        ...pictures,
        ...texts,
        writeWhole(record, recordText(ledgerRecord(entries, { machine }))),
      ]),
    ),
    TE.map(() => undefined),
  )
}
