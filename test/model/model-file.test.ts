import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { mul, tensor, toTypedArray } from '../../src/index.ts'
import { sha256 } from '../../src/core/codec/sha256.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { encodeSafetensors, parseSafetensors } from '../../src/data/index.ts'
import {
  decodeModel,
  encodeModel,
  loadModel,
  modelDigests,
  saveModel,
  type TrainedModel,
} from '../../src/model/index.ts'
import {
  dense,
  dropout,
  flatten,
  layerKind,
  layerName,
  type Layer,
  type LibraryLayerSpec,
  type NoState,
} from '../../src/nn/index.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { inputOf, layerOf } from '../nn/every-layer.ts'
import { pricing } from './prepared-model.ts'
import { modelOf } from './sample-models.ts'

const folder = mkdtempSync(join(tmpdir(), 'puregrad-model-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** All of a model; the order of names leaves no trace in a file. */
const bitsOf = (model: TrainedModel): unknown => ({
  ...model,
  params: undefined,
  state: undefined,
  leaves: Object.fromEntries(
    leavesWithPaths({ params: model.params, state: model.state }).map(({ path, leaf }) => [
      path,
      [leaf.dtype, leaf.shape, [...new Uint8Array(toTypedArray(leaf).buffer)]],
    ]),
  ),
})

const small = modelOf([dense('hidden', 5), dense('output', 3)])
const bytes = rightOf(encodeModel(small))

/** The file with another manifest, and the digest of that one. */
const withManifest = (change: (manifest: Record<string, unknown>) => unknown): Uint8Array => {
  const { tensors, metadata } = rightOf(parseSafetensors(bytes))
  const text = JSON.stringify(change(JSON.parse(metadata['puregrad.model'] ?? '') as Record<string, unknown>))
  return encodeSafetensors({
    tensors,
    metadata: {
      'puregrad.model': text,
      'puregrad.model.sha256': sha256(new TextEncoder().encode(text)),
    },
  })
}

const messageOf = (file: Uint8Array): string => leftOf(decodeModel(file)).message

describe('a model as bytes', () => {
  test.each(Object.entries(layerOf))('comes back to the bit with a layer of kind %s', (kind, layer) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const input = inputOf[kind as LibraryLayerSpec['kind']] ?? [4]
      const model = modelOf([layer, flatten(), dense('output', 2)], { dtype, input })
      const file = rightOf(encodeModel(model))
      const again = rightOf(decodeModel(file))
      expect(bitsOf(again)).toEqual(bitsOf(model))
      expect(rightOf(encodeModel(again))).toEqual(file)
    }
  })

  test('comes back with everything that is optional', () => {
    const model: TrainedModel = {
      ...pricing,
      temperature: 1.25,
    }
    expect(bitsOf(rightOf(decodeModel(rightOf(encodeModel(model)))))).toEqual(bitsOf(model))
  })

  test('is the same bytes in whatever order records were built', () => {
    const { record, ...rest } = small
    const settings = { epochs: 20, recipe: 'network' }
    expect(rightOf(encodeModel({ record: { ...record, settings }, ...rest }))).toEqual(bytes)
  })

  test('is a file of safetensors that others read', () => {
    expect(Object.keys(rightOf(parseSafetensors(bytes)).tensors)).toEqual([
      'params.hidden.bias',
      'params.hidden.weight',
      'params.output.bias',
      'params.output.weight',
    ])
  })

  test('has digests of its parts: of each alone', () => {
    const digests = rightOf(modelDigests(small))
    const prepared = rightOf(modelDigests({ ...small, preparation: pricing.preparation! }))
    expect(prepared.parameters).toBe(digests.parameters)
    expect(digests.preparation).toBeNull()
    expect(prepared.preparation).toBe(rightOf(modelDigests(pricing)).preparation)
    const other = modelOf([dense('hidden', 5), dense('output', 3)], {
      params: { ...small.params, output: { weight: tensor([[1]]), bias: tensor([1]) } },
    })
    expect(rightOf(modelDigests(other)).parameters).not.toBe(digests.parameters)
  })
})

describe('what is no model is one clear error', () => {
  test.each([0, 3, 8, 200, 1000, bytes.length - 1])('a file cut after %i bytes', (length) => {
    const { kind, message } = leftOf(decodeModel(bytes.subarray(0, length)))
    expect(kind).toBe('corrupt')
    expect(message).not.toBe('')
  })

  test('one bit changed anywhere', () => {
    // Every byte would take seconds: a step that has no divisor in common with the sizes of parts.
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte))
      expect(decodeModel(changed), `byte ${String(at)}`).toMatchObject({ _tag: 'Left' })
    }
  })

  test('says what and where', () => {
    const last = Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
    expect(messageOf(last)).toMatch(/^params\.\w+\.\w+: its digest is not the one that was saved$/)
    expect(messageOf(withManifest((manifest) => ({ ...manifest, format: 2 })))).toBe(
      'format: expected format 1 of models, got 2; a later version of the library may read it',
    )
    expect(messageOf(withManifest((manifest) => ({ ...manifest, temperature: 0 })))).toBe(
      'temperature: expected a finite number above 0, got 0',
    )
    expect(
      messageOf(withManifest((manifest) => ({ ...manifest, targets: { kind: 'classes', names: ['a'] } }))),
    ).toBe('network: expected an output of shape [1] for the 1 classes of the targets, got [3]')
    expect(
      messageOf(
        withManifest(({ digests, ...manifest }) => ({
          ...manifest,
          digests: { ...(digests as object), parameters: '' },
        })),
      ),
    ).toBe('digests: they are not those of the parts')
    expect(messageOf(withManifest((manifest) => ({ ...manifest, schema: { columns: [] } })))).toMatch(
      /^schema\.format: /,
    )
    expect(messageOf(withManifest((manifest) => ({ ...manifest, features: ['a'] })))).toBe(
      'features: expected a name for each of the 4 inputs of the network, got 1',
    )
    expect(messageOf(encodeSafetensors({ tensors: {}, metadata: {} }))).toBe(
      'the model: the file holds tensors, but is no trained model',
    )
  })

  test('what cannot be saved, or does not fit, is not', () => {
    const { record } = small
    const settings = { optimizer: () => 1 }
    expect(leftOf(encodeModel({ ...small, record: { ...record, settings } })).message).toMatch(
      /^record\.settings\.optimizer: /,
    )
    expect(leftOf(encodeModel({ ...small, params: {} })).message).toMatch(
      /^params: .*lack the layer 'hidden'/,
    )
    expect(leftOf(encodeModel({ ...small, temperature: -1 })).message).toMatch(/^temperature: /)
    expect(() => encodeModel({ ...small, classes: 3 } as TrainedModel)).toThrow(/classes/)
  })
})

describe('a model as a file', () => {
  test('is written whole and read back; messages begin with the name', async () => {
    const file = join(folder, 'crates.model')
    rightOf(await saveModel(file, small)())
    expect(new Uint8Array(readFileSync(file))).toEqual(bytes)
    expect(bitsOf(rightOf(await loadModel(file)()))).toEqual(bitsOf(small))
    writeFileSync(file, bytes.subarray(0, 500))
    expect(leftOf(await loadModel(file)()).message).toMatch(new RegExp(`^${file}: `))
    expect(leftOf(await saveModel(join(folder, 'none', 'a.model'), small)()).kind).toBe('io')
  })
})

test('a layer of one’s own is saved and loads by its kind', () => {
  const times = (name: string, by: number): Layer<string, NoState, NoState> => ({
    name,
    spec: { kind: 'times', name, by },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x) => [mul(x, by), state],
  })
  const kinds = [layerKind('times', { name: layerName, by: {} }, ({ name, by }) => times(name, by))]
  const model = modelOf([times('twice', 2), dropout('drop', 0.5), dense('output', 2)])
  const file = rightOf(encodeModel(model, { kinds }))
  expect(bitsOf(rightOf(decodeModel(file, { kinds })))).toEqual(bitsOf(model))
  expect(messageOf(file)).toMatch(/^network\.layers\[0\]\.kind: .*times/)
})
