import { describe, expect, test } from 'vitest'
import { concat, key, normal, reshape, take, toTypedArray, vmap, squeeze } from '../../src/index.ts'
import { decodeNetwork, evalMode, layerKinds, network, trainMode } from '../../src/nn/index.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { rightOf } from '../data/rows.ts'
import { inputOf, layerOf } from './every-layer.ts'

const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) =>
      `${path} ${leaf.shape.join()} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )

test('there is a layer of every kind in the one list', () => {
  expect(layerKinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(layerOf).sort())
})

describe.each(layerKinds.map((kind) => [kind.kind, kind, layerOf[kind.kind]] as const))(
  '%s',
  (_, kind, layer) => {
    const input = inputOf[kind.kind] ?? [4]
    const x = normal(key(1), [6, ...input], { dtype: 'float64' })
    const start = layer.init(key(2), input, 'float64') as { readonly params: object; readonly state: object }
    // Once trained, so that moving statistics are of something.
    const [, trained] = layer.apply(trainMode(key(3)), start.params, start.state, x)
    const evaluated = (rows: typeof x) => layer.apply(evalMode, start.params, trained, rows)

    test('knows its shape, and keeps the structure of its state', () => {
      for (const mode of [evalMode, trainMode(key(4))]) {
        const [y, after] = layer.apply(mode, start.params, start.state, x)
        expect(y.shape).toEqual([6, ...layer.shape(input)])
        expect(leavesWithPaths(after).map(({ path }) => path)).toEqual(
          leavesWithPaths(start.state).map(({ path }) => path),
        )
      }
    })

    test('is a function of one example in evaluation, which changes no state', () => {
      const [y, after] = evaluated(x)
      expect(bytesOf(after)).toEqual(bytesOf(trained))
      const rows = Array.from({ length: 6 }, (_unused, i) => evaluated(take(x, [i]))[0])
      const one = vmap((row: typeof x) => squeeze(evaluated(reshape(row, [1, ...input]))[0], { axis: 0 }))
      const both = [concat(rows), one(x)]
      const expected = toTypedArray(y)
      for (const other of both)
        toTypedArray(other).forEach((value, i) => expect(value).toBeCloseTo(Number(expected[i]), 12))
    })

    test('draws from its key alone', () => {
      const again = (seed: number) => bytesOf(layer.apply(trainMode(key(seed)), start.params, start.state, x))
      expect(again(7)).toEqual(again(7))
      expect(bytesOf(layer.init(key(2), input, 'float64'))).toEqual(bytesOf(start))
    })

    test('is of its kind, and comes back from its description', () => {
      expect(kind.is(layer.spec)).toBe(true)
      expect(layerKinds.filter(({ is }) => is(layer.spec))).toHaveLength(1)
      const net = network(input, layer)
      const restored = rightOf(decodeNetwork(JSON.parse(JSON.stringify(net.spec))))
      expect(restored.spec).toEqual(net.spec)
      const [a, b] = [net.init(key(5)), restored.init(key(5))]
      expect(bytesOf(b)).toEqual(bytesOf(a))
    })
  },
)
