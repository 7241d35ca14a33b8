import { describe, expect, test } from 'vitest'
import { assertExample } from '../documentation/assert-example.ts'
import { examplesIn, oneProgram } from '../documentation/examples-in.ts'
import { withAssertions } from '../documentation/with-assertions.ts'

const fence = '```'

const run = (code: string): void => {
  const body = withAssertions({ file: 'a.md', line: 1, code })
  // oxlint-disable-next-line typescript/no-implied-eval -- runs an example
  new Function('assertExample', body)(assertExample)
}

describe('finding examples', () => {
  test('in TSDoc, with the margin stripped and the line kept', () => {
    const source = `const a = 1\n/**\n * Text.\n *\n * @example\n * ${fence}ts\n * f(1)\n *\n *   // => 2\n * ${fence}\n */\nconst b = 2\n`
    expect(examplesIn('a.ts', source)).toEqual([{ file: 'a.ts', line: 7, code: 'f(1)\n\n  // => 2' }])
  })

  test('in Markdown, without other languages and without no-run blocks', () => {
    const text = `${fence}sh\nnpm ci\n${fence}\n${fence}ts no-run\nf()\n${fence}\n\n${fence}ts\ng()\n${fence}\n`
    expect(examplesIn('a.md', text)).toEqual([{ file: 'a.md', line: 9, code: 'g()' }])
  })

  test('as one, each line where the page has it, on a page that is one program', () => {
    const text = `${oneProgram}\n\n${fence}ts\nconst a = 1\n${fence}\nText.\n${fence}ts\na // => 1\n${fence}\n`
    expect(examplesIn('a.md', text)).toEqual([
      { file: 'a.md', line: 1, wholePage: true, code: '\n\n\nconst a = 1\n\n\n\na // => 1' },
    ])
  })

  test('refuses a block that is never closed', () => {
    expect(() => examplesIn('a.md', `${fence}ts\nf()\n`)).toThrow('a.md:1: this fenced block is never closed')
  })
})

describe('running examples', () => {
  test.each([
    ['1 + 1 // => 2'],
    ['0.1 + 0.2 // => 0.3'],
    ['const x = [1, { a: 1 / 3 }] // => [1, { a: 0.3333333 }]'],
    ['const [a, b] = [1, 2] // => [1, 2]'],
    ['new Float64Array([1, 2]) // => [1, 2]'],
    ['[1, 2]\n  .map((x) => x + 1)\n  .join() // => "2,3"'],
    ['1.5 // => "1.5"'],
    ['0 / 0 // => NaN'],
    ['const unchecked = 1'],
  ])('passes: %s', (code) => {
    expect(() => {
      run(code)
    }).not.toThrow()
  })

  test.each([
    ['1 + 1 // => 3'],
    ['const x = [1, { a: 0.34 }] // => [1, { a: 0.33 }]'],
    ['[1, 2] // => [1]'],
    ['new Float64Array([1, 2]) // => [1, 3]'],
    ['1.5 // => "1.6"'],
    ['0 // => NaN'],
  ])('fails: %s', (code) => {
    expect(() => {
      run(code)
    }).toThrow('a.md:1')
  })

  test.each([['// => 1'], ['const f = () => {\n  g() // => 1\n}'], ['const { a } = b // => 1']])(
    'refuses an assertion it cannot place: %s',
    (code) => {
      expect(() => {
        run(code)
      }).toThrow('"// =>"')
    },
  )
})
