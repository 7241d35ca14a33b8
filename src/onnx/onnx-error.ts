/**
 * What cannot be written as ONNX, or what a file of ONNX holds that cannot be read: all of it, and where.
 *
 * @category Errors
 */
export interface OnnxError {
  readonly kind: 'onnx'
  /** At least one, each with the node or the equation that it is about. */
  readonly problems: readonly string[]
  /** The problems in one text, a line each. */
  readonly message: string
}

export const onnxError = (problems: readonly string[]): OnnxError => ({
  kind: 'onnx',
  problems,
  message: problems.join('\n'),
})
