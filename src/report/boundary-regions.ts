import type { BoundaryField } from './boundary-picture.ts'

/** What a model says at a point of a grid: its class, and how sure it is of it, from 0 (not at all) to 1. */
export interface Said {
  readonly class: number
  readonly sure: number
}

const ofProbabilities = (probabilities: readonly number[]): Said => {
  const best = probabilities.reduce((at, p, i) => (p > probabilities[at]! ? i : at), 0)
  const guess = 1 / probabilities.length
  return { class: best, sure: Math.max(0, Math.min(1, (probabilities[best]! - guess) / (1 - guess))) }
}

/** What is said at each point of a field; a score is sure of itself by its distance to the threshold. */
export const saidBy = (field: BoundaryField): readonly (readonly Said[])[] => {
  if (field.kind === 'probabilities') return field.values.map((row) => row.map(ofProbabilities))
  const { threshold = 0.5 } = field
  const farthest = field.values
    .flat()
    .filter(Number.isFinite)
    .reduce((far, value) => Math.max(far, Math.abs(value - threshold)), 0)
  return field.values.map((row) =>
    row.map((value) => ({
      class: value > threshold ? 1 : 0,
      sure: farthest === 0 ? 0 : Math.abs(value - threshold) / farthest,
    })),
  )
}

/** By how much each class leads over the best of the others: where that is 0 the decision changes. */
export const leads = (field: BoundaryField): readonly (readonly (readonly number[])[])[] => {
  if (field.kind === 'score')
    return [field.values.map((row) => row.map((value) => value - (field.threshold ?? 0.5)))]
  const classes = field.values[0]?.[0]?.length ?? 0
  const lead = (probabilities: readonly number[], k: number): number =>
    probabilities[k]! - probabilities.reduce((best, p, i) => (i === k ? best : Math.max(best, p)), 0)
  // Of two classes one leads by what the other lags behind.
  return Array.from({ length: classes === 2 ? 1 : classes }, (_, k) =>
    field.values.map((row) => row.map((probabilities) => lead(probabilities, k))),
  )
}
