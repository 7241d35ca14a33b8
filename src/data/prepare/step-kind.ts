import type * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Targets } from '../dataset.ts'
import type { Frame } from './frame.ts'
import type { PredictionCase } from './prediction-case.ts'
import type { PreparationError } from './preparation-error.ts'

/** What a step may know of the targets while it is fitted. */
export interface TrainingTargets {
  readonly targets: Targets
  /** `[n]` or `[n, columns]` in row-major order. */
  readonly y: ArrayLike<number>
}

/** What a step made of a frame, and the cells it was not fitted for. */
export interface Applied {
  readonly frame: Frame
  readonly cases: readonly PredictionCase[]
}

/** How a step is described as data, and fitted. */
export interface StepKind<Step, Fitted> {
  // Made when they are asked for, so that a bundle that only predicts can leave them out with all that fits.
  readonly required: () => t.Props
  readonly optional: () => t.Props
  /** From the training part alone. */
  fit(step: Step, frame: Frame, training: TrainingTargets): E.Either<PreparationError, Fitted>
}

/** How a fitted step is described as data, and applied. Row i of what comes out depends on row i of what goes in only. */
export interface FittedKind<Fitted> {
  readonly content: t.Props
  apply(fitted: Fitted, frame: Frame): E.Either<PreparationError, Applied>
  /** Undoes `apply`; columns that it cannot bring back are left out. */
  invert(fitted: Fitted, frame: Frame): Frame
}
