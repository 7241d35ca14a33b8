import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encodeSafetensors,
  parseSafetensors,
  readSafetensors,
  writeSafetensors,
  type Safetensors,
} from '../../src/data/index.ts'
import { tensor, toArray, toTypedArray, transpose, type Tensor } from '../../src/index.ts'
import { dtypes } from '../../src/core/tensor/dtype.ts'
import { tensors } from '../../src/testing/index.ts'
import { leftOf, rightOf } from './rows.ts'

const bytesIn = (value: Tensor): Buffer => Buffer.from(toTypedArray(value).buffer)

/** Everything that two contents have to agree in, bit by bit. */
const fingerprint = ({ tensors: all, metadata }: Safetensors) => ({
  tensors: Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      [value.dtype, value.shape.join(), bytesIn(value).toString('hex')],
    ]),
  ),
  metadata,
})

const names = fc.oneof(
  fc.constantFrom('a', 'layer.weight', '0', '1', '__proto__', 'constructor', '', 'ключ', '"\\\n'),
  fc.string({ maxLength: 5 }),
)
const values = fc
  .constantFrom(...dtypes)
  .chain((dtype) => tensors({ dtype, minDimension: 0, maxRank: 3 }))
  .chain((value) => fc.boolean().map((turned) => (turned ? transpose(value) : value)))

const named = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<Readonly<Record<string, A>>> =>
  fc
    .uniqueArray(fc.tuple(names, value), { maxLength: 5, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries))

const contents: fc.Arbitrary<Safetensors> = fc.record({
  tensors: named(values),
  metadata: named(fc.string()),
})

/** Bytes with a header that is given as a value. */
const file = (header: unknown, data: readonly number[] = [], text = JSON.stringify(header)): Uint8Array => {
  const encoded = new TextEncoder().encode(text)
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(encoded.length), true)
  return Uint8Array.from([length, encoded, data].flatMap((part) => Array.from(part)))
}

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

describe('safetensors', () => {
  test('what is encoded is what is parsed, bit by bit', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const bytes = encodeSafetensors(content)
        const parsed = rightOf(parseSafetensors(bytes))
        expect(fingerprint(parsed)).toEqual(fingerprint(content))
        expect(encodeSafetensors(parsed)).toEqual(bytes)
      }),
    )
  })

  test('NaN, infinities and −0 keep their bits', () => {
    const special = tensor(Float64Array.of(NaN, Infinity, -Infinity, -0, 5e-324))
    const parsed = rightOf(parseSafetensors(encodeSafetensors({ tensors: { special }, metadata: {} })))
    expect(toArray(parsed.tensors['special']!)).toEqual([NaN, Infinity, -Infinity, -0, 5e-324])
  })

  test('the bytes do not depend on the order of the entries, and data begin at a multiple of 8', () => {
    fc.assert(
      fc.property(contents, ({ tensors: all, metadata }) => {
        const turned = <A>(entries: Readonly<Record<string, A>>) =>
          Object.fromEntries(Object.entries(entries).reverse())
        const bytes = encodeSafetensors({ tensors: all, metadata })
        expect(encodeSafetensors({ tensors: turned(all), metadata: turned(metadata) })).toEqual(bytes)
        expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0)
      }),
    )
  })

  test('the bytes of the format, letter by letter', () => {
    const header = '{"__metadata__":{"by":"me"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    const bytes = encodeSafetensors({ tensors: { b: tensor([1, -2]) }, metadata: { by: 'me' } })
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
    expect([...bytes]).toEqual([
      ...[padded.length, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(padded),
      ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0],
    ])
  })

  test('a view into a longer buffer is read from where it begins', () => {
    const bytes = encodeSafetensors({ tensors: { a: tensor([1.5, 2]) }, metadata: {} })
    const within = new Uint8Array(bytes.length + 16)
    within.set(bytes, 3)
    const parsed = rightOf(parseSafetensors(within.subarray(3, 3 + bytes.length)))
    expect(toArray(parsed.tensors['a']!)).toEqual([1.5, 2])
    within.fill(0)
    expect(toArray(parsed.tensors['a']!)).toEqual([1.5, 2])
  })

  test.each([
    ['F16', [0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0xff, 0x7b], 'float16', [1, 2 ** -24, -Infinity, 65504]],
    ['BF16', [0x80, 0x3f, 0x80, 0xbf], 'bfloat16', [1, -1]],
    ['I8', [0xff, 0x7f], 'int32', [-1, 127]],
    ['U8', [0xff, 0x00], 'int32', [255, 0]],
    ['I16', [0xfe, 0xff], 'int32', [-2]],
    ['U16', [0xfe, 0xff], 'int32', [65534]],
    ['I64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'int32', [-1]],
    ['U64', [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 'uint32', [4294967295]],
  ] as const)('%s becomes a dtype that holds it', (dtype, data, ours, expected) => {
    const { tensors: all } = rightOf(
      parseSafetensors(file({ a: entry(dtype, [expected.length], 0, data.length) }, data)),
    )
    expect(all['a']!.dtype).toBe(ours)
    expect(toArray(all['a']!)).toEqual(expected)
  })

  const one = entry('F32', [1], 0, 4)
  test.each([
    ['too short', Uint8Array.of(1, 2), /8 bytes/],
    ['a header longer than the file', Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 123), /200 bytes/],
    ['a header of 2⁶⁴ − 1 bytes', new Uint8Array(16).fill(255), /18446744073709551615/],
    ['not JSON', file(undefined, [], '{"a":'), /not JSON/],
    ['not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /not JSON/],
    ['JSON that is no object', file([1]), /JSON object, got \[1\]/],
    [
      'deep and well-formed JSON',
      file(undefined, [], `{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}`),
      /"a": .*an array of 1/,
    ],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), /__metadata__ .* got 1/],
    ['an unknown dtype', file({ a: entry('F8_E4M3', [1], 0, 1) }, [0]), /"a": dtype: .* got "F8_E4M3"/],
    ['a negative size', file({ a: entry('F32', [-1], 0, 4) }, [0, 0, 0, 0]), /"a": shape.* got -1/],
    ['a fraction of a size', file({ a: entry('F32', [0.5], 0, 2) }, [0, 0]), /"a": shape.* got 0.5/],
    [
      'a size that overflows',
      file({ a: entry('U8', [2 ** 40, 2 ** 40], 0, 4) }, [0, 0, 0, 0]),
      /"a": .*at most 2147483647/,
    ],
    ['too many axes', file({ a: entry('F32', Array(40).fill(1), 0, 4) }, [0, 0, 0, 0]), /"a": .*40/],
    ['offsets that go backwards', file({ a: entry('F32', [1], 4, 0) }, [0, 0, 0, 0]), /"a": .*-4 apart/],
    ['a span that is not the shape’s', file({ a: entry('F32', [2], 0, 4) }, [0, 0, 0, 0]), /"a": .*8 bytes/],
    ['a missing field', file({ a: { dtype: 'F32', shape: [1] } }), /"a": data_offsets: .* got nothing/],
    [
      'an overlap',
      file({ a: one, b: one }, [0, 0, 0, 0]),
      /"b": begins at byte 0, but entry "a" ends at byte 4/,
    ],
    ['a gap', file({ a: one, b: entry('F32', [1], 8, 12) }, Array(12).fill(0)), /"b": begins at byte 8/],
    [
      'a gap before the first',
      file({ a: entry('F32', [1], 4, 8) }, Array(8).fill(0)),
      /"a": begins at byte 4/,
    ],
    ['too few data', file({ a: one }, [0, 0]), /"a": ends at byte 4 .* end at byte 2/],
    ['bytes nobody claims', file({ a: one }, Array(6).fill(0)), /entries take 4 bytes, the data are 6/],
    ['data without entries', file({}, [0]), /entries take 0 bytes, the data are 1/],
    ['a boolean of 2', file({ a: entry('BOOL', [1], 0, 1) }, [2]), /"a": .*booleans/],
    [
      'a wide integer',
      file({ a: entry('I64', [1], 0, 8) }, [0, 0, 0, 0, 1, 0, 0, 0]),
      /"a": .*4294967296.*int32/,
    ],
  ])('%s is a Left that says so', (_, bytes, message) => {
    const { kind, message: got } = leftOf(parseSafetensors(bytes))
    expect(got).toMatch(message)
    expect(got).not.toContain('\n')
    expect(kind).toBe(got.startsWith('entry') ? 'entry' : 'header')
  })

  test('mutated bytes: a Left, or contents that encode and parse to themselves; never a throw', () => {
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('set'), at: fc.nat(400), byte: fc.nat(255) }),
      fc.record({ kind: fc.constant('cut'), at: fc.nat(400), byte: fc.nat(255) }),
      fc.record({ kind: fc.constant('insert'), at: fc.nat(400), byte: fc.nat(255) }),
      // Digits in the header are sizes and offsets: the mutations that matter most.
      fc.record({ kind: fc.constant('digit'), at: fc.nat(40), byte: fc.integer({ min: 0x30, max: 0x39 }) }),
    )
    const mutated = (bytes: Uint8Array, { kind, at, byte }: { kind: string; at: number; byte: number }) => {
      const places = [...bytes.keys()].filter((i) => i >= 8 && bytes[i]! >= 0x30 && bytes[i]! <= 0x39)
      const digit = places[at % Math.max(1, places.length)] ?? 0
      return kind === 'set'
        ? bytes.map((old, i) => (i === at % bytes.length ? byte : old))
        : kind === 'digit'
          ? bytes.map((old, i) => (i === digit ? byte : old))
          : kind === 'cut'
            ? bytes.slice(0, at % bytes.length)
            : Uint8Array.of(...bytes.slice(0, at), byte, ...bytes.slice(at))
    }
    fc.assert(
      fc.property(contents, fc.array(mutation, { minLength: 1, maxLength: 3 }), (content, mutations) => {
        const bytes = mutations.reduce<Uint8Array>(
          (sofar, change) => (sofar.length === 0 ? sofar : mutated(sofar, change)),
          encodeSafetensors(content),
        )
        const parsed = parseSafetensors(bytes)
        if (E.isRight(parsed))
          expect(fingerprint(rightOf(parseSafetensors(encodeSafetensors(parsed.right))))).toEqual(
            fingerprint(parsed.right),
          )
      }),
      { numRuns: 2000 },
    )
  })

  test('the name of the notes is refused for a tensor', () => {
    expect(() => encodeSafetensors({ tensors: { __metadata__: tensor(1) }, metadata: {} })).toThrow(
      /__metadata__/,
    )
  })
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'puregrad-safetensors-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('what is written is what is read, and nothing else stays in the folder', async () => {
    const path = join(folder, 'a.safetensors')
    const content = { tensors: { a: tensor([[1, 2]]) }, metadata: { note: 'x' } }
    rightOf(await writeSafetensors(path, content)())
    rightOf(await writeSafetensors(path, content)())
    expect(fingerprint(rightOf(await readSafetensors(path)()))).toEqual(fingerprint(content))
    expect(await readdir(folder)).toEqual(['a.safetensors'])
    expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(content))
  })

  test('errors name the file', async () => {
    const absent = join(folder, 'absent')
    const broken = join(folder, 'broken')
    await writeFile(broken, 'x')
    expect(leftOf(await readSafetensors(absent)())).toMatchObject({
      kind: 'unreadable',
      message: `${absent}: there is no such file`,
    })
    expect(leftOf(await readSafetensors(broken)()).message).toMatch(/broken: expected 8 bytes/)
    const nowhere = join(folder, 'nowhere', 'a')
    const unwritten = leftOf(await writeSafetensors(nowhere, { tensors: {}, metadata: {} })())
    expect(unwritten).toMatchObject({ kind: 'unwritable', file: nowhere })
  })
})
