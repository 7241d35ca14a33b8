import { toTypedArray, type Tensor } from 'puregrad'

/** The rows of a matrix as numbers. */
export const rowsOf = (x: Tensor): readonly (readonly number[])[] => {
  const [rows = 0, columns = 0] = x.shape
  const values = Array.from(toTypedArray(x), Number)
  return Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns))
}
