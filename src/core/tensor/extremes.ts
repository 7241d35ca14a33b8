/** The least of some numbers, however many: a call with that many arguments overflows the stack. Infinity of none. */
export const leastOf = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity)

/** The greatest of some numbers, however many; −Infinity of none. */
export const greatestOf = (values: readonly number[]): number =>
  values.reduce((greatest, value) => Math.max(greatest, value), -Infinity)
