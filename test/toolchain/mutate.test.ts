import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fields } from '../../scripts/mutate/fields.mjs'
import { changesOf } from '../../scripts/mutate/operators.mjs'
import { planted } from '../../scripts/mutate/planted.mjs'
import { mutation } from '../../scripts/mutate/plugin.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

describe('the mutation run', () => {
  test.each(planted)('"$name" has its place, and tests to notice it', ({ file, from, to, tests }) => {
    const parts = read(file).split(from)
    expect(parts).toHaveLength(2)
    expect(to).not.toBe(from)
    expect(tests.some((path) => existsSync(`${root}${path}`))).toBe(true)
  })
  test.each(Object.entries(fields))('the field %s has sources and tests', (_, { sources, tests }) => {
    expect(sources.every((path) => existsSync(`${root}${path}`))).toBe(true)
    expect(tests.filter((path) => !existsSync(`${root}${path}`))).toEqual([])
    sources
      .filter((path) => statSync(`${root}${path}`).isFile())
      .forEach((path) => expect(changesOf(path, read(path)).length).toBeGreaterThan(0))
  })
  test('changes one place of one file, and only while it is loaded', () => {
    const text = 'export const f = (x: number) => x + 1\n'
    const [plus, one] = changesOf('src/f.ts', text)
    expect(plus).toEqual({
      file: 'src/f.ts',
      start: text.indexOf('+'),
      end: text.indexOf('+') + 1,
      text: '-',
    })
    expect(one?.text).toBe('2')
    const [plugin] = mutation(JSON.stringify(plus)) as unknown as readonly [
      { readonly transform: (code: string, id: string) => string | undefined },
    ]
    expect(plugin.transform(text, `${root}src/f.ts`)).toBe('export const f = (x: number) => x - 1\n')
    expect(plugin.transform(text, `${root}src/g.ts`)).toBeUndefined()
    expect(mutation('')).toEqual([])
  })
})
