import { firstBest } from '../optim/improvement.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'

/**
 * What one setting came to.
 *
 * @category Sweeps
 */
export interface SweepPoint<H, R> {
  readonly setting: H
  readonly result: R
}

/**
 * All points of a sweep in order, and the one with the least score: the first among equals, NaN never.
 *
 * @category Sweeps
 */
export interface Sweep<H, R> {
  readonly points: readonly SweepPoint<H, R>[]
  readonly best: SweepPoint<H, R> | undefined
}

/** @throws ArgumentError unless settings are a list. */
export const checkList = (where: string, name: string, list: unknown): void => {
  if (!Array.isArray(list))
    throw new ArgumentError(`${where}: ${name}: expected a list, got ${showValue(list, 60)}`)
}

/**
 * One hyper-parameter over several settings, everything else alike.
 *
 * @throws ArgumentError where there is no setting.
 * @example
 * ```ts
 * import { sweep } from 'puregrad/study'
 * const { best } = sweep([0, 1, 2, 3], (x) => (x - 2) ** 2, (loss) => loss)
 * best?.setting // => 2
 * ```
 * @category Sweeps
 */
export const sweep = <H, R>(
  settings: readonly H[],
  run: (setting: H) => R,
  score: (result: R) => number,
): Sweep<H, R> => {
  checkList('sweep', 'settings', settings)
  if (settings.length === 0) throw new ArgumentError('sweep: expected at least one setting, got none')
  const points = settings.map((setting) => ({ setting, result: run(setting) }))
  const scores = points.map(({ result }) => score(result))
  return { points, best: points[firstBest('min', scores)] }
}
