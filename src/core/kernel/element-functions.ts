/*
 * The arithmetic of one element, numbers in and number out, booleans as 0 and 1: what every engine computes alike. Where
 * engines differ, as in exponentials, see portable-math.ts.
 */

export const add = (a: number, b: number): number => a + b

export const sub = (a: number, b: number): number => a - b

export const neg = (a: number): number => -a

export const mul = (a: number, b: number): number => a * b

export const div = (a: number, b: number): number => a / b

export const max = (a: number, b: number): number => Math.max(a, b)

export const min = (a: number, b: number): number => Math.min(a, b)

export const rsqrt = (a: number): number => 1 / Math.sqrt(a)

export const equal = (a: number, b: number): number => (a === b ? 1 : 0)

export const less = (a: number, b: number): number => (a < b ? 1 : 0)

export const lessEqual = (a: number, b: number): number => (a <= b ? 1 : 0)

export const select = (c: number, a: number, b: number): number => (c !== 0 ? a : b)
