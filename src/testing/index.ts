/**
 * What you verify differentiable code with: generators for fast-check, gradient checks, the adjoint identity.
 *
 * @packageDocumentation
 */
export { adjointError, innerProduct } from './adjoint-error.ts'
export { counterExample } from './counter-example.ts'
export { dyadic, keys, shapes, tensors, tensorsOf, trees, type TensorOptions } from './arbitraries.ts'
export { checkGrad, type CheckGradOptions, type GradVerdict } from './check-grad.ts'
export { programs, runProgram, runScalarProgram, type Instruction, type Program } from './programs.ts'
