import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  judge,
  lectureClaims,
  markDistance,
  parseMark,
  passes,
  runClaim,
  spreadOf,
  withMark,
  withSettings,
  type Claim,
  type Mark,
} from '../../src/lecture/index.ts'
import { chosenClaims, withChanges } from '../../src/lecture/command/changes.ts'
import { falling } from './claims.ts'

const rightOf = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}
const complaintOf = (either: E.Either<{ readonly message: { en: string; bg: string } }, unknown>) =>
  E.isLeft(either) ? either.left.message : { en: '', bg: '' }

const claim = falling()
const figures = { slope: 0.25, zeros: 3 }

describe('a mark', () => {
  test('that is changed turns the verdict, and the claim stays as it was', () => {
    expect(judge(claim, { figures }).verdict).toBe('false-as-written')
    const verdictWith = (mark: Mark, kind?: 'corrected' | 'literal'): string =>
      judge(rightOf(withMark(claim, 'slope', mark, kind)), { figures }).verdict
    expect(verdictWith({ atMost: 0.2 })).toBe('fails')
    expect(verdictWith({ atMost: 0.3 }, 'literal')).toBe('holds')
    expect(judge(claim, { figures }).verdict).toBe('false-as-written')
  })
  test('is the only one of a measure where nothing more is said, by a name in letters of any case', () => {
    const changed = rightOf(withMark(claim, 'ZEROS', { within: [1, 2] }))
    expect(changed.measures['zeros']).toMatchObject({ literal: { within: [1, 2] } })
    expect(changed.measures['zeros']).not.toHaveProperty('corrected')
  })
  test('that is none, or of no measure, is refused in both languages', () => {
    const unknown = complaintOf(withMark(claim, 'slop', { atMost: 1 }))
    expect(unknown.en).toBe('X1: no measure slop; did you mean slope? (there is slope, zeros)')
    expect(unknown.bg).toBe('X1: няма величина slop; може би slope? (има slope, zeros)')
    expect(complaintOf(withMark(claim, 'zeros', { atMost: 1 }, 'corrected')).en).toContain(
      'no corrected mark',
    )
    for (const mark of [{ atMost: NaN }, { atLeast: Infinity }, { within: [2, 1] }] as const)
      expect(complaintOf(withMark(claim, 'slope', mark)).en).toContain('finite numbers')
  })
  test('is read as it is written', () => {
    const least = { atLeast: 0.5 }
    const cases: readonly (readonly [string, Mark, Mark])[] = [
      ['0.2', least, { atLeast: 0.2 }],
      ['0,2', { atMost: 3 }, { atMost: 0.2 }],
      ['-1e-5', { within: [0, 0] }, { within: [-1e-5, -1e-5] }],
      ['>=0.2', { atMost: 3 }, { atLeast: 0.2 }],
      ['≤ .5', least, { atMost: 0.5 }],
      ['=3', least, { within: [3, 3] }],
      ['0.1..0.3', least, { within: [0.1, 0.3] }],
      ['-1..1e3', least, { within: [-1, 1000] }],
      ['0,1…0,3', least, { within: [0.1, 0.3] }],
    ]
    for (const [text, current, mark] of cases) expect(rightOf(parseMark(text, current))).toEqual(mark)
    for (const text of ['', 'x', '0.1..', '..', '1..x', '0.3..0.1', 'NaN', 'Infinity', '1 2', '0x10'])
      expect(E.isLeft(parseMark(text, least)), text).toBe(true)
    expect(complaintOf(parseMark('0.2', { within: [0, 1] })).en).toContain('is a range')
  })
})

describe('a setting', () => {
  test('that is changed is what is measured with', async () => {
    const deeper = rightOf(withSettings(claim, { LAYERS: 4 }))
    expect((await runClaim(deeper, 0)).measurement.figures['slope']).toBe(0.125)
    expect((await runClaim(claim, 0)).measurement.figures['slope']).toBe(0.25)
    expect(rightOf(withSettings(claim, {}))).toBe(claim)
  })
  test.each([
    ['layers', 0, 'X1.layers: expected a whole number of at least 1 and of at most 9, got 0'],
    ['layers', 2.5, 'X1.layers: expected a whole number of at least 1 and of at most 9, got 2.5'],
    ['layers', 10, 'X1.layers: expected a whole number of at least 1 and of at most 9, got 10'],
    ['rate', -1, 'X1.rate: expected a finite number of at least 0, got -1'],
    ['rate', NaN, 'X1.rate: expected a finite number of at least 0, got NaN'],
    ['layer', 3, 'X1: no setting layer; did you mean layers? (there is layers, rate)'],
  ])('%s = %s is refused', (name, value, message) => {
    expect(complaintOf(withSettings(claim, { [name]: value })).en).toBe(message)
  })
})

describe('changes on the command line', () => {
  const changed = (marks: readonly string[], settings: readonly string[] = []) =>
    withChanges({ marks, settings })([claim])
  const only = (either: ReturnType<typeof changed>): Claim => rightOf(either)[0]!
  test('are of a mark or a setting, one after the other', () => {
    const { measures, settings } = only(
      changed(['x1.slope=0.2', 'X1.Slope.literal=0.1..0.3', 'X1.zeros=4'], ['x1.rate=0,25', 'x1.layers=3']),
    )
    expect(measures['slope']).toMatchObject({ corrected: { atMost: 0.2 }, literal: { within: [0.1, 0.3] } })
    expect(measures['zeros']).toMatchObject({ literal: { within: [4, 4] } })
    expect(settings['rate']?.value).toBe(0.25)
    expect(settings['layers']?.value).toBe(3)
  })
  test.each([
    [['X1'], [], '--mark: expected something like C4.zeros=0.2, got "X1"'],
    [['X1.slope'], [], '--mark: expected something like C4.zeros=0.2'],
    [['X2.slope=1'], [], 'no claim X2; did you mean X1? there are X1'],
    [['X1.slpoe=1'], [], 'did you mean slope?'],
    [['X1.slope=much'], [], '--mark X1.slope: expected a number like 0.2'],
    [[], ['X1.layers=many'], '--set X1.layers: expected a number, got "many"'],
    [[], ['X1.layers.literal=3'], '--set X1.layers: expected a number'],
    [[], ['X1.layers=99'], 'of at most 9, got 99'],
  ])('%s %s: %s', (marks, settings, message) => {
    const either = changed(marks, settings)
    expect(E.isLeft(either) && either.left.en).toContain(message)
    expect(E.isLeft(either) && either.left.bg).toMatch(/[а-я]/)
  })
  test('choose their rows where no others are named', () => {
    const ids = (named: readonly string[], changes: readonly string[] = []) =>
      rightOf(chosenClaims(named, changes)(lectureClaims)).map(({ id }) => id)
    expect(ids([])).toHaveLength(lectureClaims.length)
    expect(ids(['c4', 'A1'])).toEqual(['A1', 'C4'])
    expect(ids(['g']).every((id) => id.startsWith('G'))).toBe(true)
    expect(ids([], ['c4.zeros=1'])).toEqual(['C4'])
    expect(E.isLeft(chosenClaims(['A1'], ['C4.zeros=1'])(lectureClaims))).toBe(true)
    expect(E.isLeft(chosenClaims(['Z9'], [])(lectureClaims))).toBe(true)
  })
})

describe('the spread over seeds', () => {
  test('is that of the values in any order', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4, deviation: Math.sqrt(5 / 3) })
    expect(spreadOf([7])).toEqual({ min: 7, median: 7, max: 7, deviation: NaN })
    expect(spreadOf([0.1, 0.1, 0.1]).deviation).toBe(0)
    expect(spreadOf([1, NaN]).median).toBe(NaN)
  })
  test('a margin is below 0 exactly where a value does not pass, for any mark', () => {
    const mark = fc.oneof(
      fc.record({ atLeast: fc.integer() }),
      fc.record({ atMost: fc.integer() }),
      fc.tuple(fc.integer(), fc.nat()).map(([low, width]) => ({ within: [low, low + width] as const })),
    )
    fc.assert(
      fc.property(mark, fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), (asked, values) => {
        const { margin } = markDistance(asked, values)
        expect(margin < 0).toBe(!values.every((value) => passes(asked, value)))
      }),
    )
  })
  test('warns within two standard deviations of the turn, on either side of it', () => {
    // the standard deviation of these is 1
    expect(markDistance({ atLeast: -1.5 }, [0, 1, 2]).near).toBe(true)
    expect(markDistance({ atLeast: -2.5 }, [0, 1, 2]).near).toBe(false)
    expect(markDistance({ atLeast: 3.5 }, [0, 1, 2]).near).toBe(true)
    expect(markDistance({ atLeast: 4.5 }, [0, 1, 2])).toMatchObject({ near: false, margin: -4.5 })
    expect(markDistance({ within: [3, 3] }, [3, 3, 3])).toMatchObject({ near: false, margin: 0 })
    expect(markDistance({ atLeast: 0 }, [1, NaN]).margin).toBe(NaN)
  })
})
