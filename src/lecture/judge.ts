import type { Claim, Mark, Measurement } from './claim.ts'

/**
 * A figure next to what it has to be.
 *
 * @category Claims
 */
export interface JudgedFigure {
  /** The measure, as in {@link Claim}. */
  readonly measure: string
  readonly value: number
  readonly mark: Mark
  readonly passed: boolean
}

/**
 * `fails`: a figure is not what the corrected statement asks. Otherwise `holds`: every figure is what the words of the
 * lecture ask, taken literally. Otherwise `holds-if`: a condition says when they are true; or `false-as-written`.
 *
 * @category Claims
 */
export type Verdict = 'holds' | 'holds-if' | 'false-as-written' | 'fails'

/**
 * A claim's measurement with every figure judged.
 *
 * @category Claims
 */
export interface Judgement {
  readonly verdict: Verdict
  readonly corrected: readonly JudgedFigure[]
  readonly literal: readonly JudgedFigure[]
}

/**
 * Whether a value is what a mark asks for.
 *
 * @example
 * ```ts
 * import { passes } from 'puregrad/claims'
 * passes({ within: [0, 1] }, 0.5) // => true
 * passes({ atMost: 1 }, NaN) // => false
 * ```
 * @category Claims
 */
export const passes = (mark: Mark, value: number): boolean =>
  'atLeast' in mark
    ? value >= mark.atLeast
    : 'atMost' in mark
      ? value <= mark.atMost
      : value >= mark.within[0] && value <= mark.within[1]

const judged = (
  { measures }: Claim,
  kind: 'corrected' | 'literal',
  figures: Readonly<Record<string, number>>,
): readonly JudgedFigure[] =>
  Object.entries(measures).flatMap(([measure, { [kind]: mark }]) => {
    const value = figures[measure] ?? NaN
    return mark === undefined ? [] : [{ measure, value, mark, passed: passes(mark, value) }]
  })

/**
 * Judges what a claim measured by its marks; a figure that was not measured does not pass.
 *
 * @example
 * ```ts
 * import { judge, lectureClaims } from 'puregrad/claims'
 * const [claim] = lectureClaims
 * claim && judge(claim, { figures: {} }).verdict // => 'fails'
 * ```
 * @category Claims
 */
export const judge = (claim: Claim, { figures }: Measurement): Judgement => {
  const corrected = judged(claim, 'corrected', figures)
  const literal = judged(claim, 'literal', figures)
  const passed = ({ passed }: JudgedFigure): boolean => passed
  return {
    verdict: !corrected.every(passed)
      ? 'fails'
      : literal.every(passed)
        ? 'holds'
        : claim.condition !== undefined
          ? 'holds-if'
          : 'false-as-written',
    corrected,
    literal,
  }
}
