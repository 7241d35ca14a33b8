import { copyElements, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { littleEndianBytes } from '../../core/tensor/little-endian.ts'
import type { TensorProto } from './messages.ts'

/** The element types of the values of a graph: those of tensors, what ONNX counts in, and text. */
export type ElementType = DType | 'int64' | 'string'

/** The numbers that the format gives them. */
export const elementTypes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  bfloat16: 16,
}

const text = new TextEncoder()

/** A file of this format holds at most so many bytes: lengths are written in 31 bits. */
export const mostBytes = 2 ** 31 - 1

/** A tensor as it stands in a file: its elements as little-endian bytes. */
export const tensorProtoOf = (tensor: ConcreteTensor, name?: string): TensorProto => ({
  dims: tensor.shape,
  dataType: elementTypes[tensor.dtype],
  ...(name === undefined ? {} : { name }),
  rawData: littleEndianBytes(copyElements(tensor)),
})

/** A list of whole numbers as int64. */
export const int64Proto = (values: readonly number[], name: string): TensorProto => ({
  dims: [values.length],
  dataType: elementTypes.int64,
  name,
  int64Data: values,
})

/** A list of texts. */
export const stringsProto = (values: readonly string[], name: string): TensorProto => ({
  dims: [values.length],
  dataType: elementTypes.string,
  name,
  stringData: values.map((value) => text.encode(value)),
})
