import { expect, test } from 'vitest'
import { exportedNames } from './exported-names.ts'

const names = exportedNames()

test('what users can import is what the list says: a name is added, renamed or taken away on purpose', async () => {
  const list = names.map(({ entry, kind, name }) => `${entry} ${kind} ${name}`).sort()
  await expect(`${list.join('\n')}\n`).toMatchFileSnapshot('exports.txt')
})

test('a name has one home: no entry exports what another one does', () => {
  const homes = new Map(names.map((each) => [each.home, each]))
  const twice = names.filter((each) => homes.get(each.home) !== each)
  expect(twice.map(({ entry, name }) => `${entry} ${name}`)).toEqual([])
})

const shown = (wanting: typeof names): readonly string[] =>
  wanting.map(({ entry, name, home }) => `${entry} ${name} (${home})`)

test('whatever users can import says in a sentence what it is', () => {
  expect(names.length).toBeGreaterThan(700)
  expect(shown(names.filter(({ summary }) => !/\S.*[.:]/.test(summary)))).toEqual([])
})

test('whatever users can import has a category in the reference', () => {
  const wanting = names.filter(({ tags }) => !tags.some(({ name }) => name === 'category'))
  expect(shown(wanting)).toEqual([])
})

test('whatever users can call shows how', () => {
  const callable = names.filter((each) => each.callable)
  expect(callable.length).toBeGreaterThan(350)
  const wanting = callable.filter(({ tags }) => !tags.some(({ name }) => name === 'example'))
  expect(shown(wanting)).toEqual([])
})
