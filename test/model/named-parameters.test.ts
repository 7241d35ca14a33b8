import { expect, test } from 'vitest'
import { key, toTypedArray } from '../../src/index.ts'
import { encodeNpz, encodeSafetensors, parseNpz, parseSafetensors } from '../../src/data/index.ts'
import { namedParameters, withNamedParameters } from '../../src/model/index.ts'
import { batchNorm, block, dense, network } from '../../src/nn/index.ts'
import { leftOf, rightOf } from '../data/rows.ts'

const net = network(3, block('encoder', dense('hidden', 4), batchNorm('norm')), dense('output', 2))
const { params } = net.init(key(1))
const other = net.init(key(2)).params

const bitsOf = (tree: unknown): unknown =>
  Object.entries(namedParameters(tree)).map(([path, leaf]) => [path, leaf.shape, [...toTypedArray(leaf)]])

test('parameters go out and come back by their paths, as safetensors and as NPZ', () => {
  const named = namedParameters(params)
  expect(Object.keys(named)).toEqual([
    'encoder.hidden.weight',
    'encoder.hidden.bias',
    'encoder.norm.gamma',
    'encoder.norm.beta',
    'output.weight',
    'output.bias',
  ])
  const files = [
    rightOf(parseSafetensors(encodeSafetensors({ tensors: named, metadata: {} }))).tensors,
    rightOf(parseNpz(encodeNpz(named))),
  ]
  for (const read of files) expect(bitsOf(rightOf(withNamedParameters(other, read)))).toEqual(bitsOf(params))
})

test('what does not fit is named', () => {
  const { 'output.bias': bias, ...rest } = namedParameters(params)
  expect(leftOf(withNamedParameters(other, rest)).message).toBe('output.bias: there is no such tensor')
  expect(leftOf(withNamedParameters(other, { ...rest, 'output.bias': rest['output.weight']! })).message).toBe(
    'output.bias: expected float32 [2], got float32 [4, 2]',
  )
  const misspelt = { ...rest, 'output.bias': bias!, 'output.wieght': bias! }
  expect(leftOf(withNamedParameters(other, misspelt)).message).toBe(
    '"output.wieght": there is no such place for a tensor; did you mean output.weight?',
  )
})
