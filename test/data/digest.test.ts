import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, type Tensor } from '../../src/index.ts'
import { allForTest, parseSafetensors, withFeatures } from '../../src/data/index.ts'
import { digestOf } from '../../src/data/digest.ts'
import { duplicateKey } from '../../src/data/formats/duplicate-key.ts'
import { portableSha256, sha256 } from '../../src/core/codec/sha256.ts'
import { leftOf, numberedRows, rightOf } from './rows.ts'

test('SHA-256 without Node.js is that of Node.js, however the bytes are parted', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (parts) => {
      const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex')
      expect([portableSha256(...parts), sha256(...parts)]).toEqual([expected, expected])
    }),
  )
  expect(portableSha256(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

describe('the name of some tensors', () => {
  const of = (
    values: readonly number[],
    shape: readonly number[],
    dtype: 'float32' | 'int32' = 'float32',
  ): Tensor => tensor(values, { shape, dtype })

  test('tells apart what has the same bytes', () => {
    const names = [
      digestOf({ x: of([1, 2, 3, 4], [2, 2]) }),
      digestOf({ x: of([1, 2, 3, 4], [4]) }),
      digestOf({ x: of([1, 2, 3, 4], [1, 4]) }),
      digestOf({ x: of([1, 2, 3, 4], [4, 1]) }),
      digestOf({ x: of([1, 2], [2]), y: of([3, 4], [2]) }),
      digestOf({ x: of([1], [1]), y: of([2, 3, 4], [3]) }),
      digestOf({ x: of([1, 2, 3, 4], [4]), y: of([], [0]) }),
      digestOf({ z: of([1, 2, 3, 4], [4]) }),
      digestOf({ x: of([1, 2, 3, 4], [4]) }, ['a']),
      digestOf({ x: of([0, 0], [2]) }),
      digestOf({ x: of([0, 0], [2], 'int32') }),
    ]
    expect(new Set(names).size).toBe(names.length)
  })

  test('is the same for the same content, and written down so that others can compute it', () => {
    const x = of([1, -2], [2])
    expect(digestOf({ x })).toBe(digestOf({ x: of([1, -2], [2]) }))
    const description = Buffer.from('{"tensors":[["x","float32",[2]]],"notes":null}')
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(description.length))
    const elements = Buffer.alloc(8)
    elements.writeFloatLE(1, 0)
    elements.writeFloatLE(-2, 4)
    expect(digestOf({ x })).toBe(
      createHash('sha256')
        .update(Buffer.concat([length, description, elements]))
        .digest('hex'),
    )
  })

  test('of a sealed part depends on its numbers and names', () => {
    const data = numberedRows([0, 1, 0])
    const renamed = withFeatures(data, { x: data.x, featureNames: ['other'] })
    expect(allForTest(renamed).digest).not.toBe(allForTest(data).digest)
    expect(allForTest(numberedRows([0, 1, 0])).digest).toBe(allForTest(data).digest)
  })
})

describe('names that come twice in JSON', () => {
  test.each<readonly [string, string | undefined]>([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['[{"b":{"c":1,"c":1}}]', 'c'],
    ['{"a":{"a":1},"b":["a","a"],"c":"a"}', undefined],
    ['{"a":"}","b":"\\",\\"a\\":","c":[1,{"a":0}]}', undefined],
    ['{"":1,"":2}', ''],
    ['"a"', undefined],
    [`${'['.repeat(8000)}${']'.repeat(8000)}`, undefined],
  ])('%s', (json, twice) => {
    JSON.parse(json)
    expect(duplicateKey(json)).toBe(twice)
  })

  test('are none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(duplicateKey(json)).toBeUndefined()
      }),
    )
  })

  test('are refused in the header of a safetensors file, whatever is nested in it', () => {
    const file = (header: string): Uint8Array => {
      const text = new TextEncoder().encode(header)
      const bytes = new Uint8Array(8 + text.length + 4)
      new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
      bytes.set(text, 8)
      return bytes
    }
    const entry = '"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    expect(rightOf(parseSafetensors(file(`{${entry}}`))).tensors['w']!.size).toBe(1)
    const message = (header: string): string => leftOf(parseSafetensors(file(header))).message
    expect(message(`{${entry},${entry}}`)).toBe('the header names "w" twice in one object')
    expect(message(`{"__metadata__":{"a":"1","a":"2"},${entry}}`)).toContain('"a" twice')
    expect(message(`{${entry.replace('"shape":[1],', '"shape":[1],"shape":[1],')}}`)).toContain(
      '"shape" twice',
    )
    expect(message(`{"${'n'.repeat(1e6)}":1}`).length).toBeLessThan(300)
    expect(message(`{"w":${'['.repeat(8000)}${']'.repeat(8000)}}`).length).toBeLessThan(300)
  })
})
