/**
 * Models and staged programs as ONNX files, and back.
 *
 * @packageDocumentation
 */
export { onnxOpset } from './out/assemble.ts'
export { modelToOnnx, type ModelToOnnxOptions } from './out/model-to-onnx.ts'
export { networkToOnnx, type NetworkToOnnxOptions } from './out/network-to-onnx.ts'
export { programToOnnx, type OnnxOptions } from './out/program-to-onnx.ts'
export type { OnnxError } from './onnx-error.ts'
export { onnxToFunction, type OnnxFunction } from './in/onnx-to-function.ts'
export { onnxToNetwork, type OnnxNetwork } from './in/onnx-to-network.ts'
export type { OutputLink } from './in/output-link.ts'
