import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeProgram, encodeProgram, mul, scan, stage, sum, tensor, type Tensor } from '../../src/index.ts'
import { decodeScaler, encodeSafetensors, parseSafetensors } from '../../src/data/index.ts'
import { activation, decodeNetwork, decodePenalty, dense, network } from '../../src/nn/index.ts'
import { decodeOptimizer } from '../../src/optim/index.ts'
import { decodeHyperParameters, decodeRunRecord, runRecord } from '../../src/study/index.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

const program = stage((x: Tensor, xs: Tensor) => scan((c, e) => [mul(c, e), sum(c)] as const, x, xs))(
  tensor([1, 2]),
  tensor([[1, 2]]),
).program

/** Each decoder with a description it accepts. */
const decoders: Readonly<
  Record<string, { decode: (u: unknown) => E.Either<{ message: string }, unknown>; valid: Json }>
> = {
  decodeProgram: { decode: decodeProgram, valid: JSON.parse(JSON.stringify(encodeProgram(program))) as Json },
  decodeNetwork: {
    decode: decodeNetwork,
    valid: JSON.parse(
      JSON.stringify(network(2, dense('a', 3), activation('relu'), dense('b', 1)).spec),
    ) as Json,
  },
  decodePenalty: {
    decode: decodePenalty,
    valid: {
      l1: 0.1,
      l2: 0,
      groupLasso: { lambda: 1, by: 'unit' },
      tie: { lambda: 1, a: 'x', b: 'y', form: 'norm' },
    },
  },
  decodeOptimizer: {
    decode: decodeOptimizer,
    valid: { kind: 'adamW', learningRate: 0.1, b1: 0.5, weightDecay: 0.1 },
  },
  decodeScaler: {
    decode: decodeScaler,
    valid: {
      kind: 'standard',
      features: ['a'],
      centre: [0],
      remainder: [0],
      scale: [1],
      constantFeatures: [],
    },
  },
  decodeHyperParameters: {
    decode: decodeHyperParameters,
    valid: {
      learningRate: 0.1,
      epochs: 10,
      layers: 2,
      units: 32,
      activation: 'relu',
      batchSize: 32,
      regularisation: { l1: 0, l2: 0, dropout: 0 },
    },
  },
  decodeRunRecord: {
    decode: decodeRunRecord,
    valid: JSON.parse(
      JSON.stringify(
        runRecord({ spec: { a: 1 }, seed: 0, data: 'd', version: '1', metrics: { loss: 1 } }, { seconds: 1 }),
      ),
    ) as Json,
  },
}

const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => wrap(inner), 1)

const hostile: readonly unknown[] = [
  { toString: 1, valueOf: 2, toJSON: 3 },
  { __proto__: null, a: 1 },
  JSON.parse('{"__proto__":{"a":1}}'),
  JSON.parse('1e999'),
  -0,
  NaN,
  'x'.repeat(1e6),
  '\u001b[2J\u0000\u202e',
  nested(8000, (inner) => [inner]),
  nested(100_000, (inner) => ({ inner })),
  Array.from({ length: 3_000 }, () => ({ odd: 1 })),
  Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`name${i}`, i])),
]

/** The places of a piece of JSON: how to put another value there. */
const placesIn = (json: Json): readonly ((value: unknown) => unknown)[] => [
  (value) => value,
  ...(Array.isArray(json)
    ? (json as readonly Json[]).flatMap((item, i) =>
        placesIn(item).map(
          (put) => (value: unknown) =>
            (json as readonly Json[]).map((other, j) => (i === j ? put(value) : other)),
        ),
      )
    : typeof json === 'object' && json !== null
      ? Object.entries(json).flatMap(([name, item]: readonly [string, Json]) =>
          placesIn(item).map((put) => (value: unknown) => ({ ...json, [name]: put(value) })),
        )
      : []),
]

const isFit = (decoded: E.Either<{ message: string }, unknown>): void => {
  if (E.isRight(decoded)) return
  expect(decoded.left.message.length).toBeLessThan(5000)
  // A line break separates problems; nothing else is a control character.
  expect(decoded.left.message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
}

describe.each(Object.entries(decoders))('%s', (_, { decode, valid }) => {
  test('accepts what it describes', () => {
    expect(decode(valid)).toMatchObject({ _tag: 'Right' })
  })
  test('gives a short Left, and never throws, wherever an odd value stands', () => {
    for (const put of placesIn(valid))
      for (const value of hostile) {
        isFit(decode(put(value)))
        if (typeof put({}) === 'object') isFit(decode({ ...(put({}) as object), odd: value }))
      }
  })
  test('gives a short Left, and never throws, for anything in any place', () => {
    const places = placesIn(valid)
    fc.assert(
      fc.property(fc.nat({ max: places.length - 1 }), fc.anything(), (place, value) => {
        isFit(decode(places[place]!(value)))
      }),
      { numRuns: 200 },
    )
  })
})

test('a safetensors header of any JSON is a Left or its tensors', () => {
  const bytes = encodeSafetensors({ tensors: { a: tensor([1, 2]) }, metadata: { note: 'x' } })
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Json
  const withHeader = (text: string): Uint8Array => {
    const encoded = new TextEncoder().encode(text)
    const whole = new Uint8Array(8 + encoded.length + bytes.length - 8 - headerLength)
    new DataView(whole.buffer).setBigUint64(0, BigInt(encoded.length), true)
    whole.set(encoded, 8)
    whole.set(bytes.subarray(8 + headerLength), 8 + encoded.length)
    return whole
  }
  const texts = hostile.flatMap((value) => {
    try {
      return [JSON.stringify(value)]
    } catch {
      return ['['.repeat(60_000) + ']'.repeat(60_000)]
    }
  })
  for (const put of placesIn(header))
    for (const text of texts)
      isFit(parseSafetensors(withHeader(JSON.stringify(put('@place')).replace('"@place"', () => text))))
})
