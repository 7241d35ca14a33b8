// Writes one file again and again until it is killed, and says on standard output which content was confirmed.
import * as E from 'fp-ts/lib/Either.js'
import { writeAtomically } from '../../src/data/files/write-atomically.ts'

const [file, first] = process.argv.slice(2)
for (let i = Number(first); ; i++) {
  const written = await writeAtomically(file ?? '', `${String(i)}\n`.repeat(20_000))()
  console.log(E.isRight(written) ? `confirmed ${i}` : `failed ${written.left.message}`)
  if (E.isLeft(written)) break
}
