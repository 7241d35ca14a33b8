import { item, tensor } from 'puregrad'
import { rateAt, type PlateauState } from 'puregrad/optim'
import { explain } from './explanation.ts'
import { reached, settingsNow, stageNow, type Future } from './future.ts'
import type { Explanation, FutureFrame } from './messages.ts'
import { rateOf } from './optimizer.ts'

const explanations = new WeakMap<Future, Explanation>()

const explained = (future: Future): Explanation | undefined => {
  if (future.problem === undefined) return undefined
  const found = explanations.get(future) ?? explain(future)
  if (found !== undefined) explanations.set(future, found)
  return found
}

/** By what a plateau has multiplied the rate so far. */
const plateauScale = (future: Future): number => {
  const { optimizer } = stageNow(future)
  const at = (optimizer.parts ?? []).findIndex(({ name }) => name === 'reduceOnPlateau')
  const state = at < 0 ? undefined : (future.state.optimizer[at] as PlateauState | undefined)
  return state === undefined ? 1 : item(state.scale)
}

/** The rate of a future's next step. */
export const rateNow = (future: Future): number => {
  const { settings, clock } = stageNow(future)
  const rate = rateAt(rateOf(settings, clock), tensor(future.state.step, { dtype: 'float64' }))
  return item(rate) * plateauScale(future)
}

/** Where a future is, with its history from a position on, and on request with an explanation, which takes a while. */
export const frameOf = (future: Future, from: number, explaining: boolean): FutureFrame => {
  const { timeline, state, batchLoss, stopped, history } = future
  const explanation = explaining ? explained(future) : undefined
  return {
    timeline,
    settings: settingsNow(future),
    epoch: state.epoch,
    step: state.step,
    batch: state.cursor,
    batchesPerEpoch: stageNow(future).clock.stepsPerEpoch,
    ...(batchLoss === undefined ? {} : { batchLoss }),
    rate: rateNow(future),
    history: { from, records: history.slice(from) },
    bestEpoch: state.best.epoch,
    reached: reached(future),
    ...(stopped === undefined ? {} : { stopped }),
    ...(explanation === undefined ? {} : { explanation }),
  }
}
