import { item, key, uniform } from '../../../src/index.ts'
import type { Evaluate } from '../../../src/search/index.ts'

export type Setting = { readonly x: number; readonly stable: boolean }

/** A running mean of random numbers: going on from a state gives what starting anew gives. */
export const evaluate: Evaluate<Setting, { readonly sum: number }> = ({ config, budget, seed, from }) => {
  const start = from?.budget ?? 0
  const draws = Array.from({ length: budget - start }, (_, i) =>
    item(uniform(key((seed % 2 ** 32) + start + i), [], { dtype: 'float64' })),
  )
  const sum = draws.reduce((total, draw) => total + draw, from?.state.sum ?? 0)
  return { objectives: [config.stable ? config.x + sum / budget : NaN], state: { sum } }
}
