import { expect, test } from 'vitest'
import { glossary } from '../../src/lecture/index.ts'

test('the glossary knows every setting, and which symbols collide', () => {
  const meanings = Object.values(glossary).flat()
  const named = new Set(meanings.flatMap(({ setting }) => setting ?? []))
  expect([...named].sort()).toEqual(
    ['activation', 'batchSize', 'epochs', 'layers', 'learningRate', 'regularization', 'units'].sort(),
  )
  for (const symbol of ['α', 'η', 'p', 'L']) expect(glossary[symbol]!.length).toBeGreaterThan(1)
  for (const { en, bg } of meanings) {
    expect(en).not.toMatch(/[а-я]/i)
    expect(bg).toMatch(/[а-я]/i)
  }
})
