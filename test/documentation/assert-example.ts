import { expect } from 'vitest'

const tolerance = 1e-6

/** Numbers agree to 1e-6, relative above one and absolute below; NaN agrees with NaN, and 0 with -0. */
const numbersAgree = (a: unknown, b: unknown): boolean | undefined =>
  typeof a === 'number' && typeof b === 'number'
    ? Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))
    : undefined

/** Typed arrays print as lists in documentation. */
const listed = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<number | bigint>)
    : value

expect.addEqualityTesters([
  numbersAgree,
  function typedArraysAgree(a, b, testers) {
    return ArrayBuffer.isView(a) !== ArrayBuffer.isView(b)
      ? this.equals(listed(a), listed(b), testers)
      : undefined
  },
])

/** What `// => expected` means: deep equality with approximate numbers, or the printed form if a text is expected. */
export const assertExample = (actual: unknown, expected: unknown, place: string): void => {
  const shown = typeof expected === 'string' && typeof actual !== 'string' ? String(actual) : actual
  expect(shown, place).toEqual(expected)
}
