import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inCopyWith, root, type Block } from './in-copy.ts'

/** The blocks of code of a recipe, each with the file that the line before it names. */
const blocksOf = (heading: string): readonly Block[] => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith(heading))
  const blocks = /at the end of `([^`]+)`:\n\n(`{3,})ts no-run\n([^]*?)\n\2$/gm
  return [...(section ?? '').matchAll(blocks)].map(([, file = '', , code = '']) => ({ file, code }))
}

const check = ['--import', 'tsx', 'test/contributing/check-log3.ts']

describe('a primitive by the recipe', () => {
  const blocks = blocksOf('A primitive')

  test('is two files', () => {
    expect(blocks.map(({ file }) => file)).toEqual([
      'src/core/primitive/elementwise.ts',
      'src/core/numeric/arithmetic.ts',
    ])
  })

  test('is well typed', () => {
    const tsc = realpathSync(join(root, 'node_modules', '.bin', 'tsc'))
    expect(inCopyWith(blocks, [tsc, '-p', '.', '--noEmit', '--pretty', 'false'])).toBe('')
  }, 300_000)

  test('has derivatives, batches, compiles everywhere, is written down and drawn', () => {
    expect(inCopyWith(blocks, check)).toBe('')
  }, 300_000)

  test('needs no decomposition', () => {
    const without = blocks.map(({ file, code }) => ({
      file,
      code: code.replace(/^ *decompose: .*\n/m, ''),
    }))
    expect(without[0]?.code).not.toBe(blocks[0]?.code)
    expect(inCopyWith(without, check)).toBe('')
  }, 300_000)

  test('is looked at: a wrong slope does not pass', () => {
    const wrong = blocks.map(({ file, code }) => ({
      file,
      code: code.replace('1 / Math.log(3)', '1 / Math.log(2)'),
    }))
    expect(inCopyWith(wrong, check)).toContain('AssertionError')
  }, 300_000)
})
