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
