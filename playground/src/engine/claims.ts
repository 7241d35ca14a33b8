import * as E from 'fp-ts/lib/Either.js'
import { lectureClaims, runClaim, withSettings, type Claim, type Mark } from 'puregrad/claims'
import type { ClaimSummary, JobReply, JudgedFigure } from './messages.ts'

type Of = JudgedFigure['of']

const kinds: readonly Of[] = ['corrected', 'literal']

/** A claim as plain data, for a list of them. */
export const summaryOfClaim = ({
  id,
  lines,
  asWritten,
  corrected,
  condition,
  remark,
  measures,
  settings,
}: Claim): ClaimSummary => ({
  id,
  lines,
  asWritten,
  corrected,
  ...(condition === undefined ? {} : { condition }),
  ...(remark === undefined ? {} : { remark }),
  settings: Object.entries(settings).map(([setting, { name, value, whole = false }]) => ({
    id: setting,
    name,
    value,
    whole,
  })),
  marks: Object.entries(measures).flatMap(([measure, { name, ...marks }]) =>
    kinds.flatMap((of) => {
      const mark = marks[of]
      return mark === undefined ? [] : [{ id: measure, name, of, mark }]
    }),
  ),
})

export const claimSummaries = (): readonly ClaimSummary[] => lectureClaims.map(summaryOfClaim)

/**
 * A claim whose marks are other ones: `C4.zeros` in the form of `zeros` for the corrected statement, or
 * `literal.zeros` for the lecture's own words.
 */
export const withMarks = (claim: Claim, marks: Readonly<Record<string, Mark>>): Claim => ({
  ...claim,
  measures: Object.fromEntries(
    Object.entries(claim.measures).map(([id, measure]) => {
      const given = (of: Of): Partial<Record<Of, Mark>> => {
        const mark = Object.hasOwn(marks, `${of}.${id}`) ? marks[`${of}.${id}`] : measure[of]
        return mark === undefined ? {} : { [of]: mark }
      }
      return [id, { name: measure.name, ...given('corrected'), ...given('literal') }]
    }),
  ),
})

/** Measures and judges a claim, with other settings and marks where these are given. */
export const claimReply = async (
  claim: Claim,
  seed: number,
  given: {
    readonly settings: Readonly<Record<string, number>>
    readonly marks: Readonly<Record<string, Mark>>
  },
  progress: (done: number, of: number) => void,
): Promise<JobReply> => {
  const changed = withSettings(withMarks(claim, given.marks), given.settings)
  if (E.isLeft(changed)) return { kind: 'refused', refusals: [{ message: changed.left.message }] }
  const begun = performance.now()
  const { measurement, judgement } = await runClaim(changed.right, seed, { progress })
  return {
    kind: 'claim',
    claim: claim.id,
    verdict: judgement.verdict,
    figures: kinds.flatMap((of) =>
      judgement[of].map(({ measure, value, mark, passed }) => ({
        id: measure,
        name: claim.measures[measure]?.name ?? { en: measure, bg: measure },
        value,
        of,
        mark,
        passed,
      })),
    ),
    ...(measurement.counterExample === undefined ? {} : { counterExample: measurement.counterExample }),
    pictures: measurement.pictures ?? [],
    seconds: (performance.now() - begun) / 1000,
  }
}
