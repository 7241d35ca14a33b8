import type { Claim, Mark, Measurement } from './claim.ts'

/**
 * A figure next to what it has to be.
 *
 * @category Claims
 */
export interface JudgedFigure {
  readonly name: string
  readonly value: number
  readonly mark: Mark
  readonly passed: boolean
}

/**
 * `holds` and `holds-if`: all corrected figures pass, the literal ones too or a condition says when.
 * `false-as-written`: the corrected figures pass and a literal one does not, with no condition to save it.
 * `fails`: a corrected figure does not pass.
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
  marks: Readonly<Record<string, Mark>>,
  figures: Readonly<Record<string, number>>,
): readonly JudgedFigure[] =>
  Object.entries(marks).map(([name, mark]) => {
    const value = figures[name] ?? NaN
    return { name, value, mark, passed: passes(mark, value) }
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
  const corrected = judged(claim.marks, figures)
  const literal = judged(claim.literalMarks ?? {}, figures)
  const passed = ({ passed }: JudgedFigure): boolean => passed
  return {
    verdict: !corrected.every(passed)
      ? 'fails'
      : claim.condition !== undefined
        ? 'holds-if'
        : literal.every(passed)
          ? 'holds'
          : 'false-as-written',
    corrected,
    literal,
  }
}
