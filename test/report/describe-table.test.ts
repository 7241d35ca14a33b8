import { expect, test } from 'vitest'
import { parseTable } from '../../src/data/index.ts'
import { columnFlagText, describeTable } from '../../src/report/index.ts'
import { rightOf } from '../data/rows.ts'

const rows = Array.from(
  { length: 30 },
  (_, i) =>
    `${i + 1};${i % 3};${i === 4 || i === 9 ? '-200' : `${i},5`};p;${i === 7 ? 'x' : i};0${(i % 9) + 1}/04/2024`,
)
const { report } = rightOf(
  parseTable(new TextEncoder().encode(['id;code;heat;veil;size;day', ...rows, rows[0]].join('\n')), {
    file: 'f.csv',
  }),
)

test('says of each column what it is, and what should be looked at, with a remedy', () => {
  const text = describeTable(report)
  expect(text.split('\n').slice(0, 2)).toEqual([
    'f.csv: rows 31, columns 6',
    'utf-8 (all bytes fit), semicolons, with a header (names stand above values)',
  ])
  expect(text).toMatch(/heat +numbers +0 +29 +−200 … 29.5/)
  expect(text.split('\n').slice(-6)).toEqual([
    "code: 3 whole numbers: if they are codes without an order, say kinds: 'category'",
    "heat: -200 occurs 2 times, away from all other numbers: if it stands for a missing one, say missing: ['-200']",
    "veil: every cell is 'p': it tells nothing; drop it",
    "size: all cells are numbers but 1: 'x' (line 9); correct them, or if they stand for missing ones, say missing: ['x']",
    "day: its dates can be read in two ways; they are taken for day, month, year, not month, day, year; if that is wrong, say dates: 'mdy'",
    'rows that repeat an earlier one: 1; keep them on one side of a split, or leave them out',
  ])
})

test('in Bulgarian too, with a decimal comma', () => {
  const text = describeTable(report, { language: 'bg' })
  expect(text).toMatch(/heat +числа +0 +29 +−200 … 29,5/)
  expect(text).toContain('точки и запетаи, със заглавен ред')
  expect(text).toContain("size: всички клетки са числа освен 1: 'x' (ред 9)")
  expect(text).not.toMatch(/ (rows|drop|say) /)
})

test('a name with control characters never reaches a terminal raw', () => {
  const odd = rightOf(parseTable('a\u001b[31m,b\n1,x\n2,x\n', { file: 'f\u0007.csv' }))
  expect(describeTable(odd.report)).not.toMatch(/[\u001b\u0007]/)
  expect(columnFlagText({ kind: 'constant', value: '\u001b' }).bg).not.toMatch(/\u001b/)
})
