import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import {
  judge,
  lectureClaims,
  runClaim,
  settingsOf,
  withSettings,
  worstVerdict,
  type Claim,
  type LedgerRecord,
} from '../../src/lecture/index.ts'
import { falling } from './claims.ts'
import { flipsOf, marksOf } from './verdict-law.ts'

const file = fileURLToPath(new URL('../../docs/claims.json', import.meta.url))
const record: LedgerRecord = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as LedgerRecord)
  : { claims: [] }

const recordOf = ({ id }: Claim): LedgerRecord['claims'][number] => {
  const found = record.claims.find((one) => one.id === id)
  if (found === undefined)
    throw new Error(`${id} is not in docs/claims.json: npm run claims -- --seeds 10 --write docs/claims.md`)
  return found
}

/** JSON has the names of numbers that are not finite. */
const figuresOf = ({
  figures,
}: LedgerRecord['claims'][number]['runs'][number]): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)]))

const each = lectureClaims.map((claim) => [claim.id, claim] as const)

describe('every statement', () => {
  test.each(each)('%s has a literal mark, and marks that a figure can miss', (_, claim) => {
    expect(marksOf(claim).some(({ kind }) => kind === 'literal')).toBe(true)
    for (const { mark } of marksOf(claim)) {
      const bounds = 'within' in mark ? mark.within : ['atLeast' in mark ? mark.atLeast : mark.atMost]
      expect(bounds.every(Number.isFinite), JSON.stringify(mark)).toBe(true)
      expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
    }
  })
  test.each(each)(
    '%s has measures and settings with short names, and words for them in both languages',
    (_, claim) => {
      const { measures, settings, condition, remark, asWritten, corrected } = claim
      const named = { ...measures, ...settings }
      for (const name of Object.keys(named)) expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/)
      const optional = [condition, remark].filter((words) => words !== undefined)
      for (const { en, bg } of [
        asWritten,
        corrected,
        ...optional,
        ...Object.values(named).map(({ name }) => name),
      ]) {
        expect(en).not.toMatch(/[а-я]/i)
        // A sign, such as λ, is the same in both.
        expect(bg === en ? /[a-z]{2}/i.test(bg) : !/[а-я]/i.test(bg), bg).toBe(false)
      }
      for (const measure of Object.values(measures))
        expect([measure.corrected, measure.literal].some((mark) => mark !== undefined)).toBe(true)
      expect(E.isRight(withSettings(claim, settingsOf(claim)))).toBe(true)
    },
  )
})

describe('a verdict', () => {
  test('is turned by its marks: any one that is missed spoils it, and marks that are met mend it', () => {
    const flips = flipsOf(falling(), { slope: 0.25, zeros: 3 })
    expect(flips.map(({ from, to }) => [from, to])).toEqual([
      ['holds', 'fails'],
      ['holds', 'false-as-written'],
      ['holds', 'false-as-written'],
      ['false-as-written', 'holds'],
    ])
  })
})

/** Rows that are measured in a moment. */
const quick = ['A2', 'B1', 'C2', 'D1', 'D2', 'D6', 'D7', 'E1', 'E2', 'F1', 'F5']

describe('the recorded ledger', () => {
  test('has the statements there are, in their order', () => {
    expect(record.claims.map(({ id }) => id)).toEqual(lectureClaims.map(({ id }) => id))
  })
  test.each(each)(
    '%s: its figures, judged by the marks of today, give its verdict for every seed',
    (_, claim) => {
      const { measures, settings, runs, verdict } = recordOf(claim)
      expect(settings).toEqual(settingsOf(claim))
      expect(Object.keys(measures)).toEqual(Object.keys(claim.measures))
      expect(runs.length).toBeGreaterThanOrEqual(10)
      for (const run of runs) {
        expect(Object.keys(run.figures).sort()).toEqual(Object.keys(claim.measures).sort())
        expect(judge(claim, { figures: figuresOf(run) }).verdict, `seed ${run.seed}`).toBe(run.verdict)
      }
      expect(verdict).toBe(worstVerdict(runs.map((run) => run.verdict)))
    },
  )
  test.each(each)('%s: other marks turn the verdict of every seed', (_, claim) => {
    for (const run of recordOf(claim).runs)
      for (const { what, from, to, wanted } of flipsOf(claim, figuresOf(run)))
        expect(wanted(to), `${what}, seed ${run.seed}: from ${from} to ${to}`).toBe(true)
  })
  test.each(quick)('%s comes out again', { timeout: 60_000 }, async (id) => {
    const claim = lectureClaims.find((one) => one.id === id)!
    const [recorded] = recordOf(claim).runs
    const { measurement, judgement } = await runClaim(claim, recorded!.seed)
    expect(judgement.verdict).toBe(recorded!.verdict)
    const known = figuresOf(recorded!)
    // Executors differ in the last bits, and rows that measure rounding measure no more than these.
    for (const [name, value] of Object.entries(measurement.figures))
      expect(
        Object.is(value, known[name]) ||
          Math.abs(value - known[name]!) <= 1e-9 + 1e-4 * Math.abs(known[name]!),
        `${name}: ${value}, recorded ${known[name]}`,
      ).toBe(true)
  })
})
