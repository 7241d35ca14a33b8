import { describe, expect, test } from 'vitest'
import { tensor, type Tensor } from '../../src/index.ts'
import { dataset, rowsAt } from '../../src/data/index.ts'
import { numberedRows, numbers } from './rows.ts'

const x = tensor([
  [1, 2],
  [3, 4],
]) as Tensor
const labels = (...of: readonly number[]): Tensor => tensor(Int32Array.from(of)) as Tensor

describe('dataset', () => {
  test('names features and classes that have no names', () => {
    const { n, featureNames, classNames, role } = dataset({ x, y: labels(2, 0) })
    expect({ n, featureNames, classNames, role }).toEqual({
      n: 2,
      featureNames: ['x0', 'x1'],
      classNames: ['0', '1', '2'],
      role: 'raw',
    })
  })

  test.each([
    ['as many labels as rows', { x, y: labels(0) }, 'expected x [n, features] and y [n], got [2, 2] and [1]'],
    ['a matrix', { x: labels(0, 1), y: labels(0, 1) }, 'got [2] and [2]'],
    ['a vector of labels', { x, y: x }, 'got [2, 2] and [2, 2]'],
    ['integer labels', { x, y: tensor([0, 1]) as Tensor }, 'got float32 and float32; use cast'],
    [
      'floating features',
      { x: tensor([[1], [2]], { dtype: 'int32' }) as Tensor, y: labels(0, 1) },
      'got int32 and int32',
    ],
    ['a name for each feature', { x, y: labels(0, 1), featureNames: ['a'] }, '2 features have 1 names'],
    [
      'labels that have names',
      { x, y: labels(0, 2), classNames: ['a', 'b'] },
      'the class of row 1 is 2, but classes are numbered from 0 to 1',
    ],
    ['labels from 0', { x, y: labels(-1, 0) }, 'the class of row 0 is -1'],
  ])('demands %s', (_, rows, message) => {
    expect(() => dataset(rows)).toThrow(message)
  })

  test('rowsAt picks rows with their labels, in the order asked for', () => {
    const picked = rowsAt(numberedRows([5, 6, 7, 8]), tensor(Int32Array.of(3, 0)), 'dev')
    expect([numbers(picked.x), numbers(picked.y), picked.n, picked.role]).toEqual([[3, 0], [8, 5], 2, 'dev'])
  })
})
