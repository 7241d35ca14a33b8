import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { notStarted, observe, patienceSpent, type StoppingRule } from '../../src/training/early-stopping.ts'

const value = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((n) => n / 4),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0),
)
const values = fc.array(value, { maxLength: 30 })
const rule = fc.record({
  mode: fc.constantFrom('min', 'max'),
  patience: fc.integer({ min: 1, max: 5 }),
  minDelta: fc.constantFrom(0, 0.25, 0.5),
}) satisfies fc.Arbitrary<StoppingRule>

const fold = (by: StoppingRule, sequence: readonly number[]) =>
  sequence.reduce((state, seen) => observe(by, state, seen), notStarted)

describe('early stopping', () => {
  test('best is the first arg-min (arg-max) among the numbers, whatever minDelta is', () => {
    fc.assert(
      fc.property(rule, values, (by, sequence) => {
        const numbers = sequence.filter((seen) => !Number.isNaN(seen))
        const extreme = by.mode === 'min' ? Math.min(...numbers) : Math.max(...numbers)
        const index = sequence.findIndex((seen) => seen === extreme)
        const { best, seen } = fold(by, sequence)
        expect(seen).toBe(sequence.length)
        expect(best?.index).toBe(numbers.length === 0 ? undefined : index)
        expect(best?.value).toBe(numbers.length === 0 ? undefined : sequence[index])
      }),
    )
  })

  test('NaN is never best', () => {
    fc.assert(
      fc.property(rule, fc.nat({ max: 10 }), (by, n) => {
        expect(
          fold(
            by,
            Array.from({ length: n }, () => NaN),
          ).best,
        ).toBeUndefined()
      }),
    )
  })

  test('maximizing is minimizing the negated values', () => {
    fc.assert(
      fc.property(rule, values, (by, sequence) => {
        const other = fold(
          { ...by, mode: by.mode === 'min' ? 'max' : 'min' },
          sequence.map((seen) => -seen),
        )
        const state = fold(by, sequence)
        expect(other.best?.index).toBe(state.best?.index)
        expect(other.waited).toBe(state.waited)
      }),
    )
  })

  test('patience counts the values since the last one better than all before by more than minDelta', () => {
    const by = { mode: 'min', patience: 2, minDelta: 0.1 } as const
    const states = [1, 0.95, 0.85, 0.84, 0.83].map((_, i, all) => fold(by, all.slice(0, i + 1)))
    expect(states.map(({ waited }) => waited)).toEqual([0, 1, 0, 1, 2])
    expect(states.map((state) => patienceSpent(by, state))).toEqual([false, false, false, false, true])
    expect(states.at(-1)?.best).toEqual({ value: 0.83, index: 4 })
  })

  test('no patience ends at the first value that is no improvement, never at one that is', () => {
    fc.assert(
      fc.property(rule, values, (by, sequence) => {
        const [none, one] = [0, 1].map((patience) => ({ ...by, patience }))
        const state = fold(none!, sequence)
        expect(patienceSpent(none!, state)).toBe(state.waited > 0)
        expect(patienceSpent(none!, state)).toBe(patienceSpent(one!, state))
      }),
    )
    const by = { mode: 'min', patience: 0, minDelta: 0 } as const
    expect([[], [3], [3, 2], [3, 2, 2], [NaN]].map((seen) => patienceSpent(by, fold(by, seen)))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
  })

  test('a tie is no improvement, and infinite patience is never spent', () => {
    const ties = [1, 1, 1, 1]
    expect(fold({ mode: 'min', patience: 3, minDelta: 0 }, ties)).toMatchObject({
      best: { index: 0 },
      waited: 3,
    })
    const endless = { mode: 'min', patience: Infinity, minDelta: 0 } as const
    expect(patienceSpent(endless, fold(endless, ties))).toBe(false)
  })
})
