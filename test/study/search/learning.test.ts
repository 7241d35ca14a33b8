import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldIn, key } from '../../../src/index.ts'
import {
  asha,
  ask,
  emptyHistory,
  inProcess,
  knownTrials,
  medianPruner,
  nsga2Search,
  percentilePruner,
  randomSearch,
  runSearch,
  searchResult,
  spaces,
  tell,
  tpeSearch,
  type History,
  type Report,
  type Search,
  type Space,
  type Task,
} from '../../../src/search/index.ts'
import { hypervolume } from '../../../src/criteria/index.ts'
import { searchOfSpec } from '../../../src/search/search-of-spec.ts'
import { keys } from '../../../src/testing/index.ts'
import { testFunctions } from '../../../bench/search-functions.ts'

/** Runs a search to its end, one report after another. */
const finished = <C>(search: Search<C>, objectives: (task: Task<C>) => readonly number[]): History => {
  const next = (history: History): History => {
    const tasks = ask(search, history)
    return tasks.length === 0
      ? history
      : next(
          tasks.reduce(
            (sofar, task) =>
              tell(search, sofar, {
                id: task.id,
                budget: task.budget,
                result: { kind: 'measured', objectives: objectives(task) },
              }),
            history,
          ),
        )
  }
  return next(emptyHistory)
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

describe('a Parzen estimator', () => {
  test('proposes what lies in the space, whatever is known, and depends on no trial of its own window', () => {
    const space = spaces.struct({
      rate: spaces.logUniform(1e-4, 1),
      units: spaces.logInteger(1, 64),
      drop: spaces.uniformStep(0, 0.5, 0.1),
      by: spaces.variant('kind', {
        sgd: {},
        momentum: { beta: spaces.uniform(0, 1), steps: spaces.integer(1, 3) },
      }),
    })
    fc.assert(
      fc.property(
        keys(),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom(0, 1, 2, NaN), { minLength: 12, maxLength: 12 }),
        (own, multivariate, parallel, outcomes) => {
          const search = tpeSearch(space, {
            trials: 12,
            startup: 3,
            candidates: 5,
            multivariate,
            parallel,
            key: own,
          })
          const told = finished(search, ({ id }) => [outcomes[id]!])
          const other = finished(search, ({ id }) => [id > 12 - parallel ? 9 - outcomes[id]! : outcomes[id]!])
          for (let id = 0; id < 12; id++) {
            expect(space.codec.is(search.configOf(id, told))).toBe(true)
            expect(search.configOf(id, other)).toEqual(search.configOf(id, told))
          }
          // Whoever was faster.
          const backwards = (history: History): History => {
            const task = ask(search, history).at(-1)
            if (task === undefined) return history
            const { id, budget } = task
            const result = { kind: 'measured', objectives: [outcomes[id]!] } as const
            return backwards(tell(search, history, { id, budget, result }))
          }
          const late = backwards(emptyHistory)
          for (let id = 0; id < 12; id++) expect(search.configOf(id, late)).toEqual(search.configOf(id, told))
          // From reports in any order, and from the spec as data.
          const again = searchOfSpec(JSON.parse(JSON.stringify(search.spec)))
          expect(E.isRight(again) && again.right.configOf(11, told.toReversed())).toEqual(
            search.configOf(11, told),
          )
        },
      ),
      { numRuns: 5 },
    )
  })
  test('comes nearer than random search on each of four functions, by the median of five seeds', () => {
    const ratios = testFunctions.map(({ name, space, value, least }) => {
      const regret = (make: (seed: number) => Search<unknown>): number =>
        median(
          Array.from({ length: 5 }, (_, seed) => {
            const search = make(seed)
            const { best } = searchResult(
              search,
              finished(search, ({ config }) => [value(config)]),
            )
            return best!.objectives[0]! - least
          }),
        )
      const own = (seed: number) => ({ trials: 50, key: foldIn(key(11), seed) })
      const [random, tpe] = [
        regret((seed) => randomSearch(space as Space<unknown>, own(seed))),
        regret((seed) => tpeSearch(space as Space<unknown>, own(seed))),
      ]
      expect(tpe / random, name).toBeLessThan(1)
      return tpe / random
    })
    // The geometric mean.
    expect(Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / 4)).toBeLessThan(0.4)
  })
  test('keeps away from what diverges, and learns from trials that ended early', () => {
    const search = tpeSearch(spaces.uniform(0, 1), {
      trials: 100,
      pruner: asha({ maxBudget: 9 }),
      key: key(4),
    })
    const history = finished(search, ({ config, budget }) => [
      config > 0.6 ? NaN : (config - 0.4) ** 2 + 1 / budget,
    ])
    // Of draws at random 20 of 50 would diverge, and half be farther away than a quarter.
    const late = Array.from({ length: 50 }, (_, i) => search.configOf(50 + i, history))
    expect(late.filter((x) => x > 0.6).length).toBeLessThan(10)
    expect(median(late.map((x) => Math.abs(x - 0.4)))).toBeLessThan(0.12)
  })
  test('of two objectives covers more than random search does', () => {
    const space = spaces.struct({ x: spaces.uniform(0, 1), y: spaces.uniform(0, 1), z: spaces.uniform(0, 1) })
    const volumeOf = (search: Search<{ x: number; y: number; z: number }>): number =>
      hypervolume(
        ['min', 'min'],
        [2, 2],
        searchResult(
          search,
          finished(search, ({ config: { x, y, z } }) => [x + y + z * z, 1 - x + y * y + z]),
        ).front.map(({ objectives }) => objectives),
      )
    const own = (seed: number) =>
      ({ trials: 60, key: foldIn(key(5), seed), directions: ['min', 'min'] }) as const
    const seeds = [0, 1, 2, 3, 4]
    const random = median(seeds.map((seed) => volumeOf(randomSearch(space, own(seed)))))
    const tpe = median(seeds.map((seed) => volumeOf(tpeSearch(space, own(seed)))))
    expect(tpe - random).toBeGreaterThan(0.1)
  })
  test('begins with what another search knows, and says what of it cannot be used', () => {
    const older = randomSearch(spaces.struct({ x: spaces.uniform(-2, 2) }), { trials: 40, key: key(6) })
    const history = finished(older, ({ config: { x }, id }) => [id < 3 ? NaN : (x - 0.5) ** 2])
    const space = spaces.struct({ x: spaces.uniform(0, 1) })
    const { known, outside, failed, shorter } = knownTrials(space, older, history)
    expect([known.length + outside, failed, shorter]).toEqual([37, 3, 0])
    expect(known.every(({ config }) => space.codec.is(config))).toBe(true)
    const search = tpeSearch(space, { trials: 8, known, key: key(7) })
    expect(Math.abs(search.configOf(0).x - 0.5)).toBeLessThan(0.3)
    const again = searchOfSpec(JSON.parse(JSON.stringify(search.spec)))
    expect(E.isRight(again) && again.right.configOf(0)).toEqual(search.configOf(0))
  })
})

describe('pruners', () => {
  /** Runs a search of curves that never cross, whose trials are told one step at a time. */
  const curves = (search: Search<number>): History =>
    finished(search, ({ config, budget }) => [config + 1 / budget])
  const at = (history: History, budget: number): readonly Report[] =>
    history.filter((report) => report.budget === budget)
  const valueOf = ({ result }: Report): number => (result.kind === 'measured' ? result.objectives[0]! : NaN)

  test('ASHA runs on exactly those among the best 1/eta of the trials known before them', () => {
    fc.assert(
      fc.property(
        keys(),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 24 }),
        (own, eta, parallel, trials) => {
          const search = randomSearch(spaces.uniform(0, 1), {
            trials,
            parallel,
            pruner: asha({ maxBudget: eta ** 2, eta }),
            key: own,
          })
          const history = curves(search)
          for (const budget of [1, eta])
            for (const report of at(history, budget)) {
              const known = at(history, budget).filter(({ id }) => id <= report.id - parallel)
              const before = known.filter((other) => valueOf(other) < valueOf(report)).length
              const promoted = at(history, budget * eta).some(({ id }) => id === report.id)
              expect(promoted).toBe(before < Math.max(1, Math.floor((known.length + 1) / eta)))
            }
        },
      ),
      { numRuns: 30 },
    )
  })
  test('the median pruner waits for its first trials and for its patience', () => {
    const searched = (pruner: ReturnType<typeof medianPruner>): History =>
      curves(randomSearch(spaces.uniform(0, 1), { trials: 30, pruner, key: key(2) }))
    for (const patience of [0, 2]) {
      const history = searched(medianPruner({ maxBudget: 5, startup: 4, patience }))
      const isBelow = (report: Report): boolean => {
        const known = at(history, report.budget).filter(({ id }) => id < report.id)
        const before = known.filter((other) => valueOf(other) < valueOf(report)).length
        return known.length >= 4 && before >= Math.floor((known.length + 1) / 2)
      }
      const spans = Array.from({ length: 30 }, (_, id) => {
        const own = history.filter((report) => report.id === id)
        own.forEach((_report, step) => {
          const rounds = own.slice(Math.max(0, step - patience), step + 1)
          const ends = step === 4 || (rounds.length > patience && rounds.every(isBelow))
          expect(own.length === step + 1).toBe(ends)
        })
        return own.length
      })
      expect(spans.slice(0, 4)).toEqual([5, 5, 5, 5])
      expect(spans.filter((span) => span === patience + 1).length).toBeGreaterThan(8)
    }
    const [quarter, half] = [
      percentilePruner({ maxBudget: 5, startup: 4, keep: 0.25 }),
      medianPruner({ maxBudget: 5, startup: 4 }),
    ].map((pruner) => at(searched(pruner), 5).length)
    expect(quarter).toBeLessThan(half!)
  })
  test('of several objectives never end a trial that nothing known dominates while one it dominates goes on', () => {
    const search = randomSearch(spaces.struct({ x: spaces.uniform(0, 1), y: spaces.uniform(0, 1) }), {
      trials: 40,
      directions: ['min', 'min'],
      pruner: medianPruner({ maxBudget: 2, startup: 4 }),
      key: key(3),
    })
    const history = finished(search, ({ config: { x, y } }) => [x, y])
    for (const { id } of at(history, 1)) {
      const own = search.configOf(id, history)
      const known = at(history, 1).filter((other) => other.id < id)
      const dominated = known.some((other) => {
        const { x, y } = search.configOf(other.id, history)
        return x < own.x && y < own.y
      })
      if (!dominated) expect(at(history, 2).some((other) => other.id === id)).toBe(true)
    }
    expect(at(history, 2).length).toBeLessThan(30)
  })
})

describe('NSGA-II', () => {
  // E. Zitzler, K. Deb, L. Thiele, "Comparison of multiobjective evolutionary algorithms", 2000, with three settings.
  const space = spaces.struct(
    Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`x${i}`, spaces.uniform(0, 1)])),
  )
  const shapes: readonly (readonly [string, (x: number, g: number) => number, number])[] = [
    // The volume of each front within (1.1, 1.1), by hand: 1.21 less the area under it.
    ['ZDT1', (x, g) => g * (1 - Math.sqrt(x / g)), 0.11 + 0.11 - 0.01 + 2 / 3],
    ['ZDT2', (x, g) => g * (1 - (x / g) ** 2), 0.11 + 0.11 - 0.01 + 1 / 3],
    ['ZDT3', (x, g) => g * (1 - Math.sqrt(x / g) - (x / g) * Math.sin(10 * Math.PI * x)), 1.3318],
  ]
  test.each(shapes)('comes near the known front of %s', (_name, shape, whole) => {
    const search = nsga2Search(space, {
      trials: 700,
      population: 20,
      directions: ['min', 'min'],
      key: key(8),
    })
    const history = finished(search, ({ config }) => {
      const [first = 0, ...rest] = Object.values(config)
      const g = 1 + (9 * rest.reduce((sum, x) => sum + x, 0)) / rest.length
      return [first, shape(first, g)]
    })
    const found = hypervolume(
      ['min', 'min'],
      [1.1, 1.1],
      searchResult(search, history).front.map(({ objectives }) => objectives),
    )
    expect(found).toBeLessThanOrEqual(whole + 1e-3)
    expect(found).toBeGreaterThan(0.92 * whole)
  })
})

describe('an asynchronous search', () => {
  test('replays from its history to the same bits, and says of a trial at how many reports it was asked for', async () => {
    const search = tpeSearch(spaces.struct({ x: spaces.uniform(0, 1) }), {
      trials: 20,
      parallel: 3,
      asynchronous: true,
      startup: 4,
      pruner: asha({ maxBudget: 3 }),
      key: key(9),
    })
    const seen = new Map<number, number>()
    const runner = inProcess<{ x: number }>(
      async ({ id, config: { x }, budget }) => {
        seen.set(id, x)
        for (let turn = (id * 7) % 5; turn > 0; turn--) await Promise.resolve()
        return { objectives: [(x - 0.3) ** 2 + 1 / budget] }
      },
      { lanes: 3 },
    )
    const events = []
    for await (const event of runSearch(search, runner)) events.push(event)
    const { history } = events.at(-1)!
    expect(new Set(history.map(({ id }) => id)).size).toBe(20)
    expect(ask(search, history)).toEqual([])
    const again = searchOfSpec(JSON.parse(JSON.stringify(search.spec)))
    if (E.isLeft(again)) throw new Error(again.left)
    const replayed = (JSON.parse(JSON.stringify(history)) as History).reduce<History>(
      (sofar, report) => tell(again.right, sofar, report),
      emptyHistory,
    )
    expect(replayed).toEqual(history)
    for (const [id, x] of seen) expect(again.right.configOf(id, replayed)).toEqual({ x })
    expect(history.filter(({ after }) => after !== undefined).length).toBe(20)
    // What was not asked for then is refused now.
    const [first] = history
    expect(() => tell(search, emptyHistory, { ...first!, after: 5 })).toThrow(/was not asked for/)
    expect(() => tell(search, emptyHistory, { ...first!, id: 3 })).toThrow(/was not asked for/)
  })
})
