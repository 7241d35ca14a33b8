/**
 * Models and staged programs as ONNX files, and back.
 *
 * @packageDocumentation
 */
export { onnxOpset } from './out/assemble.ts'
export { programToOnnx, type OnnxOptions } from './out/program-to-onnx.ts'
export type { OnnxError } from './onnx-error.ts'
