import type { Key, Tensor } from 'puregrad'
import { foldIn, key } from 'puregrad'
import { batchCount, minibatches } from 'puregrad/data'
import { decodePenalty, softmaxCrossEntropy, type Penalty } from 'puregrad/nn'
import { softThreshold, type Optimizer } from 'puregrad/optim'
import { evaluate, supervisedStep, type Batch, type Plan, type TrainingState } from 'puregrad/training'
import * as E from 'fp-ts/lib/Either.js'
import { networkOf, type Net, type Params } from './layers.ts'
import type { EpochRecord, Timeline } from './messages.ts'
import { optimizerOf, type Clock } from './optimizer.ts'
import type { Rows } from './rows.ts'
import { settingsAt } from './forks.ts'
import type { Settings } from './settings.ts'

export type State = TrainingState<Params, Params, readonly unknown[], EpochRecord>

export type TrainingPlan = Plan<Params, Params, readonly unknown[], Batch, EpochRecord>

type StepSettings = Parameters<typeof supervisedStep<Params, Params, readonly unknown[]>>[0]

/** A stretch of a training with one set of settings. */
export interface Stage {
  readonly settings: Settings
  readonly clock: Clock
  readonly net: Net
  readonly penalty: Penalty<Params> | undefined
  readonly optimizer: Optimizer<Params, readonly unknown[]>
  readonly plan: TrainingPlan
  /** What a step of the plan is made of. */
  readonly step: StepSettings
  readonly loss: (outputs: Tensor, y: Tensor) => Tensor
}

/** The penalty within the objective: L1 is one only where it makes no exact zeros. */
const penaltyOf = ({ l1, l2, l1Exact }: Settings): Penalty<Params> | undefined => {
  const decoded = decodePenalty<Params>({ ...(l1Exact ? {} : { l1 }), l2 })
  if (E.isLeft(decoded)) throw new RangeError(decoded.left.message)
  return decoded.right.terms.length === 0 ? undefined : decoded.right
}

/** The key of what is random in training. */
export const trainingKey = ({ seed }: Pick<Settings, 'seed'>): Key => foldIn(key(seed), 'training')

/** What an epoch measured: the dropout is off, and penalties are not in it. */
export const recordOf = (
  net: Net,
  rows: Rows,
  params: Params,
  layers: Params,
  epoch: number,
): EpochRecord => {
  const [train, dev] = [evaluate(net, params, layers, rows.train), evaluate(net, params, layers, rows.dev)]
  return {
    epoch,
    trainLoss: train.loss,
    devLoss: dev.loss,
    trainError: 1 - train.accuracy,
    devError: 1 - dev.accuracy,
  }
}

export const stepsPerEpoch = (settings: Settings, rows: Rows): number =>
  batchCount(rows.train.n, settings.batchSize)

/** The steps that a timeline has made at the end of an epoch. */
const stepsAt = (timeline: Timeline, rows: Rows, epoch: number): number => {
  const ends = [...timeline.forks.map((fork) => fork.epoch).filter((at) => at < epoch), epoch]
  return ends.reduce(
    ({ steps, from }, end) => ({
      steps: steps + (end - from) * stepsPerEpoch(settingsAt(timeline, from), rows),
      from: end,
    }),
    { steps: 0, from: 0 },
  ).steps
}

/** The clock of the stage that an epoch of a timeline belongs to. */
const clockAt = (timeline: Timeline, rows: Rows, epoch: number): Clock => {
  const begins = timeline.forks.findLast((fork) => fork.epoch <= epoch)?.epoch ?? 0
  const steps = stepsPerEpoch(settingsAt(timeline, begins), rows)
  return { stepsPerEpoch: steps, ahead: begins * steps - stepsAt(timeline, rows, begins) }
}

export const stageOf = (settings: Settings, clock: Clock, rows: Rows): Stage => {
  const net = networkOf(settings, rows.train.featureNames.length, rows.train.targets.names.length)
  const optimizer = optimizerOf(settings, clock)
  const penalty = penaltyOf(settings)
  const loss = (outputs: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(outputs, y)
  const { l1, l1Exact, batchSize, earlyStopping, patience, epochs } = settings
  const step: StepSettings = {
    model: net,
    loss,
    optimizer,
    ...(penalty === undefined ? {} : { penalty }),
    ...(l1 > 0 && l1Exact ? { after: [softThreshold<Params>(l1)] } : {}),
  }
  return {
    settings,
    clock,
    net,
    penalty,
    optimizer,
    loss,
    step,
    plan: {
      step: supervisedStep(step),
      batches: (order) => minibatches(rows.train, batchSize, order),
      batchesPerEpoch: clock.stepsPerEpoch,
      score: (params, layers) => recordOf(net, rows, params, layers, 0),
      monitor: ({ devLoss }) => devLoss,
      stopping: { mode: 'min', patience: earlyStopping ? patience : Infinity, minDelta: 0 },
      epochs,
    },
  }
}

/** How many stages are remembered: each has compiled programs. */
const mostStages = 8

/** The stages of timelines over some rows; the last few that were asked for are made once. */
export const stagesOf = (rows: Rows): ((timeline: Timeline, epoch: number) => Stage) => {
  // eslint-disable-next-line functional/no-let -- nobody sees what is remembered but by the time it saves
  let made: ReadonlyMap<string, Stage> = new Map()
  return (timeline, epoch) => {
    const settings = settingsAt(timeline, epoch)
    const clock = clockAt(timeline, rows, epoch)
    const name = JSON.stringify([settings, clock])
    const stage = made.get(name) ?? stageOf(settings, clock, rows)
    const others = [...made].filter(([other]) => other !== name)
    made = new Map([...others.slice(-(mostStages - 1)), [name, stage]])
    return stage
  }
}

/**
 * A state at the end of an epoch as the next stage goes on from it: its seed is that of the stage, and an optimizer with
 * other parts begins anew.
 */
export const enter = (state: State, before: Stage, stage: Stage): State => ({
  ...state,
  key: stage.settings.seed === before.settings.seed ? state.key : trainingKey(stage.settings),
  optimizer:
    stage.optimizer.name === before.optimizer.name ? state.optimizer : stage.optimizer.init(state.params),
})
