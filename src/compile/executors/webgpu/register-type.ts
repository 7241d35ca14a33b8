import { isStorage, type DType } from '../../../core/tensor/dtype.ts'

/** The type of a register in WGSL. */
export type RegisterType = 'f32' | 'i32' | 'u32' | 'bool' | 'vec2<u32>'

/** The type of a register: numbers of 16 bits are their bits, and so are those of 64. */
export const registerType = (dtype: DType): RegisterType =>
  dtype === 'float64'
    ? 'vec2<u32>'
    : dtype === 'float32'
      ? 'f32'
      : dtype === 'int32'
        ? 'i32'
        : dtype === 'bool'
          ? 'bool'
          : 'u32'

/** Whether an element is less than a word. */
export const isNarrow = (dtype: DType): boolean => dtype === 'bool' || isStorage(dtype)

/** What a reduction begins with: the sum or the maximum of nothing. */
export const initialText = (reduction: 'sum' | 'max', dtype: DType): string => {
  const type = registerType(dtype)
  if (type === 'bool') return 'false'
  if (type === 'u32') return '0u'
  if (type === 'vec2<u32>') return reduction === 'sum' ? 'vec2<u32>()' : 'vec2<u32>(0u, 0xfff00000u)'
  if (type === 'i32') return reduction === 'sum' ? '0i' : '(-2147483647i - 1i)'
  return reduction === 'sum' ? '0f' : '-infinity()'
}
