import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldIn, key, mul, tensor, toTypedArray, uniform } from '../../src/index.ts'
import {
  comparedModels,
  expectedOptimism,
  mapSealed,
  openTest,
  rowsAt,
  seal,
  testOptimism,
  withFeatures,
  type Dataset,
  type TestLedger,
} from '../../src/data/index.ts'
import { leftOf, numberedRows, numbers, opened, rightOf } from './rows.ts'

const testPart = (...labels: readonly number[]): Dataset<'test'> => {
  const rows = numberedRows(labels)
  return rowsAt(rows, tensor(Int32Array.from(labels, (_, i) => i)), 'test')
}
const [first, second] = [seal(testPart(0, 1, 0)), seal(testPart(0, 1, 1))]

describe('a sealed test part', () => {
  test('shows its size and a name of its content, and nothing of its rows', () => {
    expect(Object.keys(first)).toEqual(['n', 'digest'])
    expect(JSON.parse(JSON.stringify(first))).toEqual({ n: 3, digest: first.digest })
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(seal(testPart(0, 1, 0)).digest).toBe(first.digest)
    expect(second.digest).not.toBe(first.digest)
  })

  test('can be changed inside the seal: a functor that keeps the digest', () => {
    const twice = (data: Dataset<'test'>): Dataset<'test'> => withFeatures(data, { x: mul(data.x, 2) })
    const changed = mapSealed(first, twice)
    expect(changed.digest).toBe(first.digest)
    expect(numbers(opened(changed).x)).toEqual([0, 2, 4])
    expect(numbers(opened(mapSealed(mapSealed(first, twice), twice)).x)).toEqual(
      numbers(opened(mapSealed(first, (data) => twice(twice(data)))).x),
    )
    expect(numbers(opened(first).x)).toEqual([0, 1, 2])
  })

  test('opens with a reason only, and the ledger only grows', () => {
    const look = fc.record({
      which: fc.constantFrom(first, second),
      reason: fc.constantFrom('', ' \n', 'final', 'one more try'),
      models: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
        const end = looks.reduce<TestLedger>((ledger, { which, reason, models }) => {
          const before = [...ledger]
          const done = openTest(which, ledger, reason, { models })
          expect(ledger).toEqual(before)
          if (reason.trim() === '') {
            expect(leftOf(done).kind).toBe('no-reason')
            return ledger
          }
          const after = rightOf(done).ledger
          expect(after.slice(0, -1)).toEqual(ledger)
          expect(after.at(-1)).toEqual({ digest: which.digest, reason, models })
          expect(numbers(rightOf(done).data.y)).toEqual(numbers(opened(which).y))
          return after
        }, [])
        const counted = looks.filter(({ which, reason }) => which === first && reason.trim() !== '')
        expect(comparedModels(end, first)).toBe(counted.reduce((sum, { models }) => sum + models, 0))
      }),
    )
  })

  test.each([0, -1, 1.5, NaN])('does not compare %s models', (models) => {
    expect(() => openTest(first, [], 'final', { models })).toThrow(
      `openTest: the number of models is a positive integer, got ${models}`,
    )
  })
})

describe('expectedOptimism', () => {
  test('is that of drawn models: the best of K coin flips on 100 rows', () => {
    const [rows, repeats] = [100, 60]
    ;[10, 100].forEach((models) => {
      const best = Array.from({ length: repeats }, (_, i) => {
        const flips = toTypedArray(uniform(foldIn(key(models), i), [models, rows]))
        return Math.max(
          ...Array.from(
            { length: models },
            (__, m) => flips.slice(m * rows, (m + 1) * rows).filter((u) => u < 0.5).length / rows,
          ),
        )
      })
      const measured = best.reduce((a, b) => a + b, 0) / repeats - 0.5
      // The best of K deviates by at most 0.03, so the mean of 60 by about 0.004.
      expect(Math.abs(measured - expectedOptimism({ models, rows }).independent)).toBeLessThan(0.015)
    })
  })

  test('of two models on one row is ¼: right unless both are wrong', () => {
    expect(expectedOptimism({ models: 2, rows: 1 }).independent).toBeCloseTo(0.25, 12)
  })

  test('grows with models, shrinks with rows, and stays below its bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 63 }),
        (models, rows, sixtyFourths) => {
          const error = sixtyFourths / 64
          const { independent, bound } = expectedOptimism({ models, rows, error })
          expect(independent).toBeGreaterThanOrEqual(0)
          expect(independent).toBeLessThanOrEqual(bound + 1e-9)
          expect(expectedOptimism({ models: models + 1, rows, error }).independent).toBeGreaterThanOrEqual(
            independent - 1e-12,
          )
          expect(expectedOptimism({ models, rows: 4 * rows, error }).independent).toBeLessThanOrEqual(
            independent + 1e-9,
          )
        },
      ),
    )
  })

  test('of a ledger counts the models of that test part', () => {
    const looks = [first, second, first].reduce<TestLedger>(
      (ledger, which) => rightOf(openTest(which, ledger, 'again', { models: 5 })).ledger,
      [],
    )
    expect(testOptimism(looks, first)).toEqual(expectedOptimism({ models: 10, rows: 3 }))
    expect(testOptimism([], first).independent).toBe(0)
  })

  test.each([
    [0, 10, 0.5, 'models'],
    [2, 0, 0.5, 'rows'],
    [2, 10, 1.5, 'error'],
    [2, 10, NaN, 'error'],
  ])('refuses %s models, %s rows, error %s', (models, rows, error, name) => {
    expect(() => expectedOptimism({ models, rows, error })).toThrow(`expectedOptimism: ${name}: expected`)
  })
})
