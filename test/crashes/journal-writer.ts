// Appends records until it is killed, and says on standard output which ones were confirmed.
import * as E from 'fp-ts/lib/Either.js'
import { journalFormat } from './journal-format.ts'
import { openJournal } from '../../src/data/files/journal.ts'

const [file, first, filler] = process.argv.slice(2)
const opened = await openJournal(file ?? '', journalFormat)()
if (E.isLeft(opened)) {
  console.log(`refused ${opened.left.kind} ${opened.left.message}`)
} else {
  for (let i = Number(first); ; i++) {
    const appended = await opened.right.append({ i, text: 'x'.repeat(Number(filler)) })()
    if (E.isLeft(appended)) {
      console.log(`failed ${appended.left.kind} ${appended.left.message}`)
      break
    }
    console.log(`confirmed ${i}`)
  }
}
