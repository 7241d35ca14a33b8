import { foldIn, type Key } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Direction } from '../criteria/dominance.ts'
import type { Bracket } from './bracket-schedule.ts'
import type { History, Report } from './history.ts'
import type { Candidate } from './promote.ts'
import { isPruned, prunerBudgets, type Pruner } from './pruner.ts'
import { followed, inOrder, type Pending, type Schedule } from './schedule.ts'
import type { AxisValues } from './space-axes.ts'

/** A trial as far as it has come. */
export interface TrialCourse<C> {
  readonly id: number
  readonly config: C
  readonly values: AxisValues
  /** By rising budget. */
  readonly reports: readonly Report[]
  /** Measured to the end, pruned or failed. */
  readonly ended: boolean
}

/** What a proposal depends on. */
export interface Proposal<C> {
  readonly id: number
  readonly key: Key
  /** Trials that have ended, or as far as they had come when the proposal was asked for. */
  readonly learned: readonly TrialCourse<C>[]
  /** Settings of trials that may be running, whatever is known of them: a proposal keeps away from them. */
  readonly running: readonly AxisValues[]
}

/** A search that learns from its results, or ends trials by comparing them. */
export interface Learning<C> {
  readonly name: string
  readonly trials: number
  readonly key: Key
  readonly directions: readonly Direction[]
  readonly budget: number
  readonly pruner: Pruner | undefined
  /** How many first trials have to have ended before one begins; it depends on these alone. Never falls. */
  readonly sight: (id: number) => number
  readonly propose: (proposal: Proposal<C>) => C
  readonly valuesOf: (config: C) => AxisValues
}

/** What was measured of a trial at a budget. */
export const measuredAt = <C>({ id, reports }: TrialCourse<C>, budget: number): readonly Candidate[] =>
  reports.flatMap((report) =>
    report.budget === budget && report.result.kind === 'measured'
      ? [{ id, objectives: report.result.objectives }]
      : [],
  )

/** Whether a trial goes no further, after its last report. */
export const hasEnded = <C>(
  { directions, pruner }: Pick<Learning<C>, 'directions' | 'pruner'>,
  budgets: readonly number[],
  course: TrialCourse<C>,
  othersAt: (budget: number) => readonly Candidate[],
): boolean => {
  const last = course.reports.at(-1)
  if (last === undefined) return false
  if (last.result.kind !== 'measured' || last.budget === budgets.at(-1)) return true
  const reached = budgets.filter((budget) => budget <= last.budget)
  return (
    pruner !== undefined &&
    isPruned(
      pruner,
      directions,
      reached.flatMap((budget) =>
        measuredAt(course, budget).map((own) => ({ own, others: othersAt(budget) })),
      ),
    )
  )
}

/** The budget to which a trial is run next, if any. */
export const nextBudget = <C>(
  budgets: readonly number[],
  { ended, reports }: Pick<TrialCourse<C>, 'ended' | 'reports'>,
): readonly number[] => (ended ? [] : budgets.slice(reports.length, reports.length + 1))

/** The budgets of a learning search. */
export const budgetsOf = ({
  pruner,
  budget,
}: Pick<Learning<unknown>, 'pruner' | 'budget'>): readonly number[] =>
  pruner === undefined ? [budget] : prunerBudgets(pruner)

interface Standing<C> {
  /** The trials that may have begun, by id. */
  readonly courses: readonly TrialCourse<C>[]
  /** How many first ones have ended. */
  readonly ended: number
}

const byTrial = (history: History): History => history.toSorted((a, b) => a.id - b.id || a.budget - b.budget)

/** How a search goes on, and what it proposes. */
export interface LearningParts<C> {
  readonly brackets: readonly Bracket[]
  readonly schedule: Schedule
  readonly configOf: (id: number, history?: History) => C
}

/**
 * Trials of a search that learns, in an order that nobody's speed can change: a trial begins once the first `sight(id)`
 * trials have ended, is proposed from these, and compared with these. So the history is the same for any number of lanes,
 * and a trial is replayed from the reports of those before it.
 */
export const learningParts = <C>(learning: Learning<C>): LearningParts<C> => {
  const { name, trials, key, sight, propose, valuesOf } = learning
  const budgets = budgetsOf(learning)
  /** Begins the trials whose turn has come. */
  const begun = ({ courses, ended }: Standing<C>): Standing<C> => {
    const waiting = Array.from({ length: trials - courses.length }, (_, i) => courses.length + i)
    const turn = waiting.findIndex((id) => sight(id) > ended)
    // One list for all that learn from the same trials, so that what follows from it can be kept.
    const seen = new Map<number, readonly TrialCourse<C>[]>()
    const learnedBy = (id: number): readonly TrialCourse<C>[] => {
      const learned = seen.get(sight(id)) ?? courses.slice(0, sight(id))
      // eslint-disable-next-line functional/immutable-data -- as above
      seen.set(sight(id), learned)
      return learned
    }
    return {
      ended,
      courses: waiting
        .slice(0, turn < 0 ? waiting.length : turn)
        .reduce<readonly TrialCourse<C>[]>((sofar, id) => {
          const config = propose({
            id,
            key: foldIn(foldIn(key, id), 'config'),
            learned: learnedBy(id),
            running: sofar.slice(sight(id)).map(({ values }) => values),
          })
          return [...sofar, { id, config, values: valuesOf(config), reports: [], ended: false }]
        }, courses),
    }
  }
  const told = ({ courses, ended }: Standing<C>, report: Report): Standing<C> => {
    const before = courses[report.id]
    if (before === undefined)
      throw new ArgumentError(
        `${name}: the history holds a report of trial ${report.id}, which cannot have begun`,
      )
    const course = { ...before, reports: [...before.reports, report] }
    const rivals = courses.slice(0, sight(report.id))
    const next = courses.with(report.id, {
      ...course,
      ended: hasEnded(learning, budgets, course, (budget) =>
        rivals.flatMap((other) => measuredAt(other, budget)),
      ),
    })
    const running = next.findIndex((each, i) => i >= ended && !each.ended)
    return begun({ courses: next, ended: running < 0 ? next.length : running })
  }
  const standing = followed(() => begun({ courses: [], ended: 0 }), told, byTrial)
  const pending = (history: History): readonly Pending[] => {
    const { courses, ended } = standing.at(history)
    return courses
      .slice(ended)
      .flatMap((course) => nextBudget(budgets, course).map((budget) => ({ id: course.id, budget })))
  }
  return {
    brackets: [{ first: 0, rungs: budgets.map((budget) => ({ size: trials, budget })) }],
    configOf: (id, history = []) => {
      const course = standing.at(history).courses[id]
      if (course === undefined)
        throw new ArgumentError(
          `${name}: trial ${id} depends on reports of trials before it that the history does not hold`,
        )
      return course.config
    },
    schedule: {
      pending,
      asked: (history, trial) =>
        pending(history).some(({ id, budget }) => id === trial.id && budget === trial.budget),
      alive: (history) => {
        const { courses, ended } = standing.at(history)
        return courses.slice(ended).flatMap((course) => (course.ended ? [] : [course.id]))
      },
      extended: (history, report) => {
        const next = inOrder(history, report)
        standing.extend(history, report, next)
        return next
      },
    },
  }
}
