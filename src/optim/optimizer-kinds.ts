import { adaBeliefKind } from './ada-belief.ts'
import { adadeltaKind } from './adadelta.ts'
import { adafactorKind } from './adafactor.ts'
import { adaMaxKind } from './ada-max.ts'
import { adagradKind } from './adagrad.ts'
import { adamKind } from './adam.ts'
import { adamWKind } from './adam-w.ts'
import { amsGradKind } from './ams-grad.ts'
import { lambKind } from './lamb.ts'
import { larsKind } from './lars.ts'
import { lionKind } from './lion.ts'
import { muonKind } from './muon.ts'
import { nAdamKind } from './n-adam.ts'
import type { SpecOfOptimizer } from './optimizer-kind.ts'
import { rAdamKind } from './r-adam.ts'
import { rmsPropKind } from './rms-prop.ts'
import { rPropKind } from './r-prop.ts'
import { scheduleFreeAdamWKind, scheduleFreeSgdKind } from './schedule-free.ts'
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
  adaMaxKind,
  adaBeliefKind,
  adafactorKind,
  larsKind,
  muonKind,
  rPropKind,
  scheduleFreeSgdKind,
  scheduleFreeAdamWKind,
] as const

/**
 * An optimizer of the library as plain data.
 *
 * @category Optimizers as data
 */
export type OptimizerSpec = SpecOfOptimizer<(typeof optimizerKinds)[number]>
