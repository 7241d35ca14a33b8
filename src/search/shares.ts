import { toTypedArray } from '../core/autodiff/read.ts'
import { uniform, type Key } from '../core/numeric/index.ts'

/** Rows of numbers of [0, 1). */
export const sharesOf = (key: Key, rows: number, width: number): readonly (readonly number[])[] => {
  const all = Array.from(toTypedArray(uniform(key, [rows * width], { dtype: 'float64' })), Number)
  return Array.from({ length: rows }, (_, row) => all.slice(row * width, (row + 1) * width))
}
