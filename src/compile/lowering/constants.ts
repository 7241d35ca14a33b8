import { copyElements, isContiguous, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { givenReference, type LeafReference, type Storage } from './graph.ts'
import { compactLayout } from './layout.ts'
import { alignedSize, storageBytes } from './memory.ts'

/** The elements along the axes that vary. */
const compactTensor = (
  { view, shape, dtype }: ConcreteTensor,
  varies: readonly boolean[],
): ConcreteTensor => {
  const axes = [...shape.keys()].filter((axis) => varies[axis] === true)
  return viewOf(
    view.data,
    dtype,
    axes.map((axis) => shape[axis]!),
    axes.map((axis) => view.stride[axis]!),
    view.offset,
  )
}

/** Whether every element is the same, as where a number was added up to a full tensor. */
const allAlike = (tensor: ConcreteTensor): boolean => {
  const { data, offset, stride } = tensor.view
  const first = data[offset]
  return (
    tensor.shape.every((n, axis) => n === 1 || stride[axis] === 0) ||
    (isContiguous(tensor) && data.subarray(offset, offset + tensor.size).every((x) => Object.is(x, first)))
  )
}

/** The constants of a kernel program, which come in as they are asked for. */
export interface Constants {
  /** The same memory for the same tensor, and for tensors all of whose elements are the same number. */
  readonly referenceTo: (tensor: ConcreteTensor) => LeafReference
  readonly tensorIn: (storage: Storage) => ConcreteTensor
  readonly byteLength: () => number
  readonly bytes: () => Uint8Array<ArrayBuffer>
}

/** Behind a constant the next one starts; small ones lie close together. */
const endOf = (start: number, bytes: number): number => {
  const end = start + (bytes > 8 ? alignedSize(bytes) : 8)
  return end % 8 === 0 ? end : alignedSize(end)
}

export const collectConstants = (): Constants => {
  // By the tensor, or for each dtype by the one number all its elements are.
  const stored = new Map<ConcreteTensor, Storage>()
  const numbers = new Map<DType, Map<unknown, Storage>>()
  const numbersOf = (dtype: DType): Map<unknown, Storage> => {
    const found = numbers.get(dtype) ?? new Map<unknown, Storage>()
    numbers.set(dtype, found)
    return found
  }
  const tensors = new Map<Storage, ConcreteTensor>()
  let byteLength = 0
  return {
    referenceTo: (tensor) => {
      // Repeated elements are stored once: a number broadcast to a shape stays a number.
      const { dtype, shape, size, view } = tensor
      const alike = size > 0 && allAlike(tensor)
      const varies = shape.map((n, axis) => n !== 1 && !alike && view.stride[axis] !== 0)
      const layout = compactLayout(shape, (axis) => varies[axis] === true)
      const number = alike ? view.data[view.offset] : undefined
      const storages: Map<unknown, Storage> = alike ? numbersOf(dtype) : stored
      const key = alike ? (Object.is(number, -0) ? '-0' : number) : tensor
      const known = storages.get(key)
      if (known !== undefined) return givenReference(known, layout)
      const storage: Storage = {
        dtype,
        size: sizeOf(shape.filter((_, axis) => varies[axis] === true)),
        place: { space: 'constant', byteOffset: byteLength },
      }
      storages.set(key, storage)
      tensors.set(storage, compactTensor(tensor, varies))
      byteLength = endOf(byteLength, storageBytes(storage))
      return givenReference(storage, layout)
    },
    tensorIn: (storage) => tensors.get(storage)!,
    byteLength: () => byteLength,
    bytes: () => {
      const bytes = new Uint8Array(alignedSize(byteLength))
      tensors.forEach((tensor, { place }) => {
        const { buffer, byteOffset, byteLength: length } = copyElements(tensor)
        bytes.set(
          new Uint8Array(buffer, byteOffset, length),
          (place as { readonly byteOffset: number }).byteOffset,
        )
      })
      return bytes
    },
  }
}
