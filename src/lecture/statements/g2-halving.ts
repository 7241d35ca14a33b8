import { foldIn, type Key } from 'puregrad'
import { sgd } from 'puregrad/optim'
import {
  ask,
  emptyHistory,
  gridSearch,
  searchResult,
  spaces,
  successiveHalving,
  tell,
  type ConfigOf,
  type History,
  type Search,
} from 'puregrad/search'
import type { CurvesPicture } from 'puregrad/report'
import { claim } from '../claim.ts'
import { trialTraining, tuningData, type TrialPlace, type TuningData } from './tuned-digits.ts'

const space = spaces.struct({
  learningRate: spaces.logUniform(1e-3, 1e-1),
  epochs: spaces.oneOf(27),
  layers: spaces.oneOf(1),
  units: spaces.oneOf(4, 12, 36),
  activation: spaces.oneOf('relu'),
  batchSize: spaces.oneOf(16),
  regularization: spaces.struct({
    l1: spaces.oneOf(0),
    l2: spaces.logUniform(1e-4, 1),
    dropout: spaces.oneOf(0),
  }),
})

type Config = ConfigOf<typeof space>

type Training = ReturnType<typeof trialTraining>

/** Runs a search to its end, all trials with one start and one order of batches, each going on from where its last rung left it. */
const finished = (
  search: Search<Config>,
  trainings: readonly Training[],
  data: TuningData,
  key: Key,
): History => {
  const next = (
    history: History,
    places: ReadonlyMap<number, { readonly budget: number; readonly state: TrialPlace }>,
  ): History => {
    const [task] = ask(search, history)
    if (task === undefined) return history
    const { id, budget } = task
    const evaluation = trainings[id]?.(data, key, budget, places.get(id))
    const objectives = evaluation?.objectives ?? [NaN]
    return next(
      tell(search, history, { id, budget, result: { kind: 'measured', objectives } }),
      evaluation?.state === undefined
        ? places
        : new Map([...places, [id, { budget, state: evaluation.state }]]),
    )
  }
  return next(emptyHistory, new Map())
}

/** Dev loss at every rung, trials gathered by the rung that was their last. */
const rungs = (history: History, rows: number): CurvesPicture => {
  const lastOf = new Map(history.map(({ id, budget }) => [id, budget]))
  return {
    kind: 'curves',
    title: {
      en: `${rows} digits, 27 trials, a third of them kept at every rung`,
      bg: `${rows} цифри, 27 опита, на всяко стъпало остава една трета`,
    },
    x: { title: { en: 'epochs', bg: 'епохи' }, scale: 'log' },
    y: { title: { en: 'dev cross-entropy', bg: 'кръстосана ентропия, проверяващ (dev) набор' } },
    series: [1, 3, 9, 27].map((last) => ({
      name:
        last === 27
          ? { en: 'the winner', bg: 'победителят' }
          : { en: `given up after ${last}`, bg: `изоставени след ${last}` },
      mark: 'point',
      points: history.flatMap(({ id, budget, result }): readonly (readonly [number, number])[] =>
        lastOf.get(id) === last && result.kind === 'measured' ? [[budget, result.objectives[0] ?? NaN]] : [],
      ),
    })),
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const average = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length

/** Most trials can be given up early. */
export const g2 = claim({
  id: 'G2',
  lines: 'title',
  asWritten: {
    en: 'Deep networks are tuned by algorithms.',
    bg: 'Дълбоките невронни мрежи се настройват с алгоритми.',
  },
  corrected: {
    en: 'Grid, random and halving searches tune them. Halving keeps a third of 27 trials at every rung and goes on with those only, from where they were: 81 epochs in place of 729. Mostly it finds the winner of the whole grid, with the same loss to the bit; among settings that are nearly as good it finds one of them.',
    bg: 'Настройват ги търсенето по решетка, случайното търсене и последователното отсяване. На всяко стъпало отсяването запазва една трета от 27 опита и продължава само тях, откъдето са спрели: 81 епохи вместо 729. Най-често то намира победителя на цялата решетка, със същата загуба до бит; сред почти равностойни настройки намира някоя от тях.',
  },
  measures: {
    gain: {
      name: {
        en: 'dev loss of what halving finds / of the median setting, mean',
        bg: 'загуба на намереното с отсяване / на медианната настройка, средно',
      },
      corrected: { atMost: 0.6 },
      literal: { atMost: 0.6 },
    },
    spent: {
      name: {
        en: 'epochs of halving / of training all to the end',
        bg: 'епохи на отсяването / на обучението на всички докрай',
      },
      corrected: { atMost: 0.12 },
    },
    found: {
      name: {
        en: 'dev loss of what halving finds / of the best of all, mean',
        bg: 'загуба на намереното с отсяване / на най-доброто от всички, средно',
      },
      corrected: { atMost: 1.05 },
    },
    sameWinner: {
      name: { en: 'share of repeats with the same winner', bg: 'дял на повторенията със същия победител' },
      // A guess among 27 settings has the winner once in 27 times; nearly as good ones are told by `found`.
      corrected: { atLeast: 0.25 },
    },
    winnerDiffers: {
      name: { en: 'there, largest difference of its dev loss', bg: 'там, най-голяма разлика в загубата му' },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    repeats: { name: { en: 'repeats', bg: 'повторения' }, value: 4, whole: true },
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 160, whole: true },
  },
  measure: ({ key, settings: { repeats, rows }, progress }) => {
    const searchKey = foldIn(key, 'search')
    const halving = successiveHalving(space, { perAxis: 3, eta: 3, minBudget: 1, key: searchKey })
    const whole = gridSearch(space, { perAxis: 3, budget: 27, key: searchKey })
    const trainings = space.grid(3).map((config) => trialTraining(config, sgd))
    const runs = Array.from({ length: repeats }, (_, repeat) => {
      const own = foldIn(key, repeat)
      const data = tuningData(foldIn(own, 'data'), rows)
      const few = finished(halving, trainings, data, own)
      const all = finished(whole, trainings, data, own)
      progress(repeat + 1, repeats)
      return { history: few, few: searchResult(halving, few), all: searchResult(whole, all) }
    })
    const lossOf = ({ best }: ReturnType<typeof searchResult>): number => best?.objectives[0] ?? NaN
    const middle = ({ ranked, failures }: ReturnType<typeof searchResult>): number =>
      median([...ranked.map(({ objectives: [loss = NaN] }) => loss), ...failures.map(() => Infinity)])
    const same = runs.filter(({ few, all }) => few.best !== undefined && few.best.id === all.best?.id)
    return {
      figures: {
        gain: average(runs.map(({ few, all }) => lossOf(few) / middle(all))),
        spent: average(runs.map(({ few, all }) => few.spent / all.spent)),
        found: average(runs.map(({ few, all }) => lossOf(few) / lossOf(all))),
        sameWinner: same.length / repeats,
        winnerDiffers: Math.max(0, ...same.map(({ few, all }) => Math.abs(lossOf(few) - lossOf(all)))),
      },
      pictures: [rungs(runs[0]!.history, rows)],
    }
  },
})
