/**
 * Models and staged programs as ONNX files, and back.
 *
 * @packageDocumentation
 */
export {}
