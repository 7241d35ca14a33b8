import type * as E from 'fp-ts/lib/Either.js'
import type { Frame } from './frame.ts'
import type { PreparationError } from './preparation-error.ts'
import type { Applied, FittedKind, StepKind, TrainingTargets } from './step-kind.ts'
import { drop, fittedDrop, type DropStep, type FittedDrop } from './steps/drop.ts'
import { fittedImpute, impute, type FittedImpute, type ImputeStep } from './steps/impute.ts'
import { fittedOneHot, oneHot, type FittedOneHot, type OneHotStep } from './steps/one-hot.ts'
import { fittedScale, scale, type FittedScale, type ScaleStep } from './steps/scale.ts'

/**
 * A step of a preparation, as data.
 *
 * @category Preparation
 */
export type PreparationStep = DropStep | ImputeStep | OneHotStep | ScaleStep

/**
 * A step with all that it took from the training part, as data.
 *
 * @category Preparation
 */
export type FittedStep = FittedDrop | FittedImpute | FittedOneHot | FittedScale

type StepKinds = { readonly [K in PreparationStep['kind']]: StepKind<PreparationStep, FittedStep> }

type FittedKinds = { readonly [K in FittedStep['kind']]: FittedKind<FittedStep> }

/** Every step that there is. */
export const stepKinds: StepKinds = { drop, impute, oneHot, scale }

/** Apart from the above, so that a page that predicts does not load what only fits. */
export const fittedKinds: FittedKinds = {
  drop: fittedDrop,
  impute: fittedImpute,
  oneHot: fittedOneHot,
  scale: fittedScale,
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
