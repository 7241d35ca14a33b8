/**
 * What you verify differentiable code with: generators for fast-check, gradient checks, the adjoint identity, and
 * random programs that have to give the same compiled and not compiled.
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
