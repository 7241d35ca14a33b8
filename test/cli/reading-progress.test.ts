import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { readingLines } from '../../src/cli/reading-progress.ts'

const written = (): { readonly stream: Writable; readonly lines: string[] } => {
  const lines: string[] = []
  return { lines, stream: new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }) }
}

test('a long reading is told in MB, with the pass, in both languages', () => {
  const [english, bulgarian, patient] = [written(), written(), written()]
  const half = { bytes: 1_500_000, total: 3_000_000, pass: 2 }
  readingLines(english.stream, 'en', 0)(half)
  readingLines(bulgarian.stream, 'bg', 0)({ ...half, pass: 'train' })
  readingLines(patient.stream, 'en', 60_000)(half)
  expect(english.lines).toEqual(['read 1.5 of 3 MB: pass 2\n'])
  expect(bulgarian.lines).toEqual(['прочетени 1,5 от 3 MB: обучаващ набор\n'])
  expect(patient.lines).toEqual([])
})
