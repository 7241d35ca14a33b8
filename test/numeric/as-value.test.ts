import { expect, test } from 'vitest'
import { asValue } from '../../src/core/autodiff/value.ts'
import { DTypeError, tensor, type Tensor } from '../../src/index.ts'

test('a tensor is its value', () => {
  const x = tensor([1, 2])
  expect(asValue(x)).toBe(x)
})

test('what only has the form of a tensor is none', () => {
  const { dtype, shape, rank, size } = tensor([1, 2])
  const alike: Pick<Tensor, 'dtype' | 'shape' | 'rank' | 'size'> = { dtype, shape, rank, size }
  expect(() => asValue(alike as Tensor)).toThrow(DTypeError)
})
