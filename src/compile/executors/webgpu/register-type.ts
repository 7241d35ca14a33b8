import { isStorage, type DType } from '../../../core/tensor/dtype.ts'

/** The type of a register: numbers of 16 bits are their bits. */
export const registerType = (dtype: DType): 'f32' | 'i32' | 'u32' | 'bool' =>
  dtype === 'float32' || dtype === 'float64'
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
  if (type === 'i32') return reduction === 'sum' ? '0i' : '(-2147483647i - 1i)'
  return reduction === 'sum' ? '0f' : '-infinity()'
}
