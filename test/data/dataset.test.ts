import { describe, expect, test } from 'vitest'
import { key, tensor, type Tensor } from '../../src/index.ts'
import { dataset, minibatches, regressionDataset, rowsAt, splitData } from '../../src/data/index.ts'
import { ascending, numberedRows, numbers, rightOf } from './rows.ts'

const x = tensor([
  [1, 2],
  [3, 4],
]) as Tensor
const labels = (...of: readonly number[]): Tensor => tensor(Int32Array.from(of)) as Tensor

describe('dataset', () => {
  test('names features and classes that have no names', () => {
    const { n, featureNames, targets, role } = dataset({ x, y: labels(2, 0) })
    expect({ n, featureNames, targets, role }).toEqual({
      n: 2,
      featureNames: ['x0', 'x1'],
      targets: { kind: 'classes', names: ['0', '1', '2'] },
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

describe('regressionDataset', () => {
  const y = tensor([0.5, -1]) as Tensor
  const wide = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]) as Tensor

  test('holds one number, or several, for each row', () => {
    expect(regressionDataset({ x, y }).targets).toEqual({ kind: 'values', names: ['y0'] })
    expect(regressionDataset({ x, y: wide, targetNames: ['a', 'b', 'c'] }).targets.names).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test.each([
    ['as many targets as rows', { x, y: tensor([1]) as Tensor }, 'expected x [n, features] and y [n]'],
    [
      'at most a matrix',
      { x, y: tensor([[[1]], [[2]]]) as Tensor },
      'expected x [n, features] and y [n] or [n, columns], got [2, 2] and [2, 1, 1]',
    ],
    ['floating targets', { x, y: labels(0, 1) }, 'or dataset for targets that are classes'],
    ['a name for each feature', { x, y, featureNames: ['a'] }, '2 features have 1 names'],
    ['a name for each column', { x, y: wide, targetNames: ['a'] }, '3 columns of targets have 1 names'],
  ])('demands %s', (_, rows, message) => {
    expect(() => regressionDataset(rows)).toThrow(message)
  })

  test('is split and cut into batches like classes are, each row with its targets', () => {
    const n = 40
    const rows = Array.from({ length: n }, (_, i) => i)
    const data = regressionDataset({
      x: tensor(rows.map((i) => [i])) as Tensor,
      y: tensor(rows.map((i) => [2 * i, -i])) as Tensor,
    })
    const split = rightOf(splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(0) })(data))
    expect([split.train.n, split.dev.n]).toEqual([24, 8])
    const batches = minibatches(split.train, 10, key(1))
    expect(ascending(batches.flatMap((batch) => numbers(batch.x)))).toEqual(ascending(numbers(split.train.x)))
    batches.forEach((batch) => {
      expect(numbers(batch.y)).toEqual(numbers(batch.x).flatMap((i) => [2 * i, i === 0 ? -0 : -i]))
    })
  })
})
