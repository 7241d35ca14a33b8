import { frontOf } from 'puregrad/criteria'
import { sparsityReport } from 'puregrad/study'
import { defaults, type Settings } from './settings.ts'
import { futureOf, trained, type Future } from './future.ts'
import type { FrontPoint } from './messages.ts'
import type { Rows } from './rows.ts'
import { omegasOf } from './views.ts'

type Penalty = 'l1' | 'l2'

/** What a training at a price came to: without early stopping, so that only the price differs. */
const pointOf = (future: Future, penalty: Penalty, lambda: number): Omit<FrontPoint, 'onFront'> => {
  const { params, epoch } = future.state
  const record = future.history[epoch]
  const weights = Object.fromEntries(
    Object.entries(params).flatMap(([name, { weight }]) =>
      weight === undefined ? [] : [[name, { weight }]],
    ),
  )
  const { zeros, of } = sparsityReport(weights)
  return {
    lambda,
    trainLoss: record?.trainLoss ?? NaN,
    devLoss: record?.devLoss ?? NaN,
    devError: record?.devError ?? NaN,
    omega: omegasOf(params)[penalty],
    zeros,
    of,
  }
}

const both = ['min', 'min'] as const

/**
 * Which of the points no other one dominates in loss and Ω, and at what price: −Δℓ/ΔΩ between a point's neighbours on the
 * front, which is near λ where training has converged, for λ is the price at which the penalized cost exchanges one for
 * the other.
 */
export const priced = (points: readonly Omit<FrontPoint, 'onFront' | 'slope'>[]): readonly FrontPoint[] => {
  const front = frontOf<number>(both, {
    equals: (a, b) => a === b,
    compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  })(points.map(({ trainLoss, omega }, config) => ({ objectives: [trainLoss, omega], config })))
  const along = [...front].sort((a, b) => (a.objectives[1] ?? 0) - (b.objectives[1] ?? 0))
  return points.map((point, i) => {
    const at = along.findIndex(({ config }) => config === i)
    if (at < 0) return { ...point, onFront: false }
    const [before, after] = [along[Math.max(0, at - 1)], along[Math.min(along.length - 1, at + 1)]]
    const difference = (objective: 0 | 1): number =>
      (after?.objectives[objective] ?? NaN) - (before?.objectives[objective] ?? NaN)
    const slope = -difference(0) / difference(1)
    return { ...point, onFront: true, ...(Number.isFinite(slope) ? { slope } : {}) }
  })
}

/** The points of a front, one more each time. */
export function* priceFront(
  settings: Settings,
  rows: Rows,
  penalty: Penalty,
  lambdas: readonly number[],
  epochs: number,
): Generator<readonly FrontPoint[], void> {
  const points: Omit<FrontPoint, 'onFront'>[] = []
  // eslint-disable-next-line functional/no-loop-statements -- a point is handed out as soon as it is there
  for (const lambda of lambdas) {
    const at = { ...settings, [penalty]: lambda, earlyStopping: defaults.earlyStopping, epochs }
    const end = trained(futureOf({ settings: at, forks: [] }, rows), epochs)
    // eslint-disable-next-line functional/immutable-data -- the list is copied before it is handed out
    points.push(pointOf(end, penalty, lambda))
    yield priced(points)
  }
}
