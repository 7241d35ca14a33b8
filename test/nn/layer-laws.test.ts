import { expect, test } from 'vitest'
import { cast, floor, mul, uniform, type Key } from '../../src/index.ts'
import { layerKinds } from '../../src/nn/index.ts'
import { laws } from '../../src/testing/index.ts'
import { inputOf, layerOf } from './every-layer.ts'

test('there is a layer of every kind in the one list', () => {
  expect(layerKinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(layerOf).sort())
})

/** Codes of categories, which no derivative goes through. */
const codes = (key: Key, shape: readonly number[]) => cast(floor(mul(uniform(key, shape), 3)), 'int32')

test.each(layerKinds.map(({ kind }) => kind))('%s', (kind) => {
  laws.check(
    laws.layer(layerOf[kind], {
      inputs: [inputOf[kind] ?? [4]],
      runs: 1,
      // Weights that are dropped leave a variance of nearly 0 in the first case.
      seed: kind === 'dropConnect' ? 2 : 1,
      ...(kind === 'tokenEmbedding' ? { draw: codes } : {}),
    }),
  )
  expect(layerKinds.filter(({ is }) => is(layerOf[kind].spec))).toHaveLength(1)
})
