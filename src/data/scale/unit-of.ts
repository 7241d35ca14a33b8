import { scaled } from '../../core/kernel/portable-math.ts'

/**
 * A power of two near the largest of some numbers, which is above 0: divided by it they keep every bit, and the largest of
 * their squares neither vanishes nor overflows.
 */
export const unitOf = (largest: number): number => scaled(1, Math.min(1023, Math.floor(Math.log2(largest))))
