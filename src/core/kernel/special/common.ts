export const pi = 3.141592653589793

export const ln2 = 0.6931471805599453

/** Recurrences go no further. */
const largestOrder = 10000

/** Whether n is a whole number from 0 to 10,000. */
export const isOrder = (n: number): boolean => n >= 0 && n <= largestOrder && Math.floor(n) === n
