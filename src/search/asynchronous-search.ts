import { foldIn } from '../core/numeric/index.ts'
import type { Report } from './history.ts'
import {
  budgetsOf,
  hasEnded,
  measuredAt,
  nextBudget,
  type Learning,
  type LearningParts,
  type TrialCourse,
} from './learning-search.ts'
import { followed, type Pending } from './schedule.ts'

/** A trial that something was told of. */
interface ToldCourse<C> extends TrialCourse<C> {
  /** At how many reports each of its own was told. */
  readonly places: readonly number[]
}

interface Told<C> {
  /** By id. */
  readonly courses: readonly (ToldCourse<C> | undefined)[]
  readonly reports: number
}

/** What is proposed for a trial from what was told before so many reports. */
const proposed = <C>({ key, propose }: Learning<C>, { courses }: Told<C>, id: number, after: number): C =>
  propose({
    id,
    key: foldIn(foldIn(key, id), 'config'),
    learned: courses.flatMap((course) => {
      if (course === undefined) return []
      const reports = course.reports.filter((_, i) => course.places[i]! < after)
      return reports.length === 0 ? [] : [{ ...course, reports }]
    }),
    running: [],
  })

/** The trials that may have begun at so many reports, and of which none was told by then. */
const offered = <C>({ courses }: Told<C>, after: number, parallel: number): readonly number[] =>
  courses
    .flatMap((course, id) => (course !== undefined && course.places[0]! < after ? [] : [id]))
    .slice(0, parallel)

/**
 * Trials that wait for nothing: one is proposed from all that is known when it begins, and compared with all that is known
 * when it is told. The history stays in the order told, and a report says at how many reports its trial was asked for, so
 * that a history replays to the same bits, whoever was faster when it came about.
 */
export const asynchronousParts = <C>(learning: Learning<C>, parallel: number): LearningParts<C> => {
  const { trials, valuesOf } = learning
  const budgets = budgetsOf(learning)
  const told = (state: Told<C>, report: Report): Told<C> => {
    const { courses, reports } = state
    const known = courses[report.id]
    const config = known?.config ?? proposed(learning, state, report.id, report.after ?? reports)
    const course = {
      id: report.id,
      config,
      values: known?.values ?? valuesOf(config),
      reports: [...(known?.reports ?? []), report],
      places: [...(known?.places ?? []), reports],
      ended: false,
    }
    const ended = hasEnded(learning, budgets, course, (budget) =>
      courses.flatMap((other) =>
        other === undefined || other.id === report.id ? [] : measuredAt(other, budget),
      ),
    )
    return { courses: courses.with(report.id, { ...course, ended }), reports: reports + 1 }
  }
  const standing = followed<Told<C>>(
    () => ({ courses: Array.from({ length: trials }, () => undefined), reports: 0 }),
    told,
    (history) => history,
  )
  return {
    brackets: [{ first: 0, rungs: budgets.map((budget) => ({ size: trials, budget })) }],
    configOf: (id, history = []) => {
      const state = standing.at(history)
      return state.courses[id]?.config ?? proposed(learning, state, id, state.reports)
    },
    schedule: {
      pending: (history) => {
        const state = standing.at(history)
        const further = state.courses.flatMap((course): readonly Pending[] =>
          course === undefined
            ? []
            : nextBudget(budgets, course).map((budget) => ({ id: course.id, budget })),
        )
        return [
          ...further,
          ...offered(state, state.reports, parallel).map((id) => ({
            id,
            budget: budgets[0]!,
            after: state.reports,
          })),
        ]
      },
      asked: (history, { id, budget, after }) => {
        const state = standing.at(history)
        const course = state.courses[id]
        return course === undefined
          ? budget === budgets[0] &&
              after !== undefined &&
              after <= state.reports &&
              offered(state, after, parallel).includes(id)
          : after === undefined && nextBudget(budgets, course)[0] === budget
      },
      alive: (history) =>
        standing
          .at(history)
          .courses.flatMap((course) => (course === undefined || course.ended ? [] : [course.id])),
      extended: (history, report) => {
        const next = [...history, report]
        standing.extend(history, report, next)
        return next
      },
    },
  }
}
