import * as E from 'fp-ts/lib/Either.js'
import { judge, withMark, type Claim, type Mark, type MarkKind } from '../../src/lecture/index.ts'

type Figures = Readonly<Record<string, number>>

/** A change of marks, and what comes of it. */
interface Flip {
  readonly what: string
  readonly from: string
  readonly to: string
  readonly wanted: (verdict: string) => boolean
}

/** Each measure of a claim with each mark it has. */
export const marksOf = (
  claim: Claim,
): readonly { readonly measure: string; readonly kind: MarkKind; readonly mark: Mark }[] =>
  Object.entries(claim.measures).flatMap(([measure, marks]) =>
    (['corrected', 'literal'] as const).flatMap((kind) => {
      const mark = marks[kind]
      return mark === undefined ? [] : [{ measure, kind, mark }]
    }),
  )

/** A mark of the same kind that a value does not pass. */
const excluding = (mark: Mark, value: number): Mark => {
  const beyond = Number.isFinite(value) ? value + Math.max(1, Math.abs(value)) : 0
  const below = Number.isFinite(value) ? value - Math.max(1, Math.abs(value)) : 0
  return 'atLeast' in mark
    ? { atLeast: beyond }
    : 'atMost' in mark
      ? { atMost: below }
      : { within: [beyond, beyond] }
}

/** A mark that a finite value passes. */
const including = (value: number): Mark => ({ within: [value, value] })

const marked = (claim: Claim, measure: string, kind: MarkKind, mark: Mark): Claim => {
  const changed = withMark(claim, measure, mark, kind)
  if (E.isLeft(changed)) throw new Error(changed.left.message.en)
  return changed.right
}

/**
 * What other marks make of a claim's verdict, figures as they are: any one mark that is not passed spoils it, and marks
 * that are passed mend it.
 */
export const flipsOf = (claim: Claim, figures: Figures): readonly Flip[] => {
  const verdictOf = (changed: Claim): string => judge(changed, { figures }).verdict
  const from = verdictOf(claim)
  const mended = (kinds: readonly MarkKind[]): Claim =>
    marksOf(claim)
      .filter(({ kind }) => kinds.includes(kind))
      .reduce(
        (sofar, { measure, kind }) => marked(sofar, measure, kind, including(figures[measure] ?? NaN)),
        claim,
      )
  const spoilt = marksOf(claim).map(({ measure, kind, mark }): Flip => {
    const whole = mended(['corrected', 'literal'])
    return {
      what: `${claim.id}.${measure}.${kind} out of reach`,
      from: verdictOf(whole),
      to: verdictOf(marked(whole, measure, kind, excluding(mark, figures[measure] ?? NaN))),
      wanted: (verdict) =>
        kind === 'corrected' ? verdict === 'fails' : verdict !== 'holds' && verdict !== 'fails',
    }
  })
  const mend: Flip =
    from === 'fails'
      ? {
          what: `${claim.id}: corrected marks within reach`,
          from,
          to: verdictOf(mended(['corrected'])),
          wanted: (verdict) => verdict !== 'fails',
        }
      : {
          what: `${claim.id}: literal marks within reach`,
          from,
          to: verdictOf(mended(['literal'])),
          wanted: (verdict) => verdict === 'holds',
        }
  return [...spoilt, mend]
}
