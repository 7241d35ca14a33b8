/**
 * Tensors, the functions on them, and the transformations of functions: derivatives of any order and batching.
 *
 * @packageDocumentation
 */
export { cond } from './autodiff/cond.ts'
export { checkpoint, custom, type DerivativeRule } from './autodiff/custom.ts'
export {
  grad,
  valueAndGrad,
  valueAndGradWithAux,
  type ArgumentChoice,
  type Chosen,
  type GradOptions,
} from './autodiff/grad.ts'
export { hessian, hvp, jacobian, type Jacobian, type JacobianOptions } from './autodiff/jacobian.ts'
export { jvp, linearize, vjp } from './autodiff/jvp.ts'
export { foriLoop, scan, type ScanOptions } from './autodiff/scan.ts'
export { vmap, type VmapOptions } from './autodiff/vmap.ts'
export type { Equation, Program } from './primitive/program.ts'
export { checkProgram, type ProgramError } from './program/check-program.ts'
export { backend, setThreads } from './backend/choose-backend.ts'
export type { BackendName } from './backend/executor.ts'
export { jit, jitAsync, traceCount, type JitOptions } from './program/jit.ts'
export { printProgram } from './program/print-program.ts'
export { decodeProgram, encodeProgram, programCodec, type ProgramJson } from './program/program-codec.ts'
export { programFunction, runStaged, stage, type StagedProgram } from './program/stage.ts'
export * from './numeric/index.ts'
export type { Nested, NumericArray } from './tensor/concrete.ts'
export { dtypes, isDType, type Buffer, type DType, type FloatDType } from './tensor/dtype.ts'
export {
  ArgumentError,
  DetachedError,
  DonatedError,
  DTypeError,
  EscapedValueError,
  LinearityError,
  PuregradError,
  ShapeError,
  TreeError,
  UnknownValueError,
} from './tensor/errors.ts'
export type { Dimension, Shape, SizesOf } from './tensor/shape-types.ts'
export { isTensor, type Tensor } from './tensor/tensor.ts'
export {
  leavesOf,
  leavesWithPaths,
  mapTree,
  withLeaves,
  zipTrees,
  type Path,
  type Tree,
} from './tensor/tree.ts'
export type { StridedView, View } from './tensor/view.ts'
