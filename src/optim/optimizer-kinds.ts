import { adadeltaKind } from './adadelta.ts'
import { adagradKind } from './adagrad.ts'
import { adamKind } from './adam.ts'
import { adamWKind } from './adam-w.ts'
import { amsGradKind } from './ams-grad.ts'
import { lambKind } from './lamb.ts'
import { lionKind } from './lion.ts'
import { nAdamKind } from './n-adam.ts'
import type { SpecOfOptimizer } from './optimizer-kind.ts'
import { rAdamKind } from './r-adam.ts'
import { rmsPropKind } from './rms-prop.ts'
import { momentumKind, sgdKind } from './sgd.ts'

/**
 * The optimizers of the library that data can name: the one list of them.
 *
 * @category Optimizers as data
 */
export const optimizerKinds = [
  sgdKind,
  momentumKind,
  adamKind,
  adamWKind,
  nAdamKind,
  amsGradKind,
  rAdamKind,
  adagradKind,
  adadeltaKind,
  rmsPropKind,
  lionKind,
  lambKind,
] as const

/**
 * An optimizer of the library as plain data.
 *
 * @category Optimizers as data
 */
export type OptimizerSpec = SpecOfOptimizer<(typeof optimizerKinds)[number]>
