import type { Source } from './value-source.ts'
import { numbersOf } from './layer-plan.ts'

/**
 * What a file does with the outputs of its network at the end, which a loss of this library does by itself: `softmax`,
 * `logSoftmax`, or `sigmoid` where one output is the logit of the second of two classes.
 *
 * @category ONNX
 */
export type OutputLink = 'none' | 'softmax' | 'logSoftmax' | 'sigmoid'

/** A value before what is done with it at the end. */
export interface Unlinked {
  readonly value: string
  readonly link: OutputLink
}

/** [1 − p, p] with p a sigmoid: probabilities of two classes from one output. */
const pairOf = (value: string, source: Source): string | undefined => {
  const [negative, positive] = source.of(value, 'Concat')?.inputs ?? []
  const sigmoid = source.of(positive, 'Sigmoid')
  const rest = source.of(negative, 'Sub')
  const one = source.constant(rest?.inputs[0])
  return sigmoid !== undefined &&
    one !== undefined &&
    numbersOf(one)[0] === 1 &&
    source.node(rest?.inputs[1])?.outputs[0] === sigmoid.outputs[0]
    ? sigmoid.inputs[0]
    : undefined
}

export const unlinked = (value: string, source: Source): Unlinked => {
  const zipped = source.of(value, 'ai.onnx.ml.ZipMap')
  if (zipped !== undefined) return unlinked(zipped.inputs[0]!, source)
  const softmax = source.of(value, 'Softmax')
  if (softmax !== undefined) return { value: softmax.inputs[0]!, link: 'softmax' }
  const logSoftmax = source.of(value, 'LogSoftmax')
  if (logSoftmax !== undefined) return { value: logSoftmax.inputs[0]!, link: 'logSoftmax' }
  const pair = pairOf(value, source)
  return pair === undefined ? { value, link: 'none' } : { value: pair, link: 'sigmoid' }
}
