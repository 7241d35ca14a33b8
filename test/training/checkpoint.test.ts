import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backend, key, tensor, toArray } from '../../src/index.ts'
import { encodeSafetensors, parseSafetensors } from '../../src/data/index.ts'
import { activation, decodeNetwork, dense, evalMode, network } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { trees } from '../../src/testing/index.ts'
import {
  parseCheckpoint,
  encodeCheckpoint,
  fit,
  readCheckpoint,
  outcomeOf,
  restoreTraining,
  writeCheckpoint,
  startTraining,
  withCheckpoints,
  type CheckpointEvent,
  type TrainingEvent,
  type TrainingState,
} from '../../src/training/index.ts'
import { sha256 } from '../../src/core/codec/sha256.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { fingerprint, model, plan, start, type State } from './small-run.ts'

/** A manifest as parsed. */
type Manifest = Readonly<Record<string, unknown>> & { readonly state: { readonly record: object } }

const setup = { network: model.spec, optimizer: { kind: 'adam', learningRate: 0.02 }, settings: { batch: 6 } }

const encoded = (state: TrainingState<unknown, unknown, unknown>) => rightOf(encodeCheckpoint(state, setup))

/** The state as it comes back from a checkpoint. */
const throughBytes = (state: State): State =>
  rightOf(restoreTraining(rightOf(parseCheckpoint(encoded(state))), start, setup))

const all = Array.from(fit(plan, { batches: true })(start))
const states = all.flatMap((event) => (event.kind === 'done' ? [] : [event.state]))
const whole = outcomeOf(fit(plan)(start))

describe('a checkpoint', () => {
  test('resumed from one after any batch or epoch = uninterrupted, bit for bit', () => {
    const expected = encoded(whole.last)
    fc.assert(
      fc.property(fc.constantFrom(start, ...states), (cut) => {
        const outcome = outcomeOf(fit(plan)(throughBytes(cut)))
        expect(fingerprint(outcome)).toEqual(fingerprint(whole))
        expect(encoded(outcome.last)).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  test('the run it is about has everything that could be lost', () => {
    const { last, best } = whole
    expect(Object.keys(last.layers)).toEqual(['hidden', 'norm', 'drop', 'output'])
    expect(fingerprint(last.layers)).not.toEqual(fingerprint(start.layers))
    expect(fingerprint(best.params)).not.toEqual(fingerprint(last.params))
    expect(last.history).toHaveLength(3)
  })

  test('holds any state of trees, bit for bit, and the same state gives the same bytes', () => {
    const special = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.1, 1e300, 'text', true, null, undefined)
    const leaf = fc.oneof(trees({ dtype: 'float32' }), trees({ dtype: 'bool' }), special)
    const tree = fc.dictionary(fc.constantFrom('a', 'b c', '0', '__proto__'), leaf, { noNullPrototype: true })
    fc.assert(
      fc.property(tree, tree, fc.array(leaf), (params, layers, history) => {
        const state = { ...startTraining({ params, layers, optimizer: [params], key: key(7) }), history }
        const read = rightOf(parseCheckpoint(encoded(state)))
        expect(fingerprint(read.state)).toEqual(fingerprint(state))
        expect(read.setup).toEqual(setup)
        expect(read.backend).toBe(backend())
        expect(encoded(read.state)).toEqual(encoded(state))
      }),
      { numRuns: 20 },
    )
  })

  test('restores the whole network from its description', () => {
    const { setup: saved, state } = rightOf(parseCheckpoint(encoded(whole.last)))
    const restored = rightOf(decodeNetwork(saved.network))
    const x = tensor([[1, 2, 3, 4]])
    const [output] = restored.apply(evalMode, state.params as never, state.layers as never, x)
    expect(toArray(output)).toEqual(
      toArray(model.apply(evalMode, whole.last.params, whole.last.layers, x)[0]),
    )
  })

  test.each([
    [() => 1, 'a function'],
    [1n, 'a bigint'],
    [new Map(), 'a value of class Map'],
    [Object.create({ count: 0 }), 'an instance of a class'],
  ])('a state with %o in it is a Left that names the place', (odd: unknown, what) => {
    const state = startTraining({ params: { f: [odd] }, layers: {}, optimizer: [], key: key(0) })
    expect(leftOf(encodeCheckpoint(state))).toEqual({
      kind: 'unencodable',
      entry: 'params.f[0]',
      message: `params.f[0]: ${what} cannot be saved`,
    })
  })
})

describe('a corrupted checkpoint', () => {
  test('any changed bytes: a Left, or the same state; never a throw', () => {
    const bytes = encoded(whole.last)
    const original = fingerprint(whole.last)
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(bytes.length)),
        (changes, cut) => {
          const changed = bytes
            .map((byte, i) => changes.find(({ at }) => at === i)?.byte ?? byte)
            .slice(0, cut ?? undefined)
          const read = parseCheckpoint(changed)
          if (E.isRight(read)) expect(fingerprint(read.right.state)).toEqual(original)
          else expect(['corrupt', 'decoding']).toContain(read.left.kind)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a changed element of any tensor is named', () => {
    const content = rightOf(parseSafetensors(encoded(whole.last)))
    const names = Object.keys(content.tensors)
    expect(names).toContain('best.params.output.weight')
    const found = names.map((name) => {
      const { shape, dtype, size } = content.tensors[name]!
      const other = tensor(new Float64Array(size).fill(7), { shape, dtype })
      const bytes = encodeSafetensors({ ...content, tensors: { ...content.tensors, [name]: other } })
      return leftOf(parseCheckpoint(bytes))
    })
    expect(found.map((error) => ('entry' in error ? [error.kind, error.entry] : []))).toEqual(
      names.map((name) => ['corrupt', name]),
    )
  })

  test('a tensor that is missing, of another shape, or unknown is named', () => {
    const content = rightOf(parseSafetensors(encoded(whole.last)))
    const { ['params.output.bias']: bias, ...rest } = content.tensors
    const withTensors = (tensors: typeof content.tensors) =>
      leftOf(parseCheckpoint(encodeSafetensors({ ...content, tensors })))
    expect(withTensors(rest)).toMatchObject({ kind: 'corrupt', entry: 'params.output.bias' })
    expect(withTensors({ ...rest, 'params.output.bias': tensor([1]) })).toMatchObject({
      kind: 'corrupt',
      message: 'params.output.bias: expected float32 [3], got float32 [1]',
    })
    expect(withTensors({ ...content.tensors, stray: bias! })).toMatchObject({
      kind: 'corrupt',
      entry: 'stray',
    })
  })
})

describe('a foreign file', () => {
  /** A checkpoint with another manifest, and the digest of that one. */
  const withManifest = (change: (manifest: Manifest) => unknown) => {
    const { tensors, metadata } = rightOf(parseSafetensors(encoded(whole.last)))
    const text = JSON.stringify(change(JSON.parse(metadata['puregrad.checkpoint']!) as Manifest))
    const digest = sha256(new TextEncoder().encode(text))
    return leftOf(
      parseCheckpoint(
        encodeSafetensors({
          tensors,
          metadata: { 'puregrad.checkpoint': text, 'puregrad.checkpoint.sha256': digest },
        }),
      ),
    )
  }
  const deep = (levels: number): unknown => (levels === 0 ? { value: 1 } : { array: [deep(levels - 1)] })
  const withState = (record: object) => (manifest: Manifest) => ({
    ...manifest,
    state: { record: { ...manifest.state.record, ...record } },
  })

  test.each<[string, (manifest: Manifest) => unknown, string | RegExp, RegExp]>([
    ['another format', (manifest) => ({ ...manifest, format: 2 }), 'format', /format 1/],
    ['a manifest that is no record', () => [], '', /expected a manifest/],
    ['a field too many', (manifest) => ({ ...manifest, extra: 1 }), 'extra', /no such key/],
    [
      'a state that is no tree',
      (manifest) => ({ ...manifest, state: 3 }),
      'state',
      /expected a record of one of tensor/,
    ],
    [
      'a digest that is none',
      withState({ key: { tensor: { dtype: 'uint32', shape: [2], sha256: 'x' } } }),
      'state.record.key.tensor.sha256',
      /SHA-256/,
    ],
    ['a step that is no count', withState({ step: { value: -1 } }), 'step', /whole number/],
    [
      'a description that is no network',
      (manifest) => ({ ...manifest, network: { input: 0, layers: [] } }),
      'network.input',
      /whole number of 1 or more/,
    ],
    ['a nested state', withState({ params: deep(1000) }), /^state\.record\.params(\.array\[0\])+$/, /deeply/],
  ])('%s', (_, change, entry, message) => {
    const error = withManifest(change)
    expect(error.kind === 'decoding' && error.problems.map(({ path }) => path)).toEqual([
      typeof entry === 'string' ? entry : expect.stringMatching(entry),
    ])
    expect(error.message).toMatch(message)
  })

  test('a key that is none', () => {
    const error = leftOf(parseCheckpoint(encoded({ ...whole.last, key: tensor([1, 2]) as never })))
    expect(error).toMatchObject({ kind: 'decoding', problems: [{ path: 'key' }] })
  })

  test('tensors without a manifest', () => {
    const bytes = encodeSafetensors({ tensors: { w: tensor([1]) }, metadata: {} })
    expect(leftOf(parseCheckpoint(bytes))).toMatchObject({ kind: 'decoding', problems: [{ path: '' }] })
  })

  test('bytes of something else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(leftOf(parseCheckpoint(bytes))).toMatchObject({
          kind: expect.stringMatching(/corrupt|decoding/),
        })
      }),
    )
  })
})

describe('a checkpoint of another training', () => {
  const checkpoint = { setup: JSON.parse(JSON.stringify(setup)), backend: 'native', state: whole.last }
  const other = network(4, dense('hidden', 6), activation('relu'), dense('output', 3))
  const begin = other.init(key(0))
  const otherStart = startTraining({
    params: begin.params,
    layers: begin.state,
    optimizer: adam<typeof begin.params>({ learningRate: 1 }).init(begin.params),
    key: key(0),
  })

  test('another width, another layer, another optimizer, another dtype: the path is named', () => {
    const errorOf = (from: TrainingState<unknown, unknown, unknown>) =>
      leftOf(restoreTraining(checkpoint, from))
    expect(errorOf(otherStart)).toMatchObject({ kind: 'mismatch', entry: 'params.norm' })
    expect(
      errorOf({ ...otherStart, params: { ...start.params, hidden: begin.params.hidden } }),
    ).toMatchObject({
      entry: 'params.hidden.weight',
      message: 'params.hidden.weight: the checkpoint has float32 [4, 5], this training float32 [4, 6]',
    })
    expect(errorOf({ ...start, optimizer: otherStart.optimizer })).toMatchObject({ entry: 'optimizer' })
    const double = model.init(key(0), { dtype: 'float64' })
    expect(errorOf({ ...start, params: double.params }).message).toMatch(/float32 .*float64/)
  })

  test('what is given of the setup has to be what was saved', () => {
    const errorOf = (given: typeof setup | object) => leftOf(restoreTraining(checkpoint, start, given))
    const layers = model.spec.layers.map((layer) =>
      layer.kind === 'activation' ? { ...layer, function: 'tanh' } : layer,
    )
    expect(errorOf({ network: { ...model.spec, layers } })).toMatchObject({
      kind: 'mismatch',
      message: 'network.layers[2].function: the checkpoint has "relu", this training "tanh"',
    })
    expect(errorOf({ settings: { batch: 7 } })).toMatchObject({ entry: 'settings.batch' })
    expect(errorOf({ settings: { batch: 6, more: 1 } })).toMatchObject({ entry: 'settings.more' })
    expect(E.isRight(restoreTraining(checkpoint, start, setup))).toBe(true)
    expect(E.isRight(restoreTraining(checkpoint, start))).toBe(true)
  })
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'puregrad-checkpoint-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const consumed = async <A>(events: AsyncIterable<A>, until: (event: A) => boolean = () => false) => {
    const seen: A[] = []
    for await (const event of events) {
      seen.push(event)
      if (until(event)) break
    }
    return seen
  }

  test('what is saved is what is loaded', async () => {
    const file = join(folder, 'one')
    rightOf(await writeCheckpoint(file, whole.last, setup)())
    expect(fingerprint(rightOf(await readCheckpoint(file)()).state)).toEqual(fingerprint(whole.last))
    expect(await readdir(folder)).toEqual(['one'])
  })

  test('errors name the file', async () => {
    expect(leftOf(await readCheckpoint(join(folder, 'absent'))())).toMatchObject({ kind: 'io' })
    expect(leftOf(await writeCheckpoint(join(folder, 'no', 'where'), start)())).toMatchObject({ kind: 'io' })
    const broken = join(folder, 'broken')
    await writeFile(broken, 'nothing')
    const error = leftOf(await readCheckpoint(broken)())
    expect(error.kind).toBe('corrupt')
    expect(error.message.startsWith(`${broken}: header: `)).toBe(true)
  })

  type Event = TrainingEvent<unknown, unknown, unknown, unknown> | CheckpointEvent
  const stepOf = (event: Event | undefined): number | undefined =>
    event === undefined || event.kind === 'not-saved' || event.kind === 'saved'
      ? undefined
      : event.kind === 'done'
        ? event.last.step
        : event.state.step

  test.each([
    ['every epoch unless told otherwise', undefined, [4, 8, 12]],
    ['every 2 epochs and at the end', { epochs: 2 }, [8, 12]],
    ['every 5 batches and at the end', { batches: 5 }, [5, 10, 12]],
    ['every 0 seconds', { seconds: 0 }, [1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 12]],
    ['only at the end', {}, [12]],
  ])('saves %s, right before the event whose state it is', async (_, every, expected) => {
    const file = join(folder, 'every')
    const saving = withCheckpoints({ file, ...(every === undefined ? {} : { every }) })
    const seen: readonly Event[] = await consumed(saving(fit(plan, { batches: true })(start)))
    expect(seen.flatMap((event) => (event.kind === 'saved' ? [event.step] : []))).toEqual(expected)
    seen.forEach((event, i) => {
      if (event.kind === 'saved') expect(stepOf(seen[i + 1])).toBe(event.step)
    })
    expect(fingerprint(seen.filter(({ kind }) => !/saved/.test(kind)))).toEqual(fingerprint(all))
    expect(fingerprint(rightOf(await readCheckpoint(file)()).state)).toEqual(fingerprint(whole.last))
  })

  test('left at any moment, the file resumes to the same end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 5 }),
        async (events, batches) => {
          const file = join(folder, `left-${events}-${batches}`)
          const saving = withCheckpoints({ file, every: { batches }, setup })
          let left = events
          await consumed(saving(fit(plan, { batches: true })(start)), () => --left === 0)
          const loaded = await readCheckpoint(file)()
          const from = E.isRight(loaded) ? rightOf(restoreTraining(loaded.right, start, setup)) : start
          expect(fingerprint(outcomeOf(fit(plan)(from)))).toEqual(fingerprint(whole))
        },
      ),
      { numRuns: 8 },
    )
  })
})
