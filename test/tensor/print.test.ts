import { expect, test } from 'vitest'
import { arange, reshape, tensor, zeros } from '../../src/index.ts'

const f64 = (nested: unknown): string => String(tensor(nested as never, { dtype: 'float64' }))

test.each([
  [String(tensor(3)), '3.'],
  [String(tensor([1, 2.5, -3])), '[ 1.   2.5 -3. ]'],
  [String(tensor([0.1, 0.25])), '[0.1  0.25]'],
  [String(tensor([1e10, 1])), '[1.e+10 1.e+00]'],
  [String(tensor([NaN, Infinity, -Infinity, 1])), '[ nan  inf -inf   1.]'],
  [String(tensor([true, false])), '[ true false]'],
  [String(tensor([1, -20], { dtype: 'int32' })), '[  1 -20] int32'],
  [f64([1 / 3]), '[0.33333333] float64'],
  [
    String(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
    '[[1. 2.]\n [3. 4.]]',
  ],
  [String(zeros([1, 1, 2])), '[[[0. 0.]]]'],
  [String(zeros([2, 1, 1])), '[[[0.]]\n\n [[0.]]]'],
  [String(zeros([0])), '[]'],
])('%s', (printed, expected) => {
  expect(printed).toBe(expected)
})

test('large tensors are summarized', () => {
  const printed = String(reshape(arange(10000), [100, 100]))
  expect(printed).toContain('...')
  expect(printed.split('\n').length).toBe(7)
  expect(printed.split('\n')[0]).toBe('[[0.000e+00 1.000e+00 2.000e+00 ... 9.700e+01 9.800e+01 9.900e+01]')
})
