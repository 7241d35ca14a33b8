import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { key, normal, slice, tensor, toTypedArray, type Key, type Tensor } from '../../src/index.ts'
import {
  allForDev,
  allForTraining,
  inParts,
  labelTable,
  parseTable,
  prepare,
  preparedParts,
  tableRowsAt,
  type LabelledTable,
  type Table,
  minibatches,
  regressionDataset,
  RoleError,
  scanRows,
  streamBatches,
  streamCsv,
  streamMinibatches,
  withWeights,
  type Dataset,
  type Minibatch,
} from '../../src/data/index.ts'
import { dense, meanSquaredError, network, type LossOptions } from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import {
  encodeCheckpoint,
  evaluate,
  evaluateRegression,
  evaluateRegressionStream,
  evaluateStream,
  fit,
  fitStream,
  outcomeOf,
  parseCheckpoint,
  restoreTraining,
  startTraining,
  supervisedStep,
  withCheckpoints,
  type StreamTrainingEvent,
  type TrainingState,
} from '../../src/training/index.ts'
import { ascending, numbers, rightOf } from '../data/rows.ts'
import { data as classified, model as classifier, start as begin } from './small-run.ts'

const n = 23
const f64 = { dtype: 'float64' } as const
const x = normal(key(1), [n, 3], f64)
/** Two targets to each row, one of them on its way to the other side of 0. */
const y = tensor(
  Float64Array.from({ length: 2 * n }, (_, i) => {
    const row = Math.floor(i / 2)
    const cell = (column: number): number => toTypedArray(x)[3 * row + column]!
    return i % 2 === 0 ? cell(0) - cell(1) : 2 * cell(2) + 1
  }),
  { shape: [n, 2] },
)
const whole = withWeights(
  regressionDataset({ x, y, targetNames: ['a', 'b'] }),
  tensor(Float64Array.from({ length: n }, (_, i) => 1 + (i % 3))),
)
const train = allForTraining(whole)
const model = network(3, dense('out', 2))
const { params, state: layers } = model.init(key(2), f64)
type Params = typeof params
type Layers = typeof layers
type Metrics = { readonly rSquared: number }
const optimizer = adam<Params>({ learningRate: 0.05 })
const loss = (out: Tensor, t: Tensor, options: Pick<LossOptions, 'weights'>): Tensor =>
  meanSquaredError(out, t, options)
const step = supervisedStep({ model, loss, optimizer })
const settings = {
  step,
  monitor: ({ rSquared }: Metrics) => rSquared,
  stopping: { mode: 'max', patience: 2, minDelta: 0 },
  epochs: 4,
} as const
const start = startTraining({ params, layers, optimizer: optimizer.init(params), key: key(3) })
type State = TrainingState<Params, Layers, ReturnType<typeof optimizer.init>, Metrics>
type Event = StreamTrainingEvent<Params, Layers, ReturnType<typeof optimizer.init>, Metrics, string>

const bytes = (state: State): Uint8Array => rightOf(encodeCheckpoint(state))
const score = (p: Params, s: Layers): TE.TaskEither<string, Metrics> =>
  evaluateRegressionStream(model, p, s, inParts(whole, 7))
const streamed = (order: Key): AsyncIterable<E.Either<string, Minibatch>> =>
  streamMinibatches(inParts(train, 6), { size: 4, prefetch: 9, shuffle: order })
const plan = { ...settings, batches: streamed, score }

const all = async (events: AsyncIterable<Event>): Promise<readonly Event[]> => {
  const seen: Event[] = []
  for await (const event of events) seen.push(event)
  return seen
}
const endOf = (events: readonly Event[]): Extract<Event, { readonly kind: 'done' }> => {
  const last = events.at(-1)
  if (last?.kind !== 'done') throw new Error('no outcome')
  return last
}
const stateOf = (event: Event): State => (event.kind === 'done' ? event.last : event.state)

describe('fitStream', () => {
  test('with the same batches is fit, bit for bit', async () => {
    const batches = (order: Key): readonly Minibatch[] => minibatches(train, 4, order)
    const measured = (p: Params, s: Layers): Metrics => evaluateRegression(model, p, s, whole)
    const plain = outcomeOf(fit({ ...settings, batches, batchesPerEpoch: 6, score: measured })(start))
    async function* waited(order: Key): AsyncGenerator<E.Either<string, Minibatch>, void> {
      for (const batch of batches(order)) yield await Promise.resolve(E.right(batch))
    }
    const end = endOf(
      await all(
        fitStream({
          ...settings,
          batches: (order: Key) => ({ [Symbol.asyncIterator]: () => waited(order) }),
          score: (p: Params, s: Layers) => TE.right<string, Metrics>(measured(p, s)),
        })(start),
      ),
    )
    expect(end.why).toBe(plain.why)
    expect(bytes(end.last)).toEqual(bytes(plain.last))
  })

  test('stopped anywhere, in the middle of an epoch too, and resumed from the bytes of a checkpoint = uninterrupted', async () => {
    const events = await all(fitStream(plan, { batches: true })(start))
    const end = bytes(endOf(events).last)
    expect(events.length).toBe(4 * (6 + 1) + 1)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: events.length - 1 }), async (at) => {
        const saved = rightOf(parseCheckpoint(bytes(stateOf(events[at]!))))
        const resumed: State = rightOf(
          restoreTraining<Params, Layers, State['optimizer'], Metrics>(saved, start),
        )
        expect(bytes(endOf(await all(fitStream(plan)(resumed))).last)).toEqual(end)
      }),
      { numRuns: 12 },
    )
  })

  test('a stream that breaks ends it as a value, with all that was reached, to be resumed', async () => {
    const end = bytes(endOf(await all(fitStream(plan)(start))).last)
    for (const good of [0, 3, 6]) {
      async function* broken(order: Key): AsyncGenerator<E.Either<string, Minibatch>, void> {
        let left = good
        for await (const batch of streamed(order)) yield left-- > 0 ? batch : E.left('the disk is gone')
      }
      const done = endOf(
        await all(
          fitStream({ ...plan, batches: (order: Key) => ({ [Symbol.asyncIterator]: () => broken(order) }) })(
            start,
          ),
        ),
      )
      if (good < 6)
        expect(done).toMatchObject({ why: 'stream', error: 'the disk is gone', last: { step: good } })
      expect(bytes(endOf(await all(fitStream(plan)(done.last))).last)).toEqual(end)
    }
    const unmeasured = endOf(await all(fitStream({ ...plan, score: () => TE.left('no dev') })(start)))
    expect(unmeasured).toMatchObject({
      why: 'stream',
      error: 'no dev',
      last: { step: 6, cursor: 6, epoch: 0 },
    })
    expect(bytes(endOf(await all(fitStream(plan)(unmeasured.last))).last)).toEqual(end)
  })

  test('aborted before a batch, and while a stream is waited for', async () => {
    const abort = new AbortController()
    const seen: Event[] = []
    for await (const event of fitStream(plan, { signal: abort.signal, batches: true })(start)) {
      seen.push(event)
      if (seen.length === 3) abort.abort()
    }
    expect(endOf(seen)).toMatchObject({ why: 'aborted', last: { step: 3 } })
    const called = new AbortController()
    async function* off(): AsyncGenerator<E.Either<string, Minibatch>, void> {
      called.abort()
      yield await Promise.resolve(E.left('called off'))
    }
    const ended = await all(
      fitStream(
        { ...plan, batches: () => ({ [Symbol.asyncIterator]: off }) },
        { signal: called.signal },
      )(start),
    )
    expect(endOf(ended).why).toBe('aborted')
  })

  test('has checkpoints, and stops early by any metric in its direction', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fit-stream-'))
    const kinds: string[] = []
    const events = fitStream({ ...plan, epochs: 50, monitor: () => 0 })(start)
    for await (const event of withCheckpoints({ file: join(folder, 'state') })(events)) kinds.push(event.kind)
    await rm(folder, { recursive: true })
    expect(kinds).toEqual(['saved', 'epoch', 'saved', 'epoch', 'saved', 'epoch', 'done'])
  })

  test('learns, several targets too', async () => {
    const long = endOf(await all(fitStream({ ...plan, epochs: 120 })(start)))
    expect(long.best.value).toBeGreaterThan(0.99)
  })
})

describe('streamMinibatches', () => {
  const rowsOf = async (parts: number, size: number, prefetch: number, seed: number | undefined) => {
    const options = { size, prefetch, ...(seed === undefined ? {} : { shuffle: key(seed) }) }
    const found: Minibatch[] = []
    for await (const batch of streamMinibatches(inParts(train, parts), options)) found.push(rightOf(batch))
    return found
  }
  const first = numbers(x).filter((_, i) => i % 3 === 0)
  const places = ({ x: cells }: Minibatch): readonly number[] =>
    numbers(cells).flatMap((cell, i) => (i % 3 === 0 ? [first.indexOf(cell)] : []))

  test('are a partition of the rows, each with its targets and weight, whatever the parts', async () => {
    const size = fc.integer({ min: 1, max: 30 })
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        size,
        fc.option(fc.nat(99), { nil: undefined }),
        async (parts, rows, ahead, seed) => {
          const batches = await rowsOf(parts, rows, ahead, seed)
          expect(ascending(batches.flatMap(places))).toEqual(Array.from({ length: n }, (_, i) => i))
          batches.forEach((batch, i) => {
            const at = places(batch)
            expect(at.length).toBe(Math.min(rows, n - i * rows))
            expect(numbers(batch.weights!)).toEqual(at.map((row) => 1 + (row % 3)))
            expect(numbers(batch.y)).toEqual(at.flatMap((row) => numbers(y).slice(2 * row, 2 * row + 2)))
          })
          const again = await rowsOf(parts === 1 ? 2 : 1, rows, ahead, seed)
          expect(again.map(places)).toEqual(batches.map(places))
          if (seed === undefined) expect(batches.flatMap(places)).toEqual(ascending(batches.flatMap(places)))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('as many rows are held whatever the length of the stream', async () => {
    const mostHeld = async (parts: number): Promise<number> => {
      const rows = slice(x, [0, 0], [5, 3])
      const part = allForTraining(regressionDataset({ x: rows, y: normal(key(1), [5], f64) }))
      let [given, taken, most] = [0, 0, 0]
      async function* source(): AsyncGenerator<E.Either<never, Dataset<'train'>>, void> {
        for (let i = 0; i < parts; i++) {
          given += part.n
          most = Math.max(most, given - taken)
          yield await Promise.resolve(E.right(part))
        }
      }
      const stream = { [Symbol.asyncIterator]: source }
      for await (const batch of streamMinibatches(stream, { size: 4, prefetch: 12, shuffle: key(0) }))
        taken += rightOf(batch).x.shape[0]!
      expect(taken).toBe(5 * parts)
      return most
    }
    const few = await mostHeld(20)
    expect(few).toBeLessThanOrEqual(4 + 4 + 12 + 5)
    expect(await mostHeld(400)).toBe(few)
  })

  test('ask for the training role, and for parts that go together', async () => {
    const drawn = async (parts: AsyncIterable<E.Either<never, Dataset<'train'>>>): Promise<void> => {
      for await (const batch of streamMinibatches(parts, { size: 30 })) rightOf(batch)
    }
    // @ts-expect-error dev is to choose by
    await expect(drawn(inParts(allForDev(whole), 5))).rejects.toThrow(RoleError)
    async function* mixed(): AsyncGenerator<E.Either<never, Dataset<'train'>>, void> {
      yield await Promise.resolve(E.right(train))
      yield E.right(withWeights(train, undefined))
    }
    await expect(drawn({ [Symbol.asyncIterator]: mixed })).rejects.toThrow('the same weights in every part')
  })
})

describe('evaluation by a stream', () => {
  test('is that of all rows at once', async () => {
    const whenWhole = evaluateRegression(model, params, layers, whole)
    const inTurn = rightOf(await evaluateRegressionStream(model, params, layers, inParts(whole, 5))())
    expect(inTurn.meanSquaredError).toBe(whenWhole.meanSquaredError)
    expect(inTurn.rSquared).toBeCloseTo(whenWhole.rSquared, 12)
    expect(inTurn.meanAbsoluteError).toBeCloseTo(whenWhole.meanAbsoluteError, 12)
    expect(inTurn.effectiveRows).toBe(whenWhole.effectiveRows)
    inTurn.meanSquaredErrorInterval.forEach((bound, i) =>
      expect(bound).toBeCloseTo(whenWhole.meanSquaredErrorInterval[i]!, 12),
    )
    for (const rows of [
      classified,
      withWeights(classified, tensor(new Float32Array(classified.n).fill(2))),
    ]) {
      const plain = evaluate(classifier, begin.params, begin.layers, rows)
      const turns = rightOf(await evaluateStream(classifier, begin.params, begin.layers, inParts(rows, 3))())
      expect([turns.n, turns.correct, turns.accuracy, turns.loss]).toEqual([
        plain.n,
        plain.correct,
        plain.accuracy,
        plain.loss,
      ])
      turns.lossInterval.forEach((bound, i) => expect(bound).toBeCloseTo(plain.lossInterval[i]!, 12))
      expect(turns.accuracyInterval).toEqual(plain.accuracyInterval)
    }
  })
})

describe('a file of a regression', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regression-stream-'))
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${2 * (i % 7) - (i % 5) + 0.5}`)
    await writeFile(join(folder, 'good.csv'), ['a,b,target', ...rows].join('\n'))
    await writeFile(join(folder, 'bad.csv'), ['a,b,target', ...rows.slice(0, 30), '1,2,none'].join('\n'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })
  const rows = (name: string) => streamCsv(join(folder, name), { label: 'target', task: 'regression' })

  test('is scanned and batched with numbers as targets', async () => {
    const scanned = rightOf(await scanRows(rows('good.csv'))())
    expect([scanned.n, scanned.classNames, scanned.featureNames]).toEqual([60, [], ['a', 'b']])
    const found: number[] = []
    for await (const batch of streamBatches(rows('good.csv'), { size: 16 }))
      found.push(...numbers(rightOf(batch).y))
    expect(found.length).toBe(60)
    expect(found.slice(0, 3)).toEqual([0.5, 1.5, 2.5])
  })

  test('a cell that is no number ends the stream with its line, and training with it', async () => {
    const net = network(2, dense('out', 1))
    const made = net.init(key(0))
    const sgdLike = adam<typeof made.params>({ learningRate: 0.1 })
    const ended = fitStream({
      step: supervisedStep({
        model: net,
        loss: (out, t) => meanSquaredError(out, tensor(toTypedArray(t), { shape: out.shape })),
        optimizer: sgdLike,
        compile: false,
      }),
      batches: () => streamBatches(rows('bad.csv'), { size: 8 }),
      score: () => TE.right({ mse: 1 }),
      monitor: ({ mse }: { readonly mse: number }) => mse,
      stopping: { mode: 'min', patience: 1, minDelta: 0 },
      epochs: 1,
    })(
      startTraining({
        params: made.params,
        layers: made.state,
        optimizer: sgdLike.init(made.params),
        key: key(1),
      }),
    )
    for await (const event of ended)
      if (event.kind === 'done') {
        expect(event.why).toBe('stream')
        if (event.why === 'stream')
          expect(event.error.message).toMatch(
            /bad\.csv, line 32, column target: expected a number, got 'none'/,
          )
        expect(event.last.step).toBe(3)
      }
  })

  test('class names belong to classes only', async () => {
    const first = async (
      options: Parameters<typeof streamBatches>[1],
      task?: 'regression',
    ): Promise<void> => {
      const source = streamCsv(join(folder, 'good.csv'), {
        label: 'target',
        ...(task === undefined ? {} : { task }),
      })
      for await (const batch of streamBatches(source, options)) rightOf(batch)
    }
    await expect(first({ size: 4 })).rejects.toThrow('expected classNames')
    await expect(first({ size: 4, classNames: ['a'] }, 'regression')).rejects.toThrow(
      'expected no classNames',
    )
  })
})

describe('preparedParts', () => {
  const read = (text: string) => rightOf(parseTable(text))
  const { table } = read('age,town,kind\n3,a,cat\n5,b,dog\n,a,cat\n6,b,\n7,a,dog\n2,b,cat\n')
  const known: LabelledTable<'raw'> = rightOf(labelTable(table, { target: 'kind' }))
  const preparation = rightOf(prepare()(allForTraining(known)))
  const options = {
    target: 'kind',
    targets: known.targets,
    preparation,
    as: (rows: LabelledTable<'raw'>) => allForTraining(rows),
  }
  const partsOf = async (tables: readonly Table<'raw'>[]) => {
    async function* stream(): AsyncGenerator<E.Either<never, Table<'raw'>>, void> {
      for (const each of tables) yield await Promise.resolve(E.right(each))
    }
    const found = []
    for await (const part of preparedParts({ [Symbol.asyncIterator]: stream }, options)) found.push(part)
    return found
  }

  test('are what the preparation makes of the whole, rows without a target left out', async () => {
    const at = (...rows: readonly number[]) => tableRowsAt(table, tensor(Int32Array.from(rows)), 'raw')
    const parts = (await partsOf([at(0, 1), at(2, 3), at(4, 5)])).map(rightOf)
    const all = rightOf(preparation.applyLabelled(known))
    expect(parts.flatMap((part) => numbers(part.x))).toEqual(numbers(all.x))
    expect(parts.flatMap((part) => numbers(part.y))).toEqual(numbers(all.y))
    expect(parts.map(({ role, n: rows }) => [role, rows])).toEqual([
      ['train', 2],
      ['train', 1],
      ['train', 2],
    ])
  })

  test('a class that is none of those known ends them, with its line', async () => {
    const strange = read('age,town,kind\n3,a,cat\n5,b,cow\n').table
    const found = await partsOf([table, strange, table])
    expect(found.length).toBe(2)
    expect(found[1]).toMatchObject({ _tag: 'Left', left: { kind: 'unknown-class' } })
    const last = found[1]!
    expect(E.isLeft(last) ? last.left.message : '').toContain(
      "line 3, column kind: expected a class among cat, dog, got 'cow'",
    )
  })
})
