import { expect, test } from 'vitest'
import { exportedNames } from './exported-names.ts'

const names = exportedNames()
const shown = (wanting: typeof names): readonly string[] =>
  wanting.map(({ entry, name, home }) => `${entry} ${name} (${home})`)

test('whatever users can import says in a sentence what it is', () => {
  expect(names.length).toBeGreaterThan(700)
  expect(shown(names.filter(({ summary }) => !/\S.*[.:]/.test(summary)))).toEqual([])
})

test('whatever users can call shows how', () => {
  const callable = names.filter((each) => each.callable)
  expect(callable.length).toBeGreaterThan(350)
  const wanting = callable.filter(({ tags }) => !tags.some(({ name }) => name === 'example'))
  expect(shown(wanting)).toEqual([])
})
