import { nativeSteps } from '../../src/compile/executors/native-steps.ts'
import type { StepOperation } from '../../src/compile/executors/steps.ts'
import * as header from '../../scripts/step-header.ts'

/** Every step there is, met by being listed. */
export const stepOperations = header.stepOperations() as readonly StepOperation[]

/** Those of several parameters, whose points `webgpu-special.test.ts` draws around each other. */
export const operationsOfParameters = stepOperations.filter((operation) =>
  /^(bessel|betaInc|gamma[DPQ])|Quantile$/.test(operation),
)

/** What is written by hand has operations that nothing applied before. */
export const meetAll = (): void => {
  header.stepOperations()
}

/** Those that `native/` has kernels for. */
export const nativeOperations = nativeSteps as readonly StepOperation[]
