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
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { EarlierPicture } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
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

const repeats = 4

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
const rungs = (history: History): EarlierPicture => {
  const lastOf = new Map(history.map(({ id, budget }) => [id, budget]))
  return {
    title: '27 trials, a third of them kept at every rung',
    x: { title: 'epochs', scale: 'log' },
    y: { title: 'dev cross-entropy' },
    mark: 'point',
    series: [1, 3, 9, 27].map((last) => ({
      name: last === 27 ? 'the winner' : `given up after ${last}`,
      points: history.flatMap(({ id, budget, result }): readonly (readonly [number, number])[] =>
        lastOf.get(id) === last && result.kind === 'measured' ? [[budget, result.objectives[0] ?? NaN]] : [],
      ),
    })),
  }
}

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const searchKey = foldIn(key, 'search')
  const halving = successiveHalving(space, { perAxis: 3, eta: 3, minBudget: 1, key: searchKey })
  const whole = gridSearch(space, { perAxis: 3, budget: 27, key: searchKey })
  const trainings = space.grid(3).map((config) => trialTraining(config, sgd))
  const runs = Array.from({ length: repeats }, (_, repeat) => {
    const own = foldIn(key, repeat)
    const data = tuningData(foldIn(own, 'data'), 160)
    const [few, all] = [halving, whole].map((search) => finished(search, trainings, data, own))
    progress(repeat + 1, repeats)
    return { few: few ?? [], all: all ?? [] }
  })
  const results = runs.map(({ few, all }) => ({
    few: searchResult(halving, few),
    all: searchResult(whole, all),
  }))
  const same = results.filter(({ few, all }) => few.best !== undefined && few.best.id === all.best?.id)
  return {
    figures: {
      'epochs of halving': results[0]?.few.spent ?? NaN,
      'epochs of training all to the end': results[0]?.all.spent ?? NaN,
      'repeats of 4 with the same winner': same.length,
      'there, largest difference of its dev loss': Math.max(
        ...same.map(({ few, all }) =>
          Math.abs((few.best?.objectives[0] ?? NaN) - (all.best?.objectives[0] ?? NaN)),
        ),
      ),
    },
    pictures: [rungs(runs[0]?.few ?? [])],
  }
}

/** Most trials can be given up early. */
export const g2 = earlierClaim({
  id: 'G2',
  lines: 'title',
  asWritten: {
    en: 'Deep networks are tuned by algorithms.',
    bg: 'Дълбоките невронни мрежи се настройват с алгоритми.',
  },
  corrected: {
    en: 'Grid, random and halving searches tune them. Halving keeps a third of 27 trials at every rung and goes on with those only, from where they were: 81 epochs in place of 729. Where one setting is clearly the best it finds the same winner, with the same loss to the bit; among settings that are nearly as good it finds one of them.',
    bg: 'Настройват ги търсенето по решетка, случайното търсене и последователното отсяване. На всяко стъпало отсяването запазва една трета от 27 опита и продължава само тях, откъдето са спрели: 81 епохи вместо 729. Когато една настройка е ясно най-добра, победителят е същият, със същата загуба до бит; сред почти равностойни настройки се намира някоя от тях.',
  },
  marks: {
    'epochs of halving': { within: [81, 81] },
    'epochs of training all to the end': { within: [729, 729] },
    'repeats of 4 with the same winner': { atLeast: 3 },
    'there, largest difference of its dev loss': { within: [0, 0] },
  },
  measure,
})
