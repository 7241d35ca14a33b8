/* eslint-disable functional/no-let, functional/no-loop-statements, @typescript-eslint/no-non-null-assertion --
   one pass over the bytes of a data set */
import { toTypedArray } from '../autodiff/read.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** FNV-1a over the bytes of some tensors, from a starting value. */
const fnv = (tensors: readonly Tensor[], start: number): number => {
  let hash = start
  for (const tensor of tensors) {
    const { buffer, byteOffset, byteLength } = toTypedArray(tensor)
    const bytes = new Uint8Array(buffer, byteOffset, byteLength)
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 16777619)
  }
  return hash >>> 0
}

/**
 * A name for the content of some tensors, 16 hexadecimal digits: it tells data sets apart, and is no protection against
 * those who want two to look alike.
 */
export const digestOf = (...tensors: readonly Tensor[]): string =>
  [2166136261, 40389].map((start) => fnv(tensors, start).toString(16).padStart(8, '0')).join('')
