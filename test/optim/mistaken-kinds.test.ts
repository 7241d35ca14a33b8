import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import { chain, clipByValue, decodeOptimizer, descend, optimizerKind } from '../../src/optim/index.ts'

const decode = (build: unknown): string => {
  const kinds = [optimizerKind('own', {}, build as never)]
  const decoded = decodeOptimizer({ kind: 'own', learningRate: 0.1 }, { kinds })
  return E.isLeft(decoded) ? decoded.left.message : decoded.right.name
}

test('a kind from outside builds an optimizer, or the data is refused', () => {
  expect(decode(() => chain(clipByValue(1), descend(0.1)))).toBe('clipByValue → descend')
  const throwing = () => {
    throw new RangeError('the limits cross')
  }
  expect(decode(throwing)).toBe('the optimizer: the limits cross')
  expect(decode(() => undefined)).toMatch(/^the optimizer: .* 'own' builds: expected a transformation/)
})

test('a list of kinds is one', () => {
  const known = () =>
    decodeOptimizer({}, { kinds: [optimizerKind('nadam', {}, () => descend(0.1) as never)] })
  expect(known).toThrow(ArgumentError)
  expect(known).toThrow("decodeOptimizer: two kinds are named 'nadam'")
  expect(() => decodeOptimizer({}, { kinds: [{}] as never })).toThrow(
    /^decodeOptimizer: kinds\[0\]: expected what optimizerKind makes/,
  )
})
