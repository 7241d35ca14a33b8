/**
 * What you verify differentiable code with: laws of layers, losses, optimizers and functions of your own in one line
 * each, gradient checks, the adjoint identity, mistakes planted into derivatives, matchers and generators, and random
 * programs that have to give the same compiled and not compiled. No test framework is needed, and every one will do.
 *
 * @packageDocumentation
 */
export { adjointError } from './adjoint-error.ts'
export { counterExample } from './counter-example.ts'
export { dyadic, keys, shapes, tensors, tensorsOf, trees, type TensorOptions } from './arbitraries.ts'
export {
  checkCompiled,
  type CheckCompiledOptions,
  type CompiledVerdict,
  type CompiledWith,
} from './check-compiled.ts'
export { checkDerivatives, type DerivativesVerdict } from './check-derivatives.ts'
export { checkGrad, type CheckGradOptions, type GradVerdict, type Position } from './check-grad.ts'
export { checkSource, type CheckSourceOptions, type SourceVerdict } from './check-source.ts'
export type { SourceOptions } from './grammar/draw-source.ts'
export { printSource } from './print-source.ts'
export { programs, runProgram, runScalarProgram, type Instruction, type Program } from './programs.ts'
export type { Counts } from './rounding.ts'
export { runSource, sourceInputs } from './run-source.ts'
export { shrinkSource } from './shrink-source.ts'
export type { Expression, Line, Literal, Pattern, Source, SourceInput, TensorType } from './source.ts'
export { sources } from './sources.ts'
export { checkHessian, checkJvp, checkVjp, type HessianVerdict } from './check-along.ts'
export {
  assertClose,
  tensorMatchers,
  ulpDistance,
  type Closeness,
  type MatcherResult,
  type TensorMatchers,
} from './matchers.ts'
export { laws } from './laws.ts'
export { law, type Failure, type Law, type LawOptions, type LawVerdict } from './laws/law.ts'
export { LawError } from './laws/law-error.ts'
export type { CheckLawsOptions, JudgedLaw } from './laws/run-laws.ts'
export type { LayerLawOptions } from './laws/layer-laws.ts'
export type { LossLawOptions } from './laws/loss-laws.ts'
export type { OptimizerLawOptions } from './laws/optimizer-laws.ts'
export type { PenaltyLawOptions } from './laws/penalty-laws.ts'
export type { PrimitiveLawOptions } from './laws/primitive-laws.ts'
export type { Splitter, SplitterLawOptions, SplitterRows } from './laws/splitter-laws.ts'
export type { WeightingLawOptions } from './laws/weighting-laws.ts'
export {
  mutationScore,
  type Mutant,
  type MutationOptions,
  type MutationReport,
} from './mutations/mutation-score.ts'
export {
  networks,
  optimizerChains,
  orthogonalMatrices,
  plantedData,
  simplexPoints,
  spdMatrices,
  type PlantedData,
} from './structured-arbitraries.ts'
