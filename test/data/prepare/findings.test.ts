import { describe, expect, test } from 'vitest'
import { key, toTypedArray, uniform } from '../../../src/index.ts'
import { preparationFindings, type Targets } from '../../../src/data/index.ts'
import { columns, labelled, values, type Cells } from './tables.ts'

const n = 60
const noise = (seed: number): readonly number[] => Array.from(toTypedArray(uniform(key(seed), [n])))
const [a, b, c] = [noise(1), noise(2), noise(3)]
const classes: Targets = { kind: 'classes', names: ['no', 'yes'] }

const found = (cells: Readonly<Record<string, Cells>>, y: readonly number[], targets: Targets = values) =>
  preparationFindings(labelled('raw', columns(cells), y, targets))

const isAbove = a.map((x) => Number(x > 0.5))

describe('what spoils a table', () => {
  test('nothing is said of columns that only tell something', () => {
    const near = a.map((x, i) => x + 0.2 * (b[i] ?? 0))
    expect(found({ a, c }, near)).toEqual([])
    expect(found({ a: near, c }, isAbove, classes)).toEqual([])
  })

  test('a column that is the target, in other units or up to rounding', () => {
    const kelvin = a.map((x) => 273.15 + 5 * Math.round(1000 * x))
    expect(found({ b, kelvin }, a).map(({ kind }) => kind)).toEqual(['gives-target-away'])
    expect(found({ a, b }, isAbove, classes)).toEqual([{ kind: 'gives-target-away', column: 'a', score: 1 }])
    const texts = isAbove.map((own, i) => (own === 1 ? `open ${i % 3}` : null))
    expect(found({ texts, b }, isAbove, classes).map(({ kind }) => kind)).toContain('gives-target-away')
    const names = a.map((_, i) => `shop ${i % 6}`)
    expect(
      found(
        { names, b },
        a.map((_, i) => (i % 6) ** 2),
      ).map(({ kind }) => kind),
    ).toEqual(['gives-target-away'])
  })

  test('a sum of columns that is the target, with none that has no part in it', () => {
    const sum = a.map((x, i) => 2 * x - 3 * (c[i] ?? 0) + 1)
    expect(found({ a, b, c }, sum)).toEqual([
      { kind: 'combination-gives-target-away', columns: ['c', 'a'], target: 'y', r2: expect.closeTo(1, 12) },
    ])
    // Rounding of the target to three figures is no longer its sum.
    expect(
      found(
        { a, b, c },
        sum.map((x) => Number(x.toPrecision(3))),
      ),
    ).toEqual([])
  })

  test('columns that say nothing, and classes of a few rows', () => {
    const three: Targets = { kind: 'classes', names: ['no', 'yes', 'perhaps'] }
    const own = a.map((_, i) => `name ${i}`)
    const gaps = a.map((x, i) => (i % 3 === 0 ? x : null))
    expect(
      found(
        { flat: a.map(() => 7), own, gaps },
        isAbove.map((y, i) => (i < 2 ? 2 : y)),
        three,
      ),
    ).toEqual([
      { kind: 'constant', column: 'flat' },
      { kind: 'own-level-each-row', column: 'own', levels: n },
      { kind: 'mostly-missing', column: 'gaps', share: 2 / 3 },
      { kind: 'rare-class', class: 'perhaps', rows: 2 },
    ])
  })
})
