import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/core/codec/sha256.ts'
import { joinIndex, joinKey } from '../../src/core/tensor/tree.ts'
import * as criteria from '../../src/criteria/index.ts'
import * as data from '../../src/data/index.ts'
import * as main from '../../src/index.ts'
import {
  decodeFreeProgram,
  decodeProgram,
  encodeFreeProgram,
  encodeProgram,
  freeBatch,
  key,
  mul,
  scan,
  stage,
  sum,
  tensor,
  type DecodingError,
  type Problem,
  type Tensor,
} from '../../src/index.ts'
import * as nn from '../../src/nn/index.ts'
import { activation, decodeNetwork, decodePenalty, dense, network } from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import { decodeOptimizer } from '../../src/optim/index.ts'
import * as search from '../../src/search/index.ts'
import * as study from '../../src/study/index.ts'
import { decodeHyperParameters, decodeRunRecord, runRecord } from '../../src/study/index.ts'
import * as testing from '../../src/testing/index.ts'
import * as training from '../../src/training/index.ts'
import {
  encodeCheckpoint,
  parseCheckpoint,
  startTraining,
  type CheckpointError,
} from '../../src/training/index.ts'

const { decodeScaler, encodeSafetensors, parseSafetensors } = data

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

const program = stage((x: Tensor, xs: Tensor) => scan((c, e) => [mul(c, e), sum(c)] as const, x, xs))(
  tensor([1, 2]),
  tensor([[1, 2]]),
).program

type Decoded = E.Either<unknown, unknown>

interface Case {
  readonly decode: (data: unknown) => Decoded
  /** What the data is to describe. */
  readonly subject: string
  /** A description it accepts, with several keys at each level. */
  readonly valid: Json
  /** Places that hold whatever the user likes, or names of the user's own. */
  readonly free?: readonly string[]
  /** Records whose names another check knows. */
  readonly named?: readonly string[]
}

const trained = startTraining({
  params: { w: tensor([1, 2]), rate: NaN },
  layers: {},
  optimizer: [true],
  key: key(0),
})
const checkpointFile = pipe(
  encodeCheckpoint(trained, { settings: { batch: 6 } }),
  E.flatMap(parseSafetensors),
)
const savedFile = E.isRight(checkpointFile) ? checkpointFile.right : { tensors: {}, metadata: {} }

/** The checkpoint with another manifest, and the digest of that one. */
const parseManifest = (manifest: unknown): Decoded => {
  // What is no JSON cannot be in a file.
  const text = pipe(
    E.tryCatch(
      () => JSON.stringify(manifest) as string | undefined,
      () => undefined,
    ),
    E.match(
      () => 'null',
      (json) => json ?? 'null',
    ),
  )
  return pipe(
    parseCheckpoint(
      encodeSafetensors({
        tensors: savedFile.tensors,
        metadata: {
          'puregrad.checkpoint': text,
          'puregrad.checkpoint.sha256': sha256(new TextEncoder().encode(text)),
        },
      }),
    ),
    // Other tensors than those of the file are damage, and well described.
    E.orElse((error) =>
      error.kind === 'corrupt' ? E.right<CheckpointError, unknown>(error) : E.left(error),
    ),
  )
}

/** Every decoder. */
const decoders: Readonly<Record<string, Case>> = {
  decodeProgram: {
    decode: decodeProgram,
    subject: 'program',
    valid: JSON.parse(JSON.stringify(encodeProgram(program))) as Json,
  },
  decodeFreeProgram: {
    decode: decodeFreeProgram,
    subject: 'program',
    valid: JSON.parse(
      JSON.stringify(encodeFreeProgram(freeBatch((x: Tensor) => sum(x))(tensor([[1]])))),
    ) as Json,
    // A size that follows the rows is a record of its own.
    free: ['inputs[0].shape[0]'],
  },
  decodeNetwork: {
    decode: decodeNetwork,
    subject: 'network',
    valid: JSON.parse(
      JSON.stringify(network(2, dense('a', 3), activation('relu'), dense('b', 1)).spec),
    ) as Json,
  },
  decodePenalty: {
    decode: decodePenalty,
    subject: 'penalty',
    valid: {
      l1: 0.1,
      l2: 0,
      groupLasso: { lambda: 1, by: 'unit' },
      tie: { lambda: 1, a: 'x', b: 'y', form: 'norm' },
    },
  },
  decodeOptimizer: {
    decode: decodeOptimizer,
    subject: 'optimizer',
    valid: { kind: 'adamW', learningRate: 0.1, b1: 0.5, weightDecay: 0.1 },
  },
  decodeTableSchema: {
    decode: data.decodeTableSchema,
    subject: 'schema',
    valid: {
      format: { encoding: 'utf-8', separator: ',', header: true, missing: ['NA'] },
      columns: [
        { name: 'age', kind: 'number', decimal: '.', thousands: '', percent: false },
        { name: 'born', kind: 'date', order: 'ymd' },
        { name: 'member', kind: 'boolean', no: 'no', yes: 'yes' },
        { name: 'kind', kind: 'category' },
      ],
    },
  },
  decodePreparation: {
    decode: data.decodePreparation,
    subject: 'preparation',
    valid: {
      columns: [
        { name: 'age', kind: 'number' },
        { name: 'sex', kind: 'category' },
      ],
      left: [{ column: 'id', reason: 'identifier' }],
      steps: [
        { kind: 'impute', fills: [{ column: 'age', value: 3, missing: 1, indicator: 'age missing' }] },
        { kind: 'scale', scales: [{ column: 'age', centre: 1, remainder: 0, scale: 2 }] },
        { kind: 'codes', codes: [{ column: 'sex', levels: ['f', 'm'], rare: [], missing: 0 }] },
      ],
      features: [
        { name: 'age', column: 'age', kind: 'number' },
        { name: 'age missing', column: 'age', kind: 'indicator' },
        { name: 'sex', column: 'sex', kind: 'code', levels: 3 },
      ],
      fallbacks: [0, 0, 0],
      target: {
        kind: 'scaled',
        logarithm: 'log',
        scales: [{ column: 'y', centre: 0, remainder: 0, scale: 1 }],
      },
      dtype: 'float32',
    },
  },
  decodePreparationPlan: {
    decode: data.decodePreparationPlan,
    subject: 'plan of a preparation',
    valid: {
      steps: [
        { kind: 'drop', columns: ['id'], reason: 'told' },
        { kind: 'impute', columns: 'numbers', by: 'constant', value: 0, indicator: true },
        { kind: 'oneHot', columns: 'categories', least: 3, unseen: 'error' },
        { kind: 'dateParts', columns: 'dates', parts: ['year'] },
      ],
      target: 'log',
      dtype: 'float64',
    },
  },
  decodeScaler: {
    decode: decodeScaler,
    subject: 'scaler',
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
    subject: 'hyper-parameters',
    valid: {
      learningRate: 0.1,
      epochs: 10,
      layers: 2,
      units: 32,
      activation: 'relu',
      batchSize: 32,
      regularization: { l1: 0, l2: 0, dropout: 0 },
    },
  },
  decodeRunRecord: {
    decode: decodeRunRecord,
    subject: 'run record',
    free: ['spec', 'metrics'],
    valid: JSON.parse(
      JSON.stringify(
        runRecord({ spec: { a: 1 }, seed: 0, data: 'd', version: '1', metrics: { loss: 1 } }, { seconds: 1 }),
      ),
    ) as Json,
  },
  'the manifest of parseCheckpoint': {
    decode: parseManifest,
    subject: 'checkpoint',
    valid: JSON.parse(savedFile.metadata['puregrad.checkpoint'] ?? 'null') as Json,
    free: [
      'optimizer',
      'settings',
      'network',
      'state.record.params',
      'state.record.best.record.params',
      'state.record.history',
    ],
    named: [
      'state.record',
      'state.record.stopping.record',
      'state.record.best.record',
      'state.record.layers.record',
      'state.record.best.record.layers.record',
    ],
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

/** A place in a piece of JSON. */
interface Place {
  readonly path: string
  readonly was: Json
  readonly put: (json: Json, value: unknown) => unknown
}

const placesIn = (json: Json, path = ''): readonly Place[] => {
  const children: readonly (readonly [string, Json, (now: Json, value: unknown) => unknown])[] =
    Array.isArray(json)
      ? (json as readonly Json[]).map((item, i) => [
          joinIndex(path, i),
          item,
          (now, value) => (now as readonly Json[]).with(i, value as Json),
        ])
      : typeof json === 'object' && json !== null
        ? Object.entries(json).map(([name, item]: readonly [string, Json]) => [
            joinKey(path, name),
            item,
            (now, value) => ({ ...(now as object), [name]: value }),
          ])
        : []
  return [
    { path, was: json, put: (_, value) => value },
    ...children.flatMap(([at, item, replace], i) =>
      placesIn(item, at).map((place) => ({
        ...place,
        put: (now: Json, value: unknown) =>
          replace(now, place.put((Object.values(now as object) as readonly Json[])[i] as Json, value)),
      })),
    ),
  ]
}

const isFree = ({ free = [] }: Case, path: string): boolean =>
  free.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))

const longestLine = 700

/** One type of error: each problem one short line that begins with its path, and a text of a few lines. */
const checkLeft = (decoded: Decoded, subject: string): readonly Problem[] => {
  if (E.isRight(decoded)) return []
  const error = decoded.left as DecodingError
  expect({ kind: error.kind, subject: error.subject }).toEqual({ kind: 'decoding', subject })
  expect(error.problems.length).toBeGreaterThan(0)
  for (const { path, message } of error.problems.slice(0, 100)) {
    expect(message.length).toBeLessThan(longestLine)
    // Nothing that a terminal must not get raw, and no type names of the codecs.
    expect(message).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u202e]|ReadonlyArray|is not acceptable|undefined/,
    )
    if (path.length < 100 && /^[ -~]*$/.test(path))
      expect(message.startsWith(`${path === '' ? `the ${subject}` : path}: `)).toBe(true)
  }
  const lines = error.problems.slice(0, 20).map(({ message }) => message)
  const more = error.problems.length - lines.length
  expect(error.message).toBe([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'))
  return error.problems
}

/** Data that fights back when it is looked at. */
const trap = (): never => {
  throw new Error('\u001b[2J do not look'.repeat(100))
}
const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const live: readonly (() => unknown)[] = [
  () => Object.defineProperty({}, 'kind', { get: trap, enumerable: true }),
  () =>
    new Proxy(
      {},
      { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap },
    ),
  revoked,
  () => {
    const cycle: Record<string, unknown> = {}
    return Object.assign(cycle, { cycle, again: [cycle] })
  },
  () => new Proxy([1], { get: trap }),
  ...[
    Object.create(null),
    Symbol('odd'),
    Object.defineProperty(new Error(), 'message', { get: trap }),
    Object.assign(new Error(), { message: Object.create(null) as string }),
    revoked(),
  ].map((thrown: unknown) => () => {
    const odd = (): never => {
      throw thrown
    }
    return new Proxy({}, { get: odd, has: odd, ownKeys: odd, getOwnPropertyDescriptor: odd })
  }),
]

/** What says which keys its neighbours may be: where it is wrong, they cannot be judged. */
const decides = (path: string): boolean => /(^|\.)(kind|operation|format)$/.test(path)

test('no decoder is left out', () => {
  const entries = { main, criteria, data, nn, optim, search, study, testing, training }
  const names = Object.values(entries).flatMap((entry) =>
    Object.keys(entry).filter((name) => /^decode[A-Z]/.test(name)),
  )
  expect(
    Object.keys(decoders)
      .filter((name) => /^decode[A-Z]/.test(name))
      .sort(),
  ).toEqual(names.sort())
})

describe.each(Object.entries(decoders))('%s', (name, given) => {
  const { decode, subject, valid } = given
  const places = placesIn(valid)
  test('accepts what it describes', () => {
    expect(decode(valid)).toMatchObject({ _tag: 'Right' })
  })
  test('gives a short Left, and never throws, wherever an odd value stands', () => {
    for (const { put, was } of places)
      for (const value of hostile) {
        checkLeft(decode(put(valid, value)), subject)
        if (typeof was === 'object' && was !== null && !Array.isArray(was))
          checkLeft(decode(put(valid, { ...was, odd: value })), subject)
      }
  })
  test.skipIf(name.startsWith('the manifest'))('never throws where data throws when it is looked at', () => {
    for (const { put } of places) for (const make of live) checkLeft(decode(put(valid, make())), subject)
  })
  test('gives a short Left, and never throws, for anything in any place', () => {
    fc.assert(
      fc.property(fc.nat({ max: places.length - 1 }), fc.anything(), (place, value) => {
        checkLeft(decode(places[place]!.put(valid, value)), subject)
      }),
      { numRuns: 200 },
    )
  })
  test('says everything that is wrong, each at its path', () => {
    const leaves = places.filter(
      ({ path, was }) => (typeof was !== 'object' || was === null) && !decides(path) && !isFree(given, path),
    )
    expect(leaves.length).toBeGreaterThan(2)
    fc.assert(
      fc.property(fc.subarray([...leaves], { minLength: 1 }), (broken) => {
        const wrong = broken.reduce<Json>((json, { put }) => put(json, { a: [] }) as Json, valid)
        const found = new Set(checkLeft(decode(wrong), subject).map(({ path }) => path))
        for (const { path } of broken) expect([...found]).toContain(path)
      }),
      { numRuns: 50 },
    )
  })
  test('refuses a misspelt key wherever there are keys, and names the nearest', () => {
    const records = places.filter(
      ({ was, path }) =>
        typeof was === 'object' &&
        was !== null &&
        !Array.isArray(was) &&
        !isFree(given, path) &&
        given.named?.includes(path) !== true,
    )
    for (const { path, was, put } of records)
      for (const known of Object.keys(was as object).filter((key) => key.length > 2)) {
        const odd = `${known}${known.at(-1)}`
        const problems = checkLeft(decode(put(valid, { ...(was as object), [odd]: 1 })), subject)
        const problem = problems.find((one) => one.path === joinKey(path, odd))
        expect(problem?.message).toContain(`did you mean ${known}?`)
      }
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
  for (const { put } of placesIn(header))
    for (const text of texts) {
      const parsed = parseSafetensors(
        withHeader(JSON.stringify(put(header, '@place')).replace('"@place"', () => text)),
      )
      if (E.isRight(parsed)) continue
      expect(parsed.left.message.length).toBeLessThan(longestLine)
      expect(parsed.left.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
    }
})
