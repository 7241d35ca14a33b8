import type { History, Report } from './history.ts'

/**
 * A trial up to a budget, named.
 *
 * @category Searches
 */
export interface Pending {
  readonly id: number
  readonly budget: number
  /** Of an asynchronous search: at how many reports this was asked for. What is asked for depends on these alone. */
  readonly after?: number
}

/**
 * What a search asks for, as functions of its history.
 *
 * @category Searches
 */
export interface Schedule {
  /** What can be run now and has not been, in the order in which it should begin. */
  readonly pending: (history: History) => readonly Pending[]
  /** Whether a report of this was asked for, now or, where that is part of it, at an earlier time. */
  readonly asked: (history: History, trial: Pending) => boolean
  /** Trials that a greater budget may go on from. */
  readonly alive: (history: History) => readonly number[]
  /** The history with another report, in the order of the schedule. */
  readonly extended: (history: History, report: Report) => History
}

/** The order of reports in a history. */
export const byBudget = (a: Report, b: Report): number => a.budget - b.budget || a.id - b.id

/** The history with a report in its place by budget and id. */
export const inOrder = (history: History, report: Report): History => {
  const at = history.findLastIndex((other) => byBudget(other, report) < 0)
  return history.toSpliced(at + 1, 0, report)
}

/**
 * Something that follows from a history report by report, kept for each history as long as that is in use, so that a
 * history with one report more costs one step and not all. Of a history that was not built by `extended` all steps are
 * made, in the order that `sorted` gives its reports.
 */
export const followed = <S>(
  start: () => S,
  step: (state: S, report: Report, place: number) => S,
  sorted: (history: History) => History,
): {
  readonly at: (history: History) => S
  readonly extend: (from: History, report: Report, to: History) => void
} => {
  const known = new WeakMap<History, S>()
  const at = (history: History): S => {
    const found = known.get(history)
    if (found !== undefined) return found
    const state = sorted(history).reduce<S>(step, start())
    known.set(history, state)
    return state
  }
  return {
    at,
    extend: (from, report, to) => {
      known.set(to, step(at(from), report, from.length))
    },
  }
}
