import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(`${root}docs/architecture.md`, 'utf8')

/** A line of a walk: the file it links, and the names to look for there. */
interface Stop {
  readonly label: string
  readonly file: string
  readonly names: readonly string[]
}

const stops: readonly Stop[] = page.split('\n').flatMap((line) => {
  const [, label, file, cell] = /^\| \[([^\]]+)\]\(\.\.\/(src\/[^)]+)\) *\| ([^|]*)\|/.exec(line) ?? []
  return label === undefined || file === undefined
    ? []
    : [{ label, file, names: [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '') }]
})

const declares = (text: string, name: string): boolean =>
  new RegExp(
    `^\\s*(export )?(async )?(const|function\\*?|interface|type|class|readonly) \\*?${name}\\b`,
    'm',
  ).test(text)

test('has four walks', () => {
  expect(page.match(/^## /gm)).toHaveLength(5)
  expect(stops.length).toBeGreaterThan(40)
})

test.each(stops)('$label has $names', ({ label, file, names }) => {
  expect(file).toBe(`src/${label}`)
  expect(existsSync(root + file)).toBe(true)
  expect(names).not.toEqual([])
  const text = readFileSync(root + file, 'utf8')
  expect(names.filter((name) => !declares(text, name))).toEqual([])
})

test('every ring has a line in the table', () => {
  const { floors } = /const floors = \[(?<floors>[^\]]*)\]/.exec(
    readFileSync(`${root}.dependency-cruiser.cjs`, 'utf8'),
  )?.groups ?? { floors: '' }
  const names = [...(floors ?? '').matchAll(/'([\w/]+)'/g)].map(([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
