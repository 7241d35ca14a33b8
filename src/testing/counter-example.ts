import fc, { type Arbitrary } from 'fast-check'

/**
 * A smallest value for which a statement is false, or `undefined` where none was found: values are drawn, and the
 * first one that contradicts the statement is shrunk as long as smaller ones contradict it too. The same seed finds
 * the same value.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { counterExample } from 'puregrad/testing'
 * counterExample(fc.nat(1000), (n) => n * n < 50) // => 8
 * counterExample(fc.nat(1000), (n) => n * n >= 0) // => undefined
 * ```
 * @category Derivatives
 */
export const counterExample = <T>(
  values: Arbitrary<T>,
  statement: (value: T) => boolean,
  { seed = 0, runs = 1000 }: { readonly seed?: number; readonly runs?: number } = {},
): T | undefined => fc.check(fc.property(values, statement), { seed, numRuns: runs }).counterexample?.[0]
