import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge, lectureClaims, passes, runClaim, worstVerdict, type Claim } from '../../src/lecture/index.ts'

const wording = { en: 'x', bg: 'х' }
const claim: Claim = {
  id: 'X1',
  lines: '1',
  asWritten: wording,
  corrected: wording,
  measures: { error: { name: wording, corrected: { atMost: 0.5 } } },
  settings: {},
  measure: () => ({ figures: { error: 0.25 } }),
}

describe('a verdict', () => {
  test('follows the marks: change one number and it changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -64, max: 64 }), fc.integer({ min: -64, max: 64 }), (value, bound) => {
        const judged = judge(
          { ...claim, measures: { error: { name: wording, corrected: { atMost: bound } } } },
          { figures: { error: value } },
        )
        expect(judged.verdict).toBe(value <= bound ? 'holds' : 'fails')
      }),
    )
  })
  test('is false as written where only a literal mark fails, holds-if where a condition is named, and holds where none fails', () => {
    const measures = { error: { name: wording, corrected: { atMost: 0.5 }, literal: { atMost: 0.125 } } }
    const unconditional = { ...claim, measures }
    const conditional = { ...unconditional, condition: wording }
    const verdictOf = (judgedClaim: Claim, error: number) =>
      judge(judgedClaim, { figures: { error } }).verdict
    expect(verdictOf(unconditional, 0.25)).toBe('false-as-written')
    expect(verdictOf(conditional, 0.25)).toBe('holds-if')
    for (const each of [unconditional, conditional]) {
      expect(verdictOf(each, 0.125)).toBe('holds')
      expect(verdictOf(each, 0.75)).toBe('fails')
    }
  })
  test('NaN and figures that were not measured never pass', () => {
    expect(passes({ within: [-Infinity, Infinity] }, NaN)).toBe(false)
    expect(passes({ atLeast: -Infinity }, NaN)).toBe(false)
    expect(judge(claim, { figures: {} }).verdict).toBe('fails')
  })
  test('of several seeds is the worst', () => {
    expect(worstVerdict(['holds', 'holds'])).toBe('holds')
    expect(worstVerdict(['holds', 'false-as-written', 'holds-if'])).toBe('false-as-written')
    expect(() => worstVerdict([])).toThrow(RangeError)
  })
})

describe('the ledger', () => {
  test('has every row once, in the order of the lecture, in both languages', () => {
    const ids = lectureClaims.map(({ id }) => id)
    const inOrder = [...ids].sort(
      (a, b) => a.charCodeAt(0) - b.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1)),
    )
    expect(ids).toEqual(inOrder)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { asWritten, corrected } of lectureClaims)
      for (const { en, bg } of [asWritten, corrected]) {
        expect(en).not.toMatch(/[а-я]/i)
        expect(bg).toMatch(/[а-я]/i)
      }
  })
  test('E2 is false as written, with the smallest counter-example', async () => {
    const e2 = lectureClaims.find(({ id }) => id === 'E2')!
    const { judgement, measurement } = await runClaim(e2, 3)
    expect(judgement.verdict).toBe('false-as-written')
    expect(measurement.counterExample?.en).toMatch(/^p = 1\.015625, L = 2:/)
  })
  test('the same seed measures the same figures', async () => {
    const e1 = lectureClaims.find(({ id }) => id === 'E1')!
    expect(await runClaim(e1, 1)).toEqual(await runClaim(e1, 1))
  })
})
