import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../../src/index.ts'
import {
  asha,
  ask,
  bestOf,
  emptyHistory,
  gridSearch,
  historyCodec,
  hyperband,
  medianPruner,
  nsga2Search,
  randomSearch,
  searchResult,
  spaces,
  successiveHalving,
  tell,
  tpeSearch,
  type History,
  type Pruner,
  type Report,
  type Search,
  type Task,
  type TrialResult,
} from '../../../src/search/index.ts'
import { dominates } from '../../../src/criteria/index.ts'
import type { Direction } from '../../../src/criteria/index.ts'
import { keys } from '../../../src/testing/index.ts'

const space = spaces.struct({ rate: spaces.logUniform(1e-3, 1), units: spaces.integer(1, 8) })
type Config = { readonly rate: number; readonly units: number }

const pruned: fc.Arbitrary<{ readonly pruner?: Pruner }> = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 3 }))
    .map(([maxBudget, eta]) => ({ pruner: asha({ maxBudget, eta }) })),
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.nat(2), fc.nat(2))
    .map(([maxBudget, startup, patience]) => ({ pruner: medianPruner({ maxBudget, startup, patience }) })),
)

/** Directions with searches of every kind over them. */
const searches: fc.Arbitrary<Search<Config>> = fc
  .tuple(keys(), fc.array(fc.constantFrom<Direction>('min', 'max'), { minLength: 1, maxLength: 3 }))
  .chain(([own, directions]) => {
    const shared = { key: own, directions }
    const eta = fc.integer({ min: 2, max: 4 })
    return fc.oneof(
      fc.integer({ min: 1, max: 9 }).map((trials) => randomSearch(space, { trials, ...shared })),
      fc.integer({ min: 1, max: 3 }).map((perAxis) => gridSearch(space, { perAxis, ...shared })),
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), eta)
        .map(([trials, by]) => successiveHalving(space, { trials, eta: by, ...shared })),
      eta.map((by) => successiveHalving(space, { perAxis: 3, eta: by, ...shared })),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), eta)
        .map(([maxBudget, by]) => hyperband(space, { maxBudget, eta: by, ...shared })),
      fc
        .tuple(pruned, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
        .map(([pruner, trials, parallel, multivariate]) =>
          tpeSearch(space, {
            trials,
            ...pruner,
            parallel,
            multivariate,
            startup: 3,
            candidates: 4,
            ...shared,
          }),
        ),
      fc
        .tuple(pruned, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 4 }))
        .map(([pruner, trials, population]) =>
          nsga2Search(space, { trials, ...pruner, population, ...shared }),
        ),
      fc
        .tuple(pruned, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
        .map(([pruner, trials, parallel]) => randomSearch(space, { trials, ...pruner, parallel, ...shared })),
    )
  })

/** A pure evaluation with ties, divergences and failures, that depends on its task alone. */
const evaluate = ({ seed, budget }: Task<Config>, objectives: number): TrialResult => {
  const draw = (k: number): number => Math.floor(seed / 7 ** k) % 5
  const kind = (seed + budget) % 7
  return kind === 0
    ? { kind: 'measured', objectives: Array.from({ length: objectives }, () => NaN) }
    : kind === 1
      ? { kind: 'crashed', message: 'it fell over' }
      : { kind: 'measured', objectives: Array.from({ length: objectives }, (_, k) => draw(k) / 4 - 0.5) }
}

/** Runs a search from a history, choosing among the trials asked for by `pick`. */
const run = (
  search: Search<Config>,
  pick: (n: number) => number,
  start: History = emptyHistory,
  stopAfter = Infinity,
): History => {
  const tasks = ask(search, start)
  if (tasks.length === 0 || stopAfter === 0) return start
  const task = tasks[pick(tasks.length)]!
  const result = evaluate(task, search.directions.length)
  return run(search, pick, tell(search, start, { id: task.id, budget: task.budget, result }), stopAfter - 1)
}

const first = (): number => 0

describe('ask and tell', () => {
  test('lead to one history, whichever trial is told first, also through JSON at any point', () => {
    fc.assert(
      fc.property(searches, fc.infiniteStream(fc.nat(1000)), fc.nat(30), (search, choices, pause) => {
        const any = (n: number): number => choices.next().value! % n
        const half = run(search, any, emptyHistory, pause)
        const stored = historyCodec.decode(JSON.parse(JSON.stringify(historyCodec.encode(half))))
        expect(stored).toEqual(E.right(half))
        const resumed = run(search, any, E.isRight(stored) ? stored.right : emptyHistory)
        const inOrder = run(search, first)
        expect(resumed).toStrictEqual(inOrder)
        const configs = (history: History) => history.map(({ id }) => search.configOf(id, history))
        expect(configs(resumed)).toEqual(configs(inOrder))
        expect(ask(search, resumed)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
  test('ask for trials that depend on the search and their id alone', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const walk = (history: History, seen: ReadonlyMap<number, string>): void => {
          const tasks = ask(search, history)
          for (const { id, config, seed } of tasks)
            expect(seen.get(id) ?? JSON.stringify([config, seed])).toBe(JSON.stringify([config, seed]))
          const [task] = tasks
          if (task === undefined) return
          walk(
            tell(search, history, { ...task, result: evaluate(task, search.directions.length) }),
            new Map([
              ...seen,
              ...tasks.map(({ id, config, seed }) => [id, JSON.stringify([config, seed])] as const),
            ]),
          )
        }
        walk(emptyHistory, new Map())
      }),
      { numRuns: 30 },
    )
    const tasks = (trials: number) => ask(randomSearch(space, { trials, key: key(3) }), emptyHistory)
    expect(tasks(9).slice(0, 4)).toEqual(tasks(4))
    expect(new Set(tasks(9).map(({ seed }) => seed)).size).toBe(9)
  })
  test('telling again changes nothing; what was not asked for, or is told otherwise, is an error', () => {
    const search = randomSearch(space, { trials: 2, key: key(0) })
    const report = (id: number, value: number, budget = 1): Report => ({
      id,
      budget,
      result: { kind: 'measured', objectives: [value] },
    })
    const history = tell(search, emptyHistory, report(0, 0.5))
    expect(tell(search, history, report(0, 0.5))).toBe(history)
    expect(() => tell(search, history, report(0, 0.25))).toThrow(/trial 0 at budget 1 was told otherwise/)
    expect(() => tell(search, history, report(7, 0.25))).toThrow(/trial 7 at budget 1 was not asked for/)
    expect(() => tell(search, history, report(1, 0.25, 3))).toThrow(/was not asked for/)
    expect(() =>
      tell(search, history, { id: 1, budget: 1, result: { kind: 'measured', objectives: [1, 2] } }),
    ).toThrow(/2 objectives, the search 1/)
    // Files know one zero only.
    const [, zero] = tell(search, history, report(1, -0))
    expect(zero).toStrictEqual(report(1, 0))
  })
})

describe('successive halving', () => {
  test('never promotes a trial that failed or diverged, nor more trials than the rung has places', () => {
    fc.assert(
      fc.property(searches, (search) => {
        const history = run(search, first)
        for (const { first: start, rungs } of search.brackets)
          rungs.forEach(({ size, budget }, r) => {
            const own = history.filter(
              (report) =>
                report.budget === budget && report.id >= start && report.id < start + rungs[0]!.size,
            )
            expect(own.length).toBeLessThanOrEqual(size)
            const before = rungs[r - 1]
            if (before === undefined) return
            const earlier = history.filter((report) => report.budget === before.budget)
            for (const { id } of own)
              expect(earlier.find((report) => report.id === id)?.result.kind).toBe('measured')
          })
        for (const { result } of history)
          if (result.kind === 'measured') expect(result.objectives.every(Number.isFinite)).toBe(true)
      }),
    )
  })
  test('keeps the best of one objective, the smaller id among equals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 2, NaN), { minLength: 3, maxLength: 12 }),
        fc.constantFrom<Direction>('min', 'max'),
        (values, direction) => {
          const search = successiveHalving(space, {
            trials: values.length,
            eta: 3,
            key: key(0),
            directions: [direction],
          })
          const told = ask(search, emptyHistory).reduce<History>(
            (sofar, { id, budget }) =>
              tell(search, sofar, { id, budget, result: { kind: 'measured', objectives: [values[id]!] } }),
            emptyHistory,
          )
          const sign = direction === 'min' ? 1 : -1
          const expected = values
            .map((value, id) => ({ value: sign * value, id }))
            .filter(({ value }) => !Number.isNaN(value))
            .sort((a, b) => a.value - b.value || a.id - b.id)
            .slice(0, Math.floor(values.length / 3))
            .map(({ id }) => id)
            .sort((a, b) => a - b)
          expect(ask(search, told).map(({ id }) => id)).toEqual(expected)
        },
      ),
    )
  })
  test('of 27 trials with eta = 3 takes 81 epochs where training all to the end takes 729', () => {
    const search = successiveHalving(space, { trials: 27, eta: 3, key: key(0) })
    const told = (history: History): History => {
      const tasks = ask(search, history)
      return tasks.length === 0
        ? history
        : told(
            tasks.reduce(
              (sofar, { id, budget, seed }) =>
                tell(search, sofar, {
                  id,
                  budget,
                  result: { kind: 'measured', objectives: [seed / budget] },
                }),
              history,
            ),
          )
    }
    const result = searchResult(search, told(emptyHistory))
    expect([result.spent, result.spentWithoutResuming, result.best?.budget]).toEqual([81, 108, 27])
  })
  test('begins with the points of a grid where it is asked to', () => {
    const search = successiveHalving(space, { perAxis: 3, key: key(0) })
    expect(ask(search, emptyHistory).map(({ config }) => config)).toEqual(space.grid(3))
    expect(search.brackets[0]?.rungs.map(({ size }) => size)).toEqual([9, 3, 1])
  })
  test('checks its numbers', () => {
    expect(() => successiveHalving(space, { trials: 0, key: key(0) })).toThrow(
      /trials: expected a whole number of 1 or more, got 0/,
    )
    expect(() => successiveHalving(space, { trials: 3, eta: 1, key: key(0) })).toThrow(
      /eta: expected a whole number of 2 or more, got 1/,
    )
    expect(() => randomSearch(space, { trials: 3, budget: 0, key: key(0) })).toThrow(
      /budget: expected a finite number above 0, got 0/,
    )
    expect(() => hyperband(space, { minBudget: 3, maxBudget: 2, key: key(0) })).toThrow(
      /at least the smallest/,
    )
  })
})

describe('the best of several objectives', () => {
  const objective = fc.integer({ min: 0, max: 6 })
  const points = fc
    .integer({ min: 1, max: 3 })
    .chain((m) =>
      fc.tuple(
        fc.array(fc.constantFrom<Direction>('min', 'max'), { minLength: m, maxLength: m }),
        fc.array(fc.array(objective, { minLength: m, maxLength: m }), { minLength: 1, maxLength: 9 }),
      ),
    )
  test('never leaves out a trial that dominates one it keeps', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 9 }), ([directions, objectives], count) => {
        const candidates = objectives.map((own, id) => ({ id, objectives: own }))
        const kept = bestOf(directions, candidates, count)
        expect(kept.length).toBe(Math.min(count, candidates.length))
        const out = candidates.filter((candidate) => !kept.includes(candidate))
        for (const inside of kept)
          for (const outside of out)
            expect(dominates(directions, outside.objectives, inside.objectives)).toBe(false)
      }),
    )
  })
  test('does not depend on the order of the trials, nor on the scale of an objective', () => {
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: -3, max: 3 }),
        fc.nat(),
        ([directions, objectives], count, scale, turn) => {
          const candidates = objectives.map((own, id) => ({ id, objectives: own }))
          const at = turn % candidates.length
          const turned = [...candidates.slice(at), ...candidates.slice(0, at)].reverse()
          const scaled = candidates.map(({ id, objectives: [head, ...rest] }) => ({
            id,
            objectives: [head! * 2 ** scale, ...rest],
          }))
          const ids = (of: typeof candidates): readonly number[] =>
            bestOf(directions, of, count).map(({ id }) => id)
          expect(ids(turned)).toEqual(ids(candidates))
          // Powers of two scale a volume exactly.
          expect(ids(scaled)).toEqual(ids(candidates))
        },
      ),
    )
  })
})

test('a result of several objectives has a front instead of a winner', () => {
  const search = randomSearch(space, { trials: 4, key: key(0), directions: ['min', 'max'] })
  const history = [
    [1, 1],
    [2, 2],
    [2, 1],
    [0, 0],
  ].reduce<History>(
    (sofar, objectives, id) =>
      tell(search, sofar, { id, budget: 1, result: { kind: 'measured', objectives } }),
    emptyHistory,
  )
  const { best, bestEver, front, ranked } = searchResult(search, history)
  expect([best, bestEver]).toEqual([undefined, undefined])
  expect(front.map(({ id }) => id)).toEqual([0, 1, 3])
  expect(ranked.map(({ id }) => id)).toEqual([0, 1, 3, 2])
})

test('a result tells the last winner from the best ever, what failed and what was spent', () => {
  const search = successiveHalving(spaces.uniform(0, 1), { trials: 3, eta: 3, key: key(0) })
  const measured = (id: number, budget: number, value: number): Report => ({
    id,
    budget,
    result: { kind: 'measured', objectives: [value] },
  })
  const history = [
    measured(0, 1, 0.25),
    measured(1, 1, 0.5),
    { id: 2, budget: 1, result: { kind: 'timeout', message: 'too long' } } as const,
    measured(0, 3, 0.75),
  ].reduce<History>((sofar, report) => tell(search, sofar, report), emptyHistory)
  const { best, bestEver, failures, spent, spentWithoutResuming } = searchResult(search, history)
  expect([best?.id, best?.budget, bestEver?.id, bestEver?.budget]).toEqual([0, 3, 0, 1])
  expect(failures.map(({ id }) => id)).toEqual([2])
  expect([spent, spentWithoutResuming]).toEqual([5, 6])
  expect(searchResult(search, emptyHistory)).toMatchObject({ best: undefined, bestEver: undefined, spent: 0 })
})
