import type * as E from 'fp-ts/lib/Either.js'
import type { Frame } from './frame.ts'
import type { PreparationError } from './preparation-error.ts'
import type { Applied, FittedKind, StepKind, TrainingTargets } from './step-kind.ts'
import {
  fittedAsCategories,
  asCategories,
  type FittedAsCategories,
  type AsCategoriesStep,
} from './steps/as-categories.ts'
import { fittedClip, clip, type FittedClip, type ClipStep } from './steps/clip.ts'
import { fittedCodes, codes, type FittedCodes, type CodesStep } from './steps/codes.ts'
import { fittedDateParts, dateParts, type FittedDateParts, type DatePartsStep } from './steps/date-parts.ts'
import { fittedDrop, drop, type FittedDrop, type DropStep } from './steps/drop.ts'
import { fittedFrequency, frequency, type FittedFrequency, type FrequencyStep } from './steps/frequency.ts'
import { fittedImpute, impute, type FittedImpute, type ImputeStep } from './steps/impute.ts'
import { keep, type KeepStep } from './steps/keep.ts'
import { fittedLog, log, type FittedLog, type LogStep } from './steps/log.ts'
import { fittedOneHot, oneHot, type FittedOneHot, type OneHotStep } from './steps/one-hot.ts'
import { fittedOrdinal, ordinal, type FittedOrdinal, type OrdinalStep } from './steps/ordinal.ts'
import { fittedPower, power, type FittedPower, type PowerStep } from './steps/power.ts'
import { fittedQuantiles, quantiles, type FittedQuantiles, type QuantilesStep } from './steps/quantiles.ts'
import { fittedScale, scale, type FittedScale, type ScaleStep } from './steps/scale.ts'
import { select, type SelectStep } from './steps/select.ts'
import {
  fittedSmoothClip,
  smoothClip,
  type FittedSmoothClip,
  type SmoothClipStep,
} from './steps/smooth-clip.ts'
import { fittedWhiten, whiten, type FittedWhiten, type WhitenStep } from './steps/whiten.ts'

/**
 * A step of a preparation, as data.
 *
 * @category Preparation
 */
export type PreparationStep =
  | AsCategoriesStep
  | ClipStep
  | CodesStep
  | DatePartsStep
  | DropStep
  | FrequencyStep
  | ImputeStep
  | KeepStep
  | LogStep
  | OneHotStep
  | OrdinalStep
  | PowerStep
  | QuantilesStep
  | ScaleStep
  | SelectStep
  | SmoothClipStep
  | WhitenStep

/**
 * A step with all that it took from the training part, as data.
 *
 * @category Preparation
 */
export type FittedStep =
  | FittedAsCategories
  | FittedClip
  | FittedCodes
  | FittedDateParts
  | FittedDrop
  | FittedFrequency
  | FittedImpute
  | FittedLog
  | FittedOneHot
  | FittedOrdinal
  | FittedPower
  | FittedQuantiles
  | FittedScale
  | FittedSmoothClip
  | FittedWhiten

type StepKinds = { readonly [K in PreparationStep['kind']]: StepKind<PreparationStep, FittedStep> }

type FittedKinds = { readonly [K in FittedStep['kind']]: FittedKind<FittedStep> }

/** Every step that there is. */
const stepKinds: StepKinds = {
  asCategories,
  clip,
  codes,
  dateParts,
  drop,
  frequency,
  impute,
  keep,
  log,
  oneHot,
  ordinal,
  power,
  quantiles,
  scale,
  select,
  smoothClip,
  whiten,
}

/** Apart from the above, so that a page that predicts does not load what only fits. */
const fittedKinds: FittedKinds = {
  asCategories: fittedAsCategories,
  clip: fittedClip,
  codes: fittedCodes,
  dateParts: fittedDateParts,
  drop: fittedDrop,
  frequency: fittedFrequency,
  impute: fittedImpute,
  log: fittedLog,
  oneHot: fittedOneHot,
  ordinal: fittedOrdinal,
  power: fittedPower,
  quantiles: fittedQuantiles,
  scale: fittedScale,
  smoothClip: fittedSmoothClip,
  whiten: fittedWhiten,
}

export const fitStep = (
  step: PreparationStep,
  frame: Frame,
  training: TrainingTargets,
): E.Either<PreparationError, FittedStep> => stepKinds[step.kind].fit(step, frame, training)

export const applyStep = (fitted: FittedStep, frame: Frame): E.Either<PreparationError, Applied> =>
  fittedKinds[fitted.kind].apply(fitted, frame)

export const invertStep = (fitted: FittedStep, frame: Frame): Frame =>
  fittedKinds[fitted.kind].invert(fitted, frame)
