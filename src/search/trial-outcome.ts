import type { TrialCourse } from './learning-search.ts'
import type { AxisValues } from './space-axes.ts'

/** What a trial has come to, from the best kind to the worst: by how far it came, and failures last. */
export interface Outcome {
  readonly id: number
  readonly values: AxisValues
  readonly reached: number
  readonly objectives: readonly number[]
}

export const outcomeOf = <C>({ id, values, reports }: TrialCourse<C>): Outcome => {
  const last = reports.at(-1)
  return last?.result.kind === 'measured'
    ? { id, values, reached: last.budget, objectives: last.result.objectives }
    : { id, values, reached: -1, objectives: [] }
}
