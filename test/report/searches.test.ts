import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import {
  importancePicture,
  parallelPicture,
  searchFront,
  searchHistory,
  searchReport,
  settingImportance,
} from '../../src/report/index.ts'
import {
  ask,
  emptyHistory,
  gridSearch,
  hyperband,
  randomSearch,
  spaces,
  successiveHalving,
  tell,
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
    ).toEqual(['front', 'curves', 'parallel'])
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
