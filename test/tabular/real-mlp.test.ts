import { describe, expect, test } from 'vitest'
import { item, key, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import { leavesWithPaths, mapTree } from '../../src/core/tensor/tree.ts'
import { evalMode } from '../../src/nn/index.ts'
import { cosineLogCycles, flatCosine, rateAt, type Gradient } from '../../src/optim/index.ts'
import { realMlp } from '../../src/tabular/index.ts'

const features = [
  { name: 'age', column: 'age', kind: 'number' },
  { name: 'town', column: 'town', kind: 'code', levels: 12 },
  { name: 'kind=a', column: 'kind', kind: 'one-hot' },
  { name: 'size', column: 'size', kind: 'number' },
] as const
const steps = 100
const made = realMlp({ features, task: 'regression', outputs: 1, steps, hidden: [16, 9] })
const { params, state } = made.network.init(key(0), { dtype: 'float64' })

describe('RealMLP', () => {
  test('takes numbers, codes and what is left, and begins with the estimate 0', () => {
    const shapes = Object.fromEntries(leavesWithPaths(params).map(({ path, leaf }) => [path, leaf.shape]))
    expect(shapes).toMatchObject({
      'numbers.frequency': [2, 1, 16],
      'categories.vectors': [12, 8],
      // Three columns that stay, three more of each number, eight of the town.
      'front.scale': [17],
      'hidden1.weight': [17, 16],
      'bend2.share': [9],
      'output.weight': [9, 1],
    })
    const [y] = made.network.apply(evalMode, params, state, tensor([[0.3, 7, 1, -2]], { dtype: 'float64' }))
    expect(Array.from(toTypedArray(y))).toEqual([0])
  })

  test('without numbers or codes has neither layer', () => {
    const { network } = realMlp({ features: [features[2]], task: 'classification', outputs: 2, steps })
    expect(network.layers.map(({ name }) => name).slice(0, 2)).toEqual(['front', 'hidden1'])
  })

  test('moves each parameter at its own rate, as if weights were divided by √fan-in when used', () => {
    const optimizer = made.optimizer(params)
    const at = 30
    const rate = item(rateAt(cosineLogCycles({ peak: 0.07, steps }), at))
    const decay = item(rateAt(flatCosine({ from: 0.02, steps }), at))
    const ones = mapTree(params, (leaf) =>
      tensor(new Float64Array(leaf.size).fill(1), { shape: leaf.shape }),
    ) as unknown as Gradient<typeof params>
    const [move] = optimizer.update(ones, optimizer.init(params), { params, step: at, value: 0 })
    const first = (tree: unknown, path: string): number =>
      Number(toTypedArray(leavesWithPaths(tree).find((found) => found.path === path)?.leaf as Tensor)[0])
    const expected = (path: string, factor: number, decays: number): number =>
      -rate * factor * (1 + decay * decays * first(params, path))
    const cases: readonly (readonly [string, number, number])[] = [
      ['hidden1.weight', 1 / Math.sqrt(17), Math.sqrt(17)],
      ['hidden2.weight', 1 / 4, 4],
      ['hidden2.bias', 0.1, 0],
      ['front.scale', 6, 1],
      ['bend1.share', 0.1, 1],
      ['numbers.weight', 0.1, 1],
      ['categories.vectors', 1, 1],
    ]
    // Adam's first direction is 1 / (1 + 1e-8).
    for (const [path, factor, decays] of cases)
      expect(first(move, path)).toBeCloseTo(expected(path, factor, decays), 7)
  })

  test('refuses settings that are none', () => {
    expect(() => realMlp({ features, task: 'regression', outputs: 0, steps })).toThrow(/outputs: expected/)
    expect(() => realMlp({ features: [], task: 'regression', outputs: 1, steps })).toThrow(
      /network: the input width/,
    )
  })
})
