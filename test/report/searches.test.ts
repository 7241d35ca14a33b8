import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import {
  halfBudgetText,
  htmlReport,
  hypervolumeHistory,
  importancePicture,
  inLanguage,
  parallelPicture,
  searchFront,
  searchHistory,
  searchReport,
  settingImportance,
  settingSlices,
  trialCurves,
} from '../../src/report/index.ts'
import type { Direction } from '../../src/criteria/index.ts'
import {
  asha,
  ask,
  emptyHistory,
  gridSearch,
  halfBudget,
  hyperband,
  nsga2Search,
  randomSearch,
  spaces,
  successiveHalving,
  tell,
  tpeSearch,
  type History,
  type Search,
} from '../../src/search/index.ts'
import { searchOfSpec } from '../../src/search/search-of-spec.ts'

const space = spaces.struct({
  rate: spaces.logUniform(1e-4, 1),
  layer: spaces.struct({ units: spaces.integer(4, 64), activation: spaces.oneOf('relu', 'tanh', 'sigmoid') }),
})

interface Config {
  readonly rate: number
  readonly layer: { readonly units: number; readonly activation: string }
}

/** A search whose every trial was measured, to its end. */
const finished = <C>(
  search: Search<C>,
  objectives: (config: C, budget: number) => readonly number[],
): History => {
  const step = (history: History): History => {
    const tasks = ask(search, history)
    return tasks.length === 0
      ? history
      : step(
          tasks.reduce(
            (sofar, { id, budget, config }) =>
              tell(search, sofar, {
                id,
                budget,
                result: { kind: 'measured', objectives: objectives(config, budget) },
              }),
            history,
          ),
        )
  }
  return step(emptyHistory)
}

const search = randomSearch(space, { trials: 60, key: key(1) })

describe('importance', () => {
  test('is that of the one setting that decides, whichever it is, and of no other', () => {
    const deciders: readonly (readonly [string, (config: Config) => number])[] = [
      ['rate', ({ rate }) => Math.log(rate)],
      ['layer.units', ({ layer }) => layer.units],
      ['layer.activation', ({ layer }) => layer.activation.length],
    ]
    for (const [name, objective] of deciders) {
      const [first, ...others] = settingImportance(
        search,
        finished(search, (config) => [objective(config)]),
      )
      expect(first?.name).toBe(name)
      expect(first!.value).toBeGreaterThan(0.85)
      for (const { value, interval } of others) {
        expect(value).toBeLessThan(0.3)
        expect(interval![0]).toBeLessThanOrEqual(value)
        expect(interval![1]).toBeGreaterThanOrEqual(value)
      }
    }
  })
  test('is of ranks: a rising function of the objective changes nothing', () => {
    const objective = ({ rate, layer }: Config) => Math.log(rate) + layer.units / 20
    const plain = settingImportance(
      search,
      finished(search, (config) => [objective(config)]),
    )
    const bent = settingImportance(
      search,
      finished(search, (config) => [Math.exp(3 * objective(config))]),
    )
    expect(bent).toEqual(plain)
  })
  test('is 0 where all came to the same, and not told of a few trials', () => {
    expect(
      settingImportance(
        search,
        finished(search, () => [1]),
      ).map(({ value }) => value),
    ).toEqual([0, 0, 0])
    const short = randomSearch(space, { trials: 7, key: key(1) })
    expect(
      settingImportance(
        short,
        finished(short, ({ rate }) => [rate]),
      ),
    ).toEqual([])
    expect(importancePicture(short, emptyHistory).settings).toEqual([])
  })
  test('of a sum is shared as its variances are, for each objective, and of a product in none', () => {
    const plane = spaces.struct({ a: spaces.uniform(-1, 1), b: spaces.uniform(-1, 1), c: spaces.oneOf(0, 1) })
    const random = randomSearch(plane, { trials: 150, key: key(3), directions: ['min', 'max', 'min'] })
    const told = finished(random, ({ a, b }) => [a + b / 2, b, a * b])
    const shares = (objective: number) =>
      Object.fromEntries(
        settingImportance(random, told, { objective }).map(({ name, value }) => [name, value]),
      )
    // Variances 1 : 1/4; what the forest does not tell is in none.
    expect(shares(0)['a']).toBeGreaterThan(0.68)
    expect(shares(0)['a']).toBeLessThan(0.88)
    expect(shares(0)['b']).toBeGreaterThan(0.1)
    expect(shares(0)['b']).toBeLessThan(0.27)
    expect(shares(1)['b']).toBeGreaterThan(0.9)
    for (const objective of [0, 1, 2]) expect(shares(objective)['c']).toBeLessThan(0.05)
    expect(Math.max(...Object.values(shares(2)))).toBeLessThan(0.2)
    // Of chance alone nothing is explained.
    const chance = finished(random, ({ a, b }) => [(Math.sin(1e4 * a) * 1e4) % 1, b, 0])
    for (const { value } of settingImportance(random, chance)) expect(value).toBeLessThan(0.1)
  })
})

describe('half of the budget', () => {
  const unit = (trials: number, directions: readonly Direction[] = ['min']) =>
    randomSearch(spaces.uniform(0, 1), { trials, key: key(0), directions })
  const told = (values: readonly number[], direction: Direction = 'min') => {
    const own = unit(values.length, [direction])
    return halfBudget(
      own,
      values.reduce<History>(
        (sofar, value, id) =>
          tell(own, sofar, { id, budget: 1, result: { kind: 'measured', objectives: [value] } }),
        emptyHistory,
      ),
    )
  }
  test('loses what the best of the first half is short of, in the direction of the objective', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 9 }),
        fc.constantFrom<Direction>('min', 'max'),
        (values, direction) => {
          const found = told(values, direction)!
          const best = direction === 'min' ? Math.min : Math.max
          const half = best(...values.slice(0, Math.floor(values.length / 2)))
          expect([found.half, found.whole]).toEqual([half, best(...values)])
          expect(found.lost).toBe(Math.abs(half - best(...values)))
          expect(found.orders.interval[0]).toBeLessThanOrEqual(found.orders.median)
          expect(found.orders.median).toBeLessThanOrEqual(found.orders.interval[1])
        },
      ),
      { numRuns: 15 },
    )
    expect(told([1])).toBe(undefined)
  })
  test('over random orders holds the best half of the times, and each value as often as it should', () => {
    const { orders } = told(Array.from({ length: 20 }, (_, i) => i))!
    // Four standard errors of a half in 400 orders.
    expect(Math.abs(orders.nothing - 0.5)).toBeLessThan(0.1)
    expect([orders.median, orders.interval[0]]).toEqual([expect.toSatisfy((x: number) => x <= 1), 0])
    // The best of ten of twenty is worse than the sixth in 1 of 59 orders.
    expect(orders.interval[1]).toBeLessThanOrEqual(6)
  })
  test('is counted in epochs where trials end early, and in hypervolume where there are several objectives', () => {
    const halving = successiveHalving(spaces.uniform(0, 1), { trials: 9, eta: 3, key: key(2) })
    const found = halfBudget(
      halving,
      finished(halving, (x, budget) => [x / budget]),
    )
    // One trial was measured to the end only.
    expect(found).toBe(undefined)
    const two = unit(4, ['min', 'min'])
    const points = [
      [2, 0],
      [0, 2],
      [1, 1],
      [2, 2],
    ]
    const front = points.reduce<History>(
      (sofar, objectives, id) =>
        tell(two, sofar, { id, budget: 1, result: { kind: 'measured', objectives } }),
      emptyHistory,
    )
    const { lost, whole, half, measure } = halfBudget(two, front)!
    // Within (2.2, 2.2), by hand.
    expect(measure).toBe('hypervolume')
    expect(half).toBeCloseTo(0.2 * 2.2 + 0.2 * 2, 9)
    expect(whole).toBeCloseTo(0.2 * 2.2 + 0.2 * 2 + 1, 9)
    expect(lost).toBeCloseTo(1 / 1.84, 9)
    expect(halfBudgetText(halfBudget(two, front)!)[0]).toEqual({
      en: 'The hypervolume of the front is 1.84; after half of the budget it was 0.84, a loss of 54.3 %.',
      bg: 'Хиперобемът на фронта е 1,84; с половината бюджет е бил 0,84, загуба от 54,3 %.',
    })
  })
})

describe('the page of a search', () => {
  const open = spaces.struct({
    rate: spaces.logUniform(1e-4, 1),
    by: spaces.variant('kind', { sgd: {}, momentum: { beta: spaces.uniform(0, 1) } }),
    units: spaces.logInteger(4, 64),
  })
  const own = tpeSearch(open, {
    trials: 30,
    pruner: asha({ maxBudget: 9 }),
    directions: ['min', 'max'],
    startup: 5,
    candidates: 4,
    key: key(4),
  })
  const history = finished(own, ({ rate, by, units }, budget) => [
    Math.log(rate) ** 2 / 9 + (by.kind === 'sgd' ? 1 : by.beta) + 1 / budget,
    units * budget,
  ])
  test('shows curves, front, importance of each objective and slices, of settings that a choice opens too', async () => {
    const page = searchReport(own, history, { objectives: ['loss', 'speed'] })
    const pictures = page.sections.flatMap((section) => section.pictures ?? [])
    expect(pictures.map(({ kind }) => kind)).toEqual([
      'front',
      'curves',
      'curves',
      'curves',
      'parallel',
      'importance',
      'importance',
      ...Array.from({ length: 8 }, () => 'curves'),
    ])
    const parallel = parallelPicture(own, history)
    expect(parallel.axes.map(({ title }) => title)).toEqual(['rate', 'by.kind', 'by.beta', 'units'])
    parallel.trials.forEach(({ values: [, kind, beta] }) => expect(Number.isNaN(beta)).toBe(kind === 0))
    const curves = trialCurves(own, history, { objective: 1 })
    const measured = history.filter(({ result }) => result.kind === 'measured').length
    expect(curves.series[0]!.points.filter(([x]) => Number.isFinite(x)).length).toBe(measured)
    const slices = settingSlices(own, history)
    expect(slices.length).toBe(4)
    const beta = slices.find(({ x }) => x.title === 'by.beta')!
    expect(beta.series[0]!.points.length).toBe(
      parallel.trials.filter(({ values }) => !Number.isNaN(values[2])).length,
    )
    const volumes = hypervolumeHistory(own, history).series[0]!.points.map(([, y]) => y)
    expect(volumes).toEqual(volumes.toSorted((a, b) => a - b))
    expect(volumes.at(-1)).toBe(1)
    const text = page.sections.flatMap(({ paragraphs = [] }) =>
      paragraphs.map((each) => inLanguage(each, 'en')),
    )
    expect(text.join(' ')).toContain('random orders of the same trials')
    // Drawing all takes seconds.
    const few = page.sections.map((section) => ({
      ...section,
      pictures: section.pictures?.slice(0, 1) ?? [],
    }))
    const html = await htmlReport({ ...page, sections: few }, { language: 'bg' })()
    if (E.isLeft(html)) throw new Error(html.left.message)
    expect(html.right).toContain('случайни подредби на същите опити')
    expect(html.right).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('pictures of a search', () => {
  const history = finished(search, ({ rate }) => [Math.log(rate) ** 2])
  test('hold the settings of every trial as numbers, a choice by its place', () => {
    const { axes, trials } = parallelPicture(search, history)
    expect(axes.map(({ title }) => title)).toEqual(['rate', 'layer.units', 'layer.activation'])
    trials.forEach(({ values, objective }, i) => {
      const { rate, layer } = search.configOf(i)
      expect(values).toEqual([rate, layer.units, ['relu', 'tanh', 'sigmoid'].indexOf(layer.activation)])
      expect(objective).toBe(Math.log(rate) ** 2)
    })
  })
  test('compare trials of one budget: of halving those of the first rung', () => {
    const halving = successiveHalving(space, { trials: 9, eta: 3, minBudget: 1, key: key(2) })
    const halved = finished(halving, ({ rate }, budget) => [rate / budget])
    expect(halved.length).toBe(13)
    const { trials } = parallelPicture(halving, halved)
    expect(trials.map(({ objective }) => objective)).toEqual(
      Array.from({ length: 9 }, (_, i) => halving.configOf(i).rate),
    )
  })
  test('show the best so far, in the direction of the objective', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('min' as const, 'max' as const),
        fc.array(fc.integer(), { minLength: 1, maxLength: 12 }),
        (direction, values) => {
          const own = randomSearch(spaces.uniform(0, 1), {
            trials: values.length,
            key: key(0),
            directions: [direction],
          })
          const told = values.reduce<History>(
            (sofar, value, id) =>
              tell(own, sofar, { id, budget: 1, result: { kind: 'measured', objectives: [value] } }),
            emptyHistory,
          )
          const [all, best] = searchHistory(own, told).series
          expect(all!.points.map(([, y]) => y)).toEqual(values)
          best!.points.forEach(([, y], i) => {
            expect(y).toBe((direction === 'min' ? Math.min : Math.max)(...values.slice(0, i + 1)))
          })
        },
      ),
      { numRuns: 40 },
    )
  })
  test('of several objectives are a front, which needs several', () => {
    const two = randomSearch(space, { trials: 5, key: key(0), directions: ['min', 'max'] })
    const front = searchFront(
      two,
      finished(two, ({ rate, layer }) => [rate, layer.units]),
    )
    expect([front.x.direction, front.y.direction, front.methods[0]!.points.length]).toEqual(['min', 'max', 5])
    expect(() => searchFront(search, history)).toThrow(/two objectives/)
    expect(
      searchReport(
        two,
        finished(two, ({ rate, layer }) => [rate, layer.units]),
      ).sections.flatMap(({ pictures = [] }) => pictures.map(({ kind }) => kind)),
    ).toEqual(['front', 'curves', 'parallel', ...Array.from({ length: 6 }, () => 'curves')])
  })
})

describe('a search by its spec', () => {
  const options = { key: key(7), directions: ['min'] as const }
  test.each<[string, Pick<Search<unknown>, 'spec' | 'brackets' | 'configOf'>]>([
    ['grid', gridSearch(space, { ...options, perAxis: 3 })],
    ['random', randomSearch(space, { ...options, trials: 6 })],
    ['halving', successiveHalving(space, { ...options, trials: 9 })],
    ['halving of a grid', successiveHalving(space, { ...options, perAxis: 2 })],
    ['hyperband', hyperband(space, { ...options, maxBudget: 9 })],
    [
      'random, pruned',
      randomSearch(space, { ...options, trials: 6, parallel: 6, pruner: asha({ maxBudget: 9 }) }),
    ],
    ['tpe', tpeSearch(space, { ...options, trials: 6, parallel: 6, multivariate: false })],
    [
      'tpe, asynchronous',
      tpeSearch(space, { ...options, trials: 6, parallel: 6, asynchronous: true, budget: 3 }),
    ],
    ['nsga2', nsga2Search(space, { ...options, trials: 6, population: 6 })],
  ])('is the same search: %s', (_name, known) => {
    const found = searchOfSpec(JSON.parse(JSON.stringify(known.spec)))
    if (E.isLeft(found)) throw new Error(found.left)
    expect(found.right.brackets).toEqual(known.brackets)
    for (const id of [0, 1, 5]) expect(found.right.configOf(id)).toEqual(known.configOf(id))
  })
  test('says what is wrong with another', () => {
    const left = (spec: unknown) => {
      const found = searchOfSpec(spec)
      return E.isLeft(found) ? found.left : ''
    }
    expect(left({ kind: 'rendom' })).toMatch(/kind: .*did you mean random/)
    expect(left({ ...search.spec, space: { kind: 'uniform', low: 1 } })).toMatch(
      /space\.high: expected a finite number/,
    )
    expect(left({ ...search.spec, space: { kind: 'uniform', low: 1, high: 0 } })).toMatch(/low < high/)
    expect(left(3)).toMatch(/expected a search/)
  })
})
