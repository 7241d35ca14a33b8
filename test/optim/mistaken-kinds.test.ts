import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import { tensor, toArray } from '../../src/index.ts'
import {
  applyStep,
  chain,
  clipByValue,
  decodeOptimizer,
  descend,
  optimizerKind,
} from '../../src/optim/index.ts'

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

test('an update from outside gives back a pair, and a step for every element', () => {
  const params = { w: tensor([[1, 2]]) }
  const context = { params, step: 0, value: 0 }
  const own = (update: unknown) =>
    chain(
      { name: 'own', init: () => 0, update: update as () => readonly [typeof params, number] },
      descend(1),
    )
  const run = (update: unknown) => {
    const optimizer = own(update)
    return applyStep(params, optimizer.update(params, optimizer.init(params), context)[0] as never)
  }
  expect(toArray(run((gradient: unknown) => [gradient, 0]).w)).toEqual([[0, 0]])
  expect(() => run((gradient: unknown) => gradient)).toThrow(
    /^chain: part 1, own: update: expected a pair of output and state, got \{w: /,
  )
  expect(() => run(() => undefined)).toThrow(/^chain: part 1, own: .*, got nothing/)
  expect(() => run(() => [{ w: tensor([1, 2]) }, 0])).toThrow(
    'applyStep: w: expected a step of shape [1, 2], as the parameter has, got [2]',
  )
})
