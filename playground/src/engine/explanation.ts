import type { NonFiniteLoss, NonFiniteOrigin } from 'puregrad/training'
import { settingsAt } from './forks.ts'
import { rewound, stageNow, walk, type Future } from './future.ts'
import type { Explanation, Timeline } from './messages.ts'
import type { Wording } from 'puregrad/report'
import { stageOf, stepsPerEpoch } from './stage.ts'
import { fill, number, say } from './wordings.ts'

/** What the layers of {@link networkOf} are called where they are spoken of. */
export const layerTitle = (path: string): Wording => {
  const [, kind = '', count = ''] = /^(hidden|norm|drop)(\d+)/.exec(path) ?? []
  const hole = { count }
  if (kind === 'hidden') return fill(say('hidden layer {count}', 'скрит слой {count}'), hole)
  if (kind === 'norm')
    return fill(say('normalization of hidden layer {count}', 'нормализация на скрит слой {count}'), hole)
  if (kind === 'drop')
    return fill(say('dropout of hidden layer {count}', 'отпадане в скрит слой {count}'), hole)
  if (path.startsWith('output')) return say('output layer', 'изходен слой')
  if (path === 'loss') return say('loss', 'загуба')
  return say(path, path)
}

const places: Readonly<Record<NonFiniteOrigin['kind'], Wording>> = {
  input: say('the inputs of the batch held {value}', 'входът на партидата съдържа {value}'),
  target: say('the targets of the batch held {value}', 'етикетите на партидата съдържат {value}'),
  parameter: say(
    'before the step, the weights of the {place} already held {value}',
    'още преди стъпката теглата ({place}) съдържат {value}',
  ),
  layer: say(
    'the output of the {place} was the first to hold {value}',
    'пръв {value} съдържа изходът: {place}',
  ),
  state: say('the statistics of the {place} became {value}', 'статистиките станаха {value}: {place}'),
  loss: say(
    'the outputs were finite and their loss was {value}',
    'изходите бяха крайни, а загубата им е {value}',
  ),
  penalty: say(
    'the loss was finite and the penalty {place} was {value}',
    'загубата беше крайна, а наказанието {place} е {value}',
  ),
  gradient: say(
    'the loss was finite, and on the way back the gradient at the {place} was the first to hold {value}',
    'загубата беше крайна, а по обратния път пръв {value} съдържа градиентът: {place}',
  ),
  update: say(
    'the gradient was finite, and the step made the weights of the {place} hold {value}',
    'градиентът беше краен, а стъпката направи теглата {value}: {place}',
  ),
}

const layerOf = ({ kind, path }: NonFiniteOrigin): Wording =>
  kind === 'penalty' ? say(path.toUpperCase(), path.toUpperCase()) : layerTitle(path)

/** Where a smaller rate can help. */
const dependsOnRate = ({ kind }: NonFiniteOrigin): boolean => kind !== 'input' && kind !== 'target'

const mostStepsReplayed = 4000
const mostHalvings = 20

/** The last epoch whose loss was no worse than at the start of its stage: what came later was already lost. */
const soundEpoch = ({ history, timeline, state }: Future): number => {
  const begins = timeline.forks.findLast(({ epoch }) => epoch <= state.epoch)?.epoch ?? 0
  const atStart = history[begins]?.trainLoss ?? Infinity
  const sound = history.slice(begins, state.epoch + 1).findLast(({ trainLoss }) => trainLoss <= atStart)
  return sound?.epoch ?? begins
}

/** A future in which the rate of the present stage is another one. */
const atRate = (future: Future, learningRate: number): Future => {
  const { settings, clock } = stageNow(future)
  const slower = stageOf({ ...settings, learningRate }, clock, future.rows)
  const begins = future.timeline.forks.findLast((fork) => fork.epoch <= future.state.epoch)?.epoch ?? 0
  const hasFork = ({ forks }: Timeline): boolean => forks.some((fork) => fork.epoch === begins)
  return {
    ...future,
    // The stage before a fork is asked for by a timeline without that fork.
    stageAt: (timeline, epoch) =>
      epoch >= begins && hasFork(timeline) === hasFork(future.timeline)
        ? slower
        : future.stageAt(timeline, epoch),
  }
}

/** Whether all of so many steps after a future are finite. */
const staysFinite = (future: Future, steps: number): boolean => {
  const end = future.state.step + steps
  // eslint-disable-next-line functional/no-loop-statements -- a walk is left as soon as it is known how it ends
  for (const next of walk(future)) {
    if (next.stopped === 'non-finite') return false
    if (next.state.step >= end || next.stopped !== undefined) break
  }
  return true
}

/**
 * The largest of a rate halved again and again at which the steps up to one that went wrong, and a few more, are finite.
 * They are made again from the last epoch in which nothing was lost, on the same batches.
 */
export const largestFiniteRate = (
  future: Future,
): { readonly rate: number | undefined; readonly steps: number } => {
  const { learningRate } = settingsAt(future.timeline, future.state.epoch)
  const back = rewound(future, soundEpoch(future))
  // From a state that is not kept the way would be too long to go several times.
  const from = { ...back, returningTo: undefined }
  const steps = future.state.step - from.state.step + stepsPerEpoch(stageNow(future).settings, future.rows)
  const attempts = Math.min(mostHalvings, Math.floor(mostStepsReplayed / steps))
  const rate = Array.from({ length: attempts }, (_, i) => learningRate / 2 ** (i + 1)).find((slower) =>
    staysFinite(atRate(from, slower), steps),
  )
  return { rate, steps }
}

const significant = (value: number): number => Number(value.toPrecision(3))

const adviceFor = (problem: NonFiniteLoss, rate: number | undefined): readonly Wording[] => {
  const common = [
    say('shorten long gradients', 'скъсявайте дългите градиенти'),
    say('let the rate warm up', 'загрявайте скоростта на обучение'),
    say('standardize the features', 'стандартизирайте признаците'),
    say('start from smaller weights', 'започнете с по-малки тегла'),
  ]
  if (!dependsOnRate(problem))
    return [say('look at the rows of this batch', 'погледнете редовете на тази партида')]
  return rate === undefined
    ? common
    : [
        fill(
          say('set the learning rate to {rate} or less', 'изберете скорост на обучение {rate} или по-малка'),
          {
            rate: number(significant(rate)),
          },
        ),
        ...common,
      ]
}

/** Why a loss became no finite number: the step, the layer, and the rate at which it would not have. */
export const explain = (future: Future): Explanation | undefined => {
  const { problem } = future
  if (problem === undefined) return undefined
  const { settings } = stageNow(future)
  const { rate: finiteRate, steps } = dependsOnRate(problem)
    ? largestFiniteRate(future)
    : { rate: undefined, steps: 0 }
  const { learningRate } = settings
  const place = layerOf(problem)
  const rateWords =
    finiteRate === undefined
      ? say('', '')
      : fill(
          say(
            ' With the rate {finite} instead of {rate} the same {steps} steps stay finite.',
            ' При скорост {finite} вместо {rate} същите {steps} стъпки остават крайни.',
          ),
          { finite: number(significant(finiteRate)), rate: number(learningRate), steps: String(steps) },
        )
  const where = fill(places[problem.kind], { place, value: String(problem.value) })
  return {
    step: problem.step + 1,
    epoch: problem.epoch + 1,
    batch: problem.batch + 1,
    place: problem.path,
    rate: learningRate,
    ...(finiteRate === undefined ? {} : { finiteRate }),
    stepsTried: steps,
    message: fill(
      say(
        'Step {step} (epoch {epoch}, batch {batch}): {where}.{rate}',
        'Стъпка {step} (епоха {epoch}, партида {batch}): {where}.{rate}',
      ),
      {
        step: String(problem.step + 1),
        epoch: String(problem.epoch + 1),
        batch: String(problem.batch + 1),
        where,
        rate: rateWords,
      },
    ),
    advice: adviceFor(problem, finiteRate),
  }
}
