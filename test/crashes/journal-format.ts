import * as t from 'io-ts'
import type { JournalFormat } from '../../src/data/files/journal.ts'

const record = t.type({ i: t.number, text: t.string })

/** The journal that is written to and killed. */
export const journalFormat: JournalFormat<t.TypeOf<typeof record>> = {
  header: { kind: 'crash test' },
  record,
}
