import { add, type Tensor } from 'puregrad'
import {
  chain,
  clipByGlobalNorm,
  cosineDecay,
  decayWeights,
  descend,
  exponentialDecay,
  identity,
  oneCycle,
  rateAt,
  reduceOnPlateau,
  scaleByAdadelta,
  scaleByAdagrad,
  scaleByAdam,
  scaleByAmsGrad,
  scaleByLion,
  scaleByNAdam,
  scaleByRAdam,
  scaleByRms,
  scaleByTrustRatio,
  trace,
  warmUp,
  type Gradient,
  type Optimizer,
  type Schedule,
  type Transformation,
} from 'puregrad/optim'
import type { Params } from './layers.ts'
import type { Settings } from './settings.ts'

type Slope = Gradient<Params>
type Part = Transformation<Params, Slope, Slope, readonly unknown[]>

/** The steps of an epoch, and by how many steps a schedule is ahead of the steps that were made. */
export interface Clock {
  readonly stepsPerEpoch: number
  /** Not 0 after a fork to another batch size: an epoch then had another number of steps before. */
  readonly ahead: number
}

const scheduleOf = (settings: Settings, stepsPerEpoch: number): Schedule => {
  const { schedule, learningRate: rate, epochs, warmUpEpochs, decayEvery, decayFactor } = settings
  switch (schedule) {
    case 'constant':
    case 'plateau':
      return rate
    case 'warmUp':
      return warmUp({ steps: warmUpEpochs * stepsPerEpoch, then: rate })
    case 'step':
    case 'exponential':
      return exponentialDecay({
        from: rate,
        rate: decayFactor,
        every: decayEvery * stepsPerEpoch,
        staircase: schedule === 'step',
      })
    case 'cosine':
      return cosineDecay({ from: rate, steps: epochs * stepsPerEpoch })
    case 'oneCycle':
      return oneCycle({ peak: rate, steps: Math.max(2, epochs * stepsPerEpoch) })
  }
}

/** The rate of each step. */
export const rateOf = (settings: Settings, { stepsPerEpoch, ahead }: Clock): Schedule => {
  const schedule = scheduleOf(settings, stepsPerEpoch)
  return typeof schedule === 'number' || ahead === 0
    ? schedule
    : (step: Tensor) => rateAt(schedule, add(step, ahead))
}

const directionOf = ({ optimizer, momentum, b1, b2, weightDecay }: Settings): Part => {
  const decay = decayWeights<Params>(weightDecay)
  switch (optimizer) {
    case 'sgd':
      return identity<Params, Slope>()
    case 'momentum':
      return chain(trace<Params>(momentum))
    case 'nesterov':
      return chain(trace<Params>(momentum, { nesterov: true }))
    case 'rmsProp':
      return chain(scaleByRms<Params>({ decay: b2 }))
    case 'adagrad':
      return chain(scaleByAdagrad<Params>())
    case 'adadelta':
      return chain(scaleByAdadelta<Params>({ decay: b2 }))
    case 'adam':
      return chain(scaleByAdam<Params>({ b1, b2 }))
    case 'adamW':
      return chain(scaleByAdam<Params>({ b1, b2 }), decay)
    case 'nAdam':
      return chain(scaleByNAdam<Params>({ b1, b2 }))
    case 'amsGrad':
      return chain(scaleByAmsGrad<Params>({ b1, b2 }))
    case 'rAdam':
      return chain(scaleByRAdam<Params>({ b1, b2 }))
    case 'lion':
      return chain(scaleByLion<Params>({ b1, b2 }), decay)
    case 'lamb':
      return chain(scaleByAdam<Params>({ b1, b2 }), decay, scaleByTrustRatio<Params>())
  }
}

/** The optimizer of settings, as the chain of its parts: clipping, direction, plateau, descent. */
export const optimizerOf = (settings: Settings, clock: Clock): Optimizer<Params, readonly unknown[]> => {
  const { clip, schedule, decayEvery, decayFactor } = settings
  const nothing = identity<Params, Slope>()
  return chain(
    clip === 0 ? nothing : chain(clipByGlobalNorm<Params>(clip)),
    directionOf(settings),
    schedule === 'plateau'
      ? chain(
          reduceOnPlateau<Params>({ factor: decayFactor, patience: decayEvery, every: clock.stepsPerEpoch }),
        )
      : nothing,
    descend<Params>(rateOf(settings, clock)),
  )
}
