import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textTable } from '../../src/report/table.ts'

describe('text table', () => {
  test('every cell ends (or begins) where its column does', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), (rows) => {
        const lines = textTable([{ title: 'name', align: 'left' }, { title: 'value' }], rows).split('\n')
        expect(lines).toHaveLength(rows.length + 2)
        expect(new Set(lines.map((line) => line.length)).size).toBe(1)
        rows.forEach(([name, value], i) => {
          expect(lines[i + 2]?.startsWith(`${name} `)).toBe(true)
          expect(lines[i + 2]?.endsWith(` ${value}`)).toBe(true)
        })
      }),
    )
  })
})

test('columns are as wide as a terminal shows them', () => {
  const table = textTable(
    [{ title: 'class', align: 'left' }, { title: 'n' }],
    [
      ['日本', '1'],
      ['cafe\u0301', '22'],
    ],
  )
  expect(table.split('\n')).toEqual(['class   n', '-----  --', '日本    1', 'cafe\u0301   22'])
})
