import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judge, lectureClaims, passes, runClaim, worstVerdict, type Claim } from '../../src/lecture/index.ts'

const wording = { en: 'x', bg: 'х' }
const claim: Claim = {
  id: 'X1',
  lines: '1',
  asWritten: wording,
  corrected: wording,
  marks: { error: { atMost: 0.5 } },
  measure: () => ({ figures: { error: 0.25 } }),
}

describe('a verdict', () => {
  test('follows the marks: change one number and it changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -64, max: 64 }), fc.integer({ min: -64, max: 64 }), (value, bound) => {
        const judged = judge({ ...claim, marks: { error: { atMost: bound } } }, { figures: { error: value } })
        expect(judged.verdict).toBe(value <= bound ? 'holds' : 'fails')
      }),
    )
  })
  test('is false as written where only the literal marks fail, and holds-if where a condition is named', () => {
    const literal = { ...claim, literalMarks: { error: { atLeast: 0.5 } } }
    expect(judge(literal, { figures: { error: 0.25 } }).verdict).toBe('false-as-written')
    expect(judge({ ...literal, condition: wording }, { figures: { error: 0.25 } }).verdict).toBe('holds-if')
    expect(judge({ ...literal, condition: wording }, { figures: { error: 0.75 } }).verdict).toBe('fails')
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
    expect(measurement.counterExample).toMatch(/^p = 1\.015625, L = 2:/)
  })
  test('the same seed measures the same figures', async () => {
    const e1 = lectureClaims.find(({ id }) => id === 'E1')!
    expect(await runClaim(e1, 1)).toEqual(await runClaim(e1, 1))
  })
})
