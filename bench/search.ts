// npm run bench:search -- [--seeds 20] [--trials 100] [--python PYTHON_WITH_OPTUNA] [--steps]

import { execFileSync } from 'node:child_process'
import { foldIn, key, type Key } from '../src/index.ts'
import {
  ask,
  asha,
  emptyHistory,
  nsga2Search,
  randomSearch,
  spaces,
  successiveHalving,
  tell,
  tpeSearch,
  type History,
  type Search,
  type Space,
} from '../src/search/index.ts'
import { readArguments, wholeNumber } from './read-arguments.ts'
import { testFunctions } from './search-functions.ts'
import { quantile, showSeconds } from './statistics.ts'

const given = readArguments({
  seeds: { type: 'string', default: '20' },
  trials: { type: 'string', default: '100' },
  python: { type: 'string' },
  steps: { type: 'boolean', default: false },
})

/** Processor time in seconds: other programs do not count. */
const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Runs a search to its end, and how long each step of it took: what is asked for, and the report of one trial. */
const finished = <C>(
  search: Search<C>,
  objectives: (config: C, id: number) => readonly number[],
): { readonly history: History; readonly steps: readonly number[] } => {
  let history = emptyHistory
  const steps: number[] = []
  for (;;) {
    const began = processorTime()
    const [task] = ask(search, history)
    if (task === undefined) return { history, steps }
    const { id, budget, config } = task
    history = tell(search, history, {
      id,
      budget,
      result: { kind: 'measured', objectives: objectives(config, id) },
    })
    steps.push(processorTime() - began)
  }
}

interface Row {
  readonly function: string
  readonly method: string
  readonly regrets: readonly number[]
  readonly milliseconds: number
}

type Made = (space: Space<unknown>, own: { readonly trials: number; readonly key: Key }) => Search<unknown>
const methods: Readonly<Record<string, Made>> = {
  random: randomSearch,
  TPE: tpeSearch,
  'TPE, parallel 4': (space, own) => tpeSearch(space, { ...own, parallel: 4 }),
  'TPE, each setting by itself': (space, own) => tpeSearch(space, { ...own, multivariate: false }),
  'TPE, best of 240 draws': (space, own) => tpeSearch(space, { ...own, candidates: 240 }),
}

const [seeds, trials] = [
  wholeNumber('seeds', given.seeds, 1, 10_000),
  wholeNumber('trials', given.trials, 1, 100_000),
]

const ours = (): readonly Row[] =>
  testFunctions.flatMap(({ name, space, value, least }) =>
    Object.entries(methods).map(([method, make]) => {
      const began = performance.now()
      const regrets = Array.from({ length: seeds }, (_, seed) => {
        const { history } = finished(
          make(space as Space<unknown>, { trials, key: foldIn(key(7), seed) }),
          (config) => [value(config)],
        )
        return (
          Math.min(
            ...history.flatMap(({ result }) => (result.kind === 'measured' ? result.objectives : [])),
          ) - least
        )
      })
      return { function: name, method, regrets, milliseconds: (performance.now() - began) / seeds / trials }
    }),
  )

const theirs = (python: string): readonly Row[] =>
  execFileSync(python, [
    new URL('contenders/optuna_search.py', import.meta.url).pathname,
    String(seeds),
    String(trials),
  ])
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

if (given.steps) {
  // All of the 1,000 on one front, which is the most there is to choose from.
  const front = (_: unknown, id: number): readonly number[] => [id, 1000 - id + Math.sin(id) / 3]
  const space = spaces.struct({
    rate: spaces.logUniform(1e-4, 1),
    units: spaces.logInteger(4, 512),
    drop: spaces.uniformStep(0, 0.5, 0.1),
    by: spaces.oneOf('sgd', 'adam'),
  })
  const own = { key: key(0), directions: ['min', 'min'] } as const
  const stepsOf = <C>(search: Search<C>): readonly number[] => finished(search, front).steps
  const searches: Readonly<Record<string, () => readonly number[]>> = {
    random: () => stepsOf(randomSearch(space, { ...own, trials: 1000 })),
    'successive halving': () => stepsOf(successiveHalving(space, { ...own, trials: 1000 })),
    'random, ASHA': () =>
      stepsOf(randomSearch(space, { ...own, trials: 1000, pruner: asha({ maxBudget: 9 }) })),
    TPE: () => stepsOf(tpeSearch(space, { ...own, trials: 1000 })),
    'NSGA-II': () => stepsOf(nsga2Search(space, { ...own, trials: 1000 })),
  }
  console.log('| search | median step | 99 % of steps within | longest |\n| --- | --: | --: | --: |')
  for (const [name, run] of Object.entries(searches)) {
    const steps = run().toSorted((a, b) => a - b)
    const shown = [0.5, 0.99, 1].map((q) => showSeconds(quantile(steps, q))).join(' | ')
    console.log(`| ${name} | ${shown} |`)
  }
} else {
  console.log(
    '| function | method | regret: median [quartiles] | time for a trial |\n| --- | --- | --: | --: |',
  )
  for (const { function: name, method, regrets, milliseconds } of [
    ...ours(),
    ...(given.python === undefined ? [] : theirs(given.python)),
  ]) {
    const sorted = regrets.toSorted((a, b) => a - b)
    const [median, low, high] = [0.5, 0.25, 0.75].map((q) => quantile(sorted, q).toPrecision(2))
    console.log(`| ${name} | ${method} | ${median} [${low}, ${high}] | ${milliseconds.toFixed(1)} ms |`)
  }
}
