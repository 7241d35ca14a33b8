/**
 * Tensors, the functions on them, and the transformations of functions: derivatives of any order and batching.
 *
 * @packageDocumentation
 */
export { cond } from './core/autodiff/cond.ts'
export { checkpoint, custom, type DerivativeRule } from './core/autodiff/custom.ts'
export {
  grad,
  valueAndGrad,
  valueAndGradWithAux,
  type ArgumentChoice,
  type Chosen,
  type GradOptions,
} from './core/autodiff/grad.ts'
export { hessian, hvp, jacobian, type Jacobian, type JacobianOptions } from './core/autodiff/jacobian.ts'
export { jvp, linearize, vjp } from './core/autodiff/jvp.ts'
export { foriLoop, scan, type ScanOptions } from './core/autodiff/scan.ts'
export { switchCase } from './core/autodiff/switch-case.ts'
export { vmap, type VmapOptions } from './core/autodiff/vmap.ts'
export { whileLoop, type WhileOptions } from './core/autodiff/while.ts'
export type { Equation, Program } from './core/primitive/program.ts'
export { countOperations, type OperationCounts } from './compile/program/count-operations.ts'
export { intervalBounds, type IntervalOf } from './compile/program/interval-bounds.ts'
export { toLatex } from './compile/program/to-latex.ts'
export { checkProgram } from './compile/program/check-program.ts'
export { setThreads } from './compile/executors/choose-backend.ts'
export type { BackendName } from './compile/executors/executor.ts'
export type { WasmSource } from './compile/executors/wasm-file.ts'
export {
  jit,
  jitAsync,
  precompile,
  traceCount,
  type DeviceJitOptions,
  type JitOptions,
} from './compile/jit/jit.ts'
export type { DeviceBackend } from './compile/jit/device-backend.ts'
export { backend, loadBackend, type LoadBackendOptions } from './compile/offload/backend.ts'
export { printProgram } from './compile/program/print-program.ts'
export {
  decodeProgram,
  encodeProgram,
  programCodec,
  type ProgramJson,
} from './compile/program/program-codec.ts'
export type { Extent } from './compile/program/extent.ts'
export { freeBatch, type FreeBatchOptions } from './compile/program/free-batch.ts'
export { decodeFreeProgram, encodeFreeProgram } from './compile/program/free-program-codec.ts'
export {
  atBatch,
  type FreeConstant,
  type FreeEquation,
  type FreeProgram,
  type FreeTyped,
} from './compile/program/free-program.ts'
export { programFunction, runStaged, stage, type StagedProgram } from './compile/program/stage.ts'
export * from './core/numeric/index.ts'
export type { DecodingError, Problem } from './core/codec/decoding-error.ts'
export type { Nested, NumericArray } from './core/tensor/concrete.ts'
export { dtypes, type Buffer, type DType, type FloatDType } from './core/tensor/dtype.ts'
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
} from './core/tensor/errors.ts'
export type { Dimension, Shape, SizesOf } from './core/tensor/shape-types.ts'
export { isTensor, type Tensor } from './core/tensor/tensor.ts'
export {
  leavesOf,
  leavesWithPaths,
  mapTree,
  withLeaves,
  zipTrees,
  type Path,
  type Tree,
} from './core/tensor/tree.ts'
export type { StridedView, View } from './core/tensor/view.ts'
export { weightsOnly, type Where } from './core/tensor/weights-only.ts'
