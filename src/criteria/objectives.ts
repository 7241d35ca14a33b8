import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Scalar functions of the parameters by name, each to be made small.
 *
 * @category Scalarization
 */
export type Objectives<P, K extends string> = Readonly<Record<K, (params: P) => Tensor>>

/** The names of a record, in its order. */
export const namesOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[]

/** @throws ArgumentError unless both have the same names, at least one. */
export const requireSameNames = (
  where: string,
  what: string,
  given: Readonly<Record<string, unknown>>,
  objectives: Readonly<Record<string, unknown>>,
): void => {
  const [names, expected] = [given, objectives].map((record) => Object.keys(record).sort().join(', '))
  if (expected === '') throw new ArgumentError(`${where}: expected at least one objective, got none`)
  if (names !== expected)
    throw new ArgumentError(`${where}: the objectives are ${expected}, but ${what} are for ${names}`)
}

/** @throws ArgumentError unless all weights are finite and ≥ 0 and one is positive. */
export const requireWeights = (where: string, weights: Readonly<Record<string, number>>): void => {
  Object.entries(weights).forEach(([name, weight]) => {
    if (!(weight >= 0 && Number.isFinite(weight)))
      throw new ArgumentError(`${where}: a weight is a finite number ≥ 0, got ${weight} for ${name}`)
  })
  if (!Object.values(weights).some((weight) => weight > 0))
    throw new ArgumentError(`${where}: expected a weight above 0, got none`)
}
