import { expect, test } from 'vitest'
import { cast, floor, key, mul, uniform, zeros, type Key } from '../../src/index.ts'
import { evalMode, layerKinds, type AnyLayer, type Mode } from '../../src/nn/index.ts'
import { laws } from '../../src/testing/index.ts'
import { inputOf, layerOf } from './every-layer.ts'

test('there is a layer of every kind in the one list', () => {
  expect(layerKinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(layerOf).sort())
})

/** Codes of categories, which no derivative goes through. */
const codes = (key: Key, shape: readonly number[]) => cast(floor(mul(uniform(key, shape), 3)), 'int32')

/** Whether a layer looks at its mode at all; one that does not is the same function in training. */
const readsMode = (layer: AnyLayer, shape: readonly number[]): boolean => {
  let read = false
  const mode = new Proxy<Mode>(evalMode, {
    get: (target, name) => {
      read = true
      return Reflect.get(target, name) as unknown
    },
  })
  const { params, state } = layer.init(key(0), shape, 'float32')
  layer.apply(mode, params, state, zeros([2, ...shape]))
  return read
}

test('a mode is seen to be read', () => {
  expect(readsMode(layerOf.masked, inputOf.masked!)).toBe(true)
  expect(readsMode(layerOf.dense, [4])).toBe(false)
})

test.each(layerKinds.map(({ kind }) => kind))('%s', (kind) => {
  const layer = layerOf[kind]
  const shape = inputOf[kind] ?? [4]
  const list = laws.layer(layer, {
    inputs: [shape],
    runs: 1,
    // Cases away from kinks of the poolings, and from batches with a variance of nearly 0.
    seed: 6,
    ...(kind === 'tokenEmbedding' ? { draw: codes } : {}),
  })
  const training = kind === 'tokenEmbedding' || readsMode(layer, shape)
  laws.check(list.filter(({ name }) => training || !name.startsWith('in training')))
  expect(layerKinds.filter(({ is }) => is(layer.spec))).toHaveLength(1)
})
