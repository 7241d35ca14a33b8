import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encodeNpy,
  foldBatches,
  mergeMoments,
  momentsOf,
  parseCsv,
  readLabelled,
  scanRows,
  standardize,
  standardizeFrom,
  streamBatches,
  streamCsv,
  streamLabelled,
  type DataError,
  type Minibatch,
  type RowStream,
  type StreamOptions,
  type StreamedRow,
} from '../../src/data/index.ts'
import { grad, key, matmul, tensor, type Tensor } from '../../src/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { tensorsOf } from '../../src/testing/index.ts'
import { ascending, leftOf, numbers, rightOf, trainingPart } from './rows.ts'

const folder: { path: string } = { path: '' }
const at = (name: string): string => join(folder.path, name)
beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-stream-'))
})
afterAll(() => rm(folder.path, { recursive: true }))

const all = async <A>(stream: AsyncIterable<A>): Promise<readonly A[]> => {
  const seen: A[] = []
  for await (const value of stream) seen.push(value)
  return seen
}

/** Rows that can be told apart and a count of those read; the feature of row i is i and its class i mod 3. */
const counted = (n: number, failAt = Infinity) => {
  const count = { read: 0, closed: 0 }
  const stream: RowStream = {
    file: 'rows',
    async *[Symbol.asyncIterator](): AsyncGenerator<E.Either<DataError, StreamedRow>> {
      try {
        for (let i = 0; i < n; i++) {
          if (i === failAt) {
            yield E.left({ kind: 'empty', file: 'rows', message: 'rows: failed' })
            return
          }
          // Every other row takes a turn of the event loop, as a file does.
          if (i % 2 === 1) await new Promise((resolve) => setImmediate(resolve))
          count.read++
          yield E.right({ x: [i], label: String(i % 3), place: `row ${i}` })
        }
      } finally {
        count.closed++
      }
    },
  }
  return { stream, count }
}
const classNames = ['0', '1', '2']
const rowsIn = (batches: readonly E.Either<DataError, Minibatch>[]) =>
  batches.map((batch) => numbers(rightOf(batch).x))

const problem = fc.record({
  n: fc.integer({ min: 1, max: 60 }),
  size: fc.integer({ min: 1, max: 20 }),
  prefetch: fc.integer({ min: 1, max: 30 }),
  seed: fc.option(fc.nat(100), { nil: undefined }),
})
const optionsOf = ({
  size,
  prefetch,
  seed,
}: {
  size: number
  prefetch: number
  seed: number | undefined
}): StreamOptions => ({
  size,
  prefetch,
  classNames,
  ...(seed === undefined ? {} : { shuffle: key(seed) }),
})

describe('streamBatches', () => {
  test('are a partition of the rows, each with its class; without a key in the order of the rows', () =>
    fc.assert(
      fc.asyncProperty(problem, async (given) => {
        const { n, size, seed } = given
        const batches = await all(streamBatches(counted(n).stream, optionsOf(given)))
        const rows = rowsIn(batches)
        const inOrder = Array.from({ length: n }, (_, i) => i)
        expect(ascending(rows.flat())).toEqual(inOrder)
        if (seed === undefined) expect(rows.flat()).toEqual(inOrder)
        expect(rows.map(({ length }) => length)).toEqual(
          Array.from({ length: Math.ceil(n / size) }, (_, i) => Math.min(size, n - i * size)),
        )
        batches.forEach((batch) =>
          expect(numbers(rightOf(batch).y)).toEqual(numbers(rightOf(batch).x).map((row) => row % 3)),
        )
      }),
      { numRuns: 40 },
    ))

  test('never hold more rows than a batch and the prefetch', () =>
    fc.assert(
      fc.asyncProperty(problem, async (given) => {
        const { stream, count } = counted(given.n)
        const watched: number[] = []
        let delivered = 0
        for await (const batch of streamBatches(stream, optionsOf(given))) {
          // The consumer works on a batch for a while: what is read meanwhile is held too.
          await new Promise((resolve) => setImmediate(resolve))
          await new Promise((resolve) => setImmediate(resolve))
          watched.push(count.read - delivered)
          delivered += rightOf(batch).x.shape[0]!
        }
        expect(Math.max(...watched)).toBeLessThanOrEqual(given.size + given.prefetch)
      }),
      { numRuns: 40 },
    ))

  test('read ahead while a batch is in use', async () => {
    const { stream, count } = counted(50)
    for await (const batch of streamBatches(stream, { size: 5, prefetch: 10, classNames })) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(count.read).toBe(15)
      expect(rowsIn([batch])).toEqual([[0, 1, 2, 3, 4]])
      break
    }
  })

  test('the same key gives the same batches again, whatever the time they take; another key others', async () => {
    const { stream } = counted(60)
    const batches = streamBatches(stream, { size: 7, prefetch: 20, classNames, shuffle: key(1) })
    const slowly: E.Either<DataError, Minibatch>[] = []
    for await (const batch of batches) {
      slowly.push(batch)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(rowsIn(await all(batches))).toEqual(rowsIn(slowly))
    const other = streamBatches(stream, { size: 7, prefetch: 20, classNames, shuffle: key(2) })
    expect(rowsIn(await all(other))).not.toEqual(rowsIn(slowly))
  })

  test('a prefetch of all rows shuffles all of them evenly', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 300 }, async (_, seed) => {
        const [batch] = await all(
          streamBatches(counted(6).stream, { size: 1, prefetch: 6, classNames, shuffle: key(seed) }),
        )
        return numbers(rightOf(batch!).x)[0]!
      }),
    )
    // 50 each in the mean; four standard deviations of 300 draws of one in six.
    Array.from({ length: 6 }, (_, row) => firsts.filter((first) => first === row).length).forEach((count) =>
      expect(Math.abs(count - 50)).toBeLessThan(26),
    )
  })

  test('without the ragged last batch the others stay the same', async () => {
    const options = { size: 4, prefetch: 6, classNames, shuffle: key(0) }
    const kept = rowsIn(await all(streamBatches(counted(10).stream, options)))
    const dropped = rowsIn(await all(streamBatches(counted(10).stream, { ...options, last: 'drop' })))
    expect(dropped).toEqual(kept.slice(0, 2))
  })

  test('an error is the last value, and the source is closed', async () => {
    const { stream, count } = counted(20, 11)
    const batches = await all(streamBatches(stream, { size: 4, prefetch: 1, classNames }))
    expect(rowsIn(batches.slice(0, -1))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ])
    expect(leftOf(batches.at(-1)!).message).toBe('rows: failed')
    expect(count.closed).toBe(1)
  })

  test('leaving off closes the source', async () => {
    const { stream, count } = counted(1000)
    for await (const batch of streamBatches(stream, { size: 2, classNames })) {
      expect(E.isRight(batch)).toBe(true)
      break
    }
    expect(count.closed).toBe(1)
    expect(count.read).toBeLessThanOrEqual(4)
  })

  test('an abort is a left value', async () => {
    const { stream, count } = counted(1000)
    const controller = new AbortController()
    const seen: E.Either<DataError, Minibatch>[] = []
    for await (const batch of streamBatches(stream, { size: 2, classNames, signal: controller.signal })) {
      seen.push(batch)
      if (seen.length === 3) controller.abort()
    }
    expect(leftOf(seen.at(-1)!)).toEqual({
      kind: 'aborted',
      file: 'rows',
      message: 'rows: reading was aborted',
    })
    expect(seen.length).toBeLessThanOrEqual(5)
    expect(count).toMatchObject({ closed: 1 })
  })

  test('tells how many rows have come', async () => {
    const told: number[] = []
    await all(streamBatches(counted(10).stream, { size: 4, classNames, progress: (rows) => told.push(rows) }))
    expect(told).toEqual([4, 8, 10])
  })

  test('classes nobody named and numbers the dtype does not hold are left values', async () => {
    const unknown = await all(streamBatches(counted(5).stream, { size: 2, classNames: ['0', '1'] }))
    expect(leftOf(unknown.at(-1)!)).toMatchObject({
      kind: 'unknown-class',
      place: 'row 2',
      message: "rows, row 2: expected a class among 0, 1, got '2'",
    })
    const stream: RowStream = {
      file: 'rows',
      async *[Symbol.asyncIterator]() {
        yield E.right({ x: [1, 1e300], label: '0', place: 'row 0' })
      },
    }
    expect(leftOf((await all(streamBatches(stream, { size: 2, classNames })))[0]!).message).toBe(
      'rows, row 0, feature 1: expected a number within float32, got 1e+300',
    )
    const wide = await all(streamBatches(stream, { size: 2, classNames, dtype: 'float64' }))
    expect(rowsIn(wide)).toEqual([[1, 1e300]])
  })

  test.each([
    [{ size: 0 }, 'positive integers, got 0 and 0'],
    [{ prefetch: 1.5 }, 'positive integers, got 4 and 1.5'],
    [{ classNames: ['a', 'a'] }, 'every class has its own name, got a, a'],
  ])('%j is refused', (wrong, message) => {
    expect(() => streamBatches(counted(3).stream, { size: 4, classNames, ...wrong })).toThrow(message)
  })

  test('a fold over them is one value, or what went wrong', async () => {
    const sum = (total: number, { x }: Minibatch) => total + numbers(x).reduce((a, b) => a + b, 0)
    const batches = streamBatches(counted(10).stream, { size: 4, classNames })
    expect(rightOf(await foldBatches(batches, 0, sum)())).toBe(45)
    const failing = streamBatches(counted(10, 5).stream, { size: 2, classNames })
    expect(leftOf(await foldBatches(failing, 0, sum)()).message).toBe('rows: failed')
  })
})

test('a gradient added up over a stream is the one in memory', () => {
  const width = 3
  const gradient = (w: Tensor, x: Tensor, y: Tensor): readonly number[] =>
    numbers(grad((at: Tensor) => softmaxCrossEntropy(matmul(x, at) as Tensor, y, { reduction: 'sum' }))(w))
  return fc.assert(
    fc.asyncProperty(
      problem.chain((given) =>
        fc.tuple(fc.constant(given), tensorsOf([given.n, width]), tensorsOf([width, 3])),
      ),
      async ([given, x, w]) => {
        const values = numbers(x)
        const stream: RowStream = {
          file: 'rows',
          async *[Symbol.asyncIterator]() {
            for (let i = 0; i < given.n; i++)
              yield E.right({
                x: values.slice(i * width, (i + 1) * width),
                label: String(i % 3),
                place: `row ${i}`,
              })
          },
        }
        const batches = streamBatches(stream, { ...optionsOf(given), dtype: 'float64' })
        const none: readonly number[] = Array.from({ length: width * 3 }, () => 0)
        const streamed = rightOf(
          await foldBatches(batches, none, (total, batch) => {
            const part = gradient(w, batch.x, batch.y)
            return total.map((value, i) => value + part[i]!)
          })(),
        )
        const labels = tensor(
          Array.from({ length: given.n }, (_, i) => i % 3),
          { dtype: 'int32' },
        )
        const whole = gradient(w, x, labels)
        const size = Math.max(1, ...whole.map(Math.abs))
        streamed.forEach((value, i) => expect(Math.abs(value - whole[i]!)).toBeLessThanOrEqual(1e-12 * size))
      },
    ),
    { numRuns: 30 },
  )
})

describe('streamCsv', () => {
  const rows = async (text: string, name = 'table.csv') => {
    await writeFile(at(name), text)
    return all(streamCsv(at(name), { label: 'kind', dtype: 'float64' }))
  }

  test('gives the rows that parseCsv gives, or a left where it does', () => {
    const piece = fc.constantFrom(
      '1',
      '2.5',
      'x',
      'y',
      '"x"',
      '"a\nb"',
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '"1",x\n',
      '3,y\n',
    )
    return fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), async (pieces) => {
        const text = `a,kind\n1,x\n2,y\n${pieces.join('')}`
        const whole = parseCsv(text, { label: 'kind', dtype: 'float64' })
        const streamed = await rows(text)
        expect(streamed.every(E.isRight)).toBe(E.isRight(whole))
        if (E.isRight(whole)) {
          expect(streamed.flatMap((row) => Array.from(rightOf(row).x))).toEqual(numbers(whole.right.x))
          expect(streamed.map((row) => rightOf(row).label)).toEqual(
            numbers(whole.right.y).map((label) => whole.right.targets.names[label]),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  test('does not depend on where chunks end', async () => {
    // Letters of two bytes, quotes and line breaks of two letters, across the borders of 64 KiB.
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},"щъ""${i % 7}\r\n"`)
    const text = `a,kind\r\n${lines.join('\r\n')}`
    const whole = rightOf(parseCsv(text, { label: 'kind', dtype: 'float64' }))
    const streamed = await rows(text)
    expect(streamed.flatMap((row) => Array.from(rightOf(row).x))).toEqual(numbers(whole.x))
    expect(streamed.map((row) => rightOf(row).label)).toEqual(
      numbers(whole.y).map((label) => whole.targets.names[label]),
    )
    expect(rightOf(streamed.at(-1)!).place).toBe(`line ${2 + 2 * 29_999}`)
  })

  test('reads gzipped files and leaves out a byte order mark', async () => {
    await writeFile(at('t.csv.gz'), gzipSync('\uFEFFa,kind\n1,x\n2,y\n'))
    const streamed = await all(streamCsv(at('t.csv.gz'), { label: 'kind' }))
    expect(streamed.map((row) => rightOf(row))).toEqual([
      { x: [1], label: 'x', place: 'line 2', featureNames: ['a'] },
      { x: [2], label: 'y', place: 'line 3', featureNames: ['a'] },
    ])
  })

  test.each([
    ['', 'expected a header line and at least one row, got nothing'],
    ['a,kind\n', 'expected a header line and at least one row, got only a header'],
    ['a,b\n1,2\n', "there is no column 'kind'; the columns are a, b"],
    ['a,kind\n1,x\n1,2,3\n', 'line 3: expected 2 cells as in the header, got 3'],
    ['a,kind\n1,x\n\n?,y\n', "line 4, column a: expected a number, got '?'"],
    ['a,kind\n1,x\n1,\n', 'line 3, column kind: the class is missing'],
    ['a,kind\n1,x\n1,"y\n', 'line 3: a quote is opened and never closed'],
  ])('%j ends with a left value', async (text, message) => {
    const last = leftOf((await rows(text, 'bad.csv')).at(-1)!)
    expect(last.message.startsWith(at('bad.csv'))).toBe(true)
    expect(last.message).toContain(message)
  })
})

describe('streamLabelled', () => {
  const images = Uint8Array.from([
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    3,
    0,
    0,
    0,
    2,
    0,
    0,
    0,
    2,
    ...Array.from({ length: 12 }, (_, i) => i),
  ])
  const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 3, 7])
  const files = async (features: Uint8Array, names: Uint8Array) => {
    await writeFile(at('features'), features)
    await writeFile(at('labels'), names)
    return { features: at('features'), labels: at('labels') }
  }
  const int = (values: readonly number[]): Tensor => tensor(values, { dtype: 'int32' })

  test.each<readonly [string, Uint8Array, Uint8Array]>([
    ['IDX', images, labels],
    ['gzipped IDX', gzipSync(images), gzipSync(labels)],
    [
      'NPY',
      encodeNpy(
        tensor([
          [0.5, 1],
          [2, 3],
          [4, 5],
        ]),
      ),
      encodeNpy(int([7, 3, 7])),
    ],
    [
      'NPY of float64 and a column of labels',
      encodeNpy(tensor([1, 2, 3], { dtype: 'float64' })),
      encodeNpy(tensor([[7], [3], [7]])),
    ],
  ])('%s gives the rows that readLabelled gives', async (_, features, names) => {
    const given = await files(features, names)
    const whole = rightOf(await readLabelled(given)())
    const batches = streamBatches(streamLabelled(given), { size: 2, classNames: whole.targets.names })
    const streamed = (await all(batches)).map((batch) => rightOf(batch))
    expect(streamed.flatMap(({ x }) => numbers(x))).toEqual(numbers(whole.x))
    expect(streamed.flatMap(({ y }) => numbers(y))).toEqual(numbers(whole.y))
    expect(rightOf(await scanRows(streamLabelled(given))()).classNames).toEqual(whole.targets.names)
  })

  test('rows longer than a chunk', async () => {
    const x = tensor(
      Float64Array.from({ length: 60_000 }, (_, i) => i),
      { shape: [3, 20_000] },
    ) as Tensor
    const given = await files(encodeNpy(x), labels)
    const batches = await all(
      streamBatches(streamLabelled(given), { size: 1, classNames: ['3', '7'], dtype: 'float64' }),
    )
    expect(rowsIn(batches).flat()).toEqual(numbers(x))
  })

  const fortran = Uint8Array.from(
    Buffer.from(
      Buffer.from(
        encodeNpy(
          tensor([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        ),
      )
        .toString('latin1')
        .replace('False', 'True '),
      'latin1',
    ),
  )
  test.each<readonly [string, Uint8Array, Uint8Array, string]>([
    ['nothing', Uint8Array.of(), labels, 'byte 0, magic: expected an IDX or NPY file'],
    ['cut dimensions', images.subarray(0, 10), labels, 'dimensions: expected 12 bytes'],
    ['a cut NPY header', encodeNpy(int([1, 2, 3])).subarray(0, 40), labels, 'header length'],
    ['a cut row', images.subarray(0, -1), labels, 'byte 24, row 2: expected 4 bytes, got 3'],
    [
      'more than the rows',
      Uint8Array.from([...images, 1]),
      labels,
      'byte 28, end: expected nothing after 3 rows, got more bytes',
    ],
    ['a label too many', images, Uint8Array.from([...labels, 1]), 'end: expected nothing after 3 rows'],
    ['labels of another number', images, encodeNpy(int([1, 2])), 'expected 3 labels for the examples in'],
    [
      'no example',
      encodeNpy(tensor([], { shape: [0, 2] })),
      labels,
      'expected an array of examples, got shape [0, 2]',
    ],
    ['columns first', fortran, labels, 'fortran_order: expected False'],
    ['NaN', encodeNpy(tensor([1, NaN, 2])), labels, 'row 1, feature 0: expected a finite number, got NaN'],
    ['half a label', images, encodeNpy(tensor([1, 2, 0.5])), 'row 2: expected a whole number, got 0.5'],
    ['broken gzip', gzipSync(images).subarray(0, 24), labels, 'gzip: expected compressed data'],
  ])('%s ends with a left value', async (_, features, names, message) => {
    const last = leftOf((await all(streamLabelled(await files(features, names)))).at(-1)!)
    expect(last.message).toContain(message)
    expect(last.message.startsWith(folder.path)).toBe(true)
  })

  test('changed bytes end in a left value or give whole rows', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          images,
          encodeNpy(
            tensor([
              [1, 2],
              [3, 4],
              [5, 6],
            ]),
          ),
          gzipSync(images),
        ),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        fc.nat({ max: 10 }),
        async (good, edits, less) => {
          const bytes = Uint8Array.from(good.subarray(0, good.length - less))
          edits.forEach(([where, byte]) => bytes.set([byte], where % bytes.length))
          const rows = await all(streamLabelled(await files(bytes, labels)))
          if (rows.every(E.isRight)) expect(rows.length).toBe(3)
          else expect(rows.findIndex(E.isLeft)).toBe(rows.length - 1)
        },
      ),
      { numRuns: 200 },
    ))

  test('a missing file and a folder', async () => {
    const given = await files(images, labels)
    expect(leftOf((await all(streamLabelled({ ...given, labels: at('absent') })))[0]!).message).toBe(
      `${at('absent')}: there is no such file`,
    )
    expect(leftOf((await all(streamLabelled({ ...given, features: folder.path })))[0]!).message).toBe(
      `${folder.path}: this is a folder, not a file`,
    )
  })
})

describe('moments', () => {
  const matrix = (most: number) =>
    fc.tuple(fc.integer({ min: 1, max: most }), fc.constant(3)).chain((shape) => tensorsOf(shape))
  const columns = (x: Tensor): readonly (readonly number[])[] => {
    const values = numbers(x)
    return [0, 1, 2].map((j) => values.filter((_, i) => i % 3 === j))
  }
  const joined = (...parts: readonly Tensor[]): Tensor => {
    const values = parts.flatMap(numbers)
    return tensor(values, { shape: [values.length / 3, 3], dtype: 'float64' })
  }
  const close = (a: readonly number[], b: readonly number[], tolerance: number): void =>
    a.forEach((value, i) =>
      expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(b[i]!))),
    )

  test('are those of the definition', () => {
    fc.assert(
      fc.property(matrix(20), (x) => {
        const { n, origin, mean, squares, least, greatest } = momentsOf(x)
        columns(x).forEach((column, j) => {
          const middle = column.reduce((a, b) => a + b, 0) / n
          close(
            [origin[j]! + mean[j]!, squares[j]!],
            [middle, column.reduce((s, v) => s + (v - middle) ** 2, 0)],
            1e-13,
          )
          expect([least[j], greatest[j]]).toEqual([Math.min(...column), Math.max(...column)])
        })
      }),
    )
  })

  test('of two parts go together as those of the whole, in any order', () => {
    fc.assert(
      fc.property(matrix(9), matrix(9), matrix(9), (a, b, c) => {
        const [p, q, r] = [momentsOf(a), momentsOf(b), momentsOf(c)]
        const whole = momentsOf(joined(a, b, c))
        for (const found of [
          mergeMoments(mergeMoments(p, q), r),
          mergeMoments(p, mergeMoments(q, r)),
          mergeMoments(r, mergeMoments(q, p)),
        ]) {
          const centre = (of: typeof whole) => of.mean.map((mean, j) => of.origin[j]! + mean)
          expect([found.n, found.least, found.greatest]).toEqual([whole.n, whole.least, whole.greatest])
          close(centre(found), centre(whole), 1e-13)
          close(found.squares, whole.squares, 1e-12)
        }
      }),
    )
  })

  test('refuse shapes that do not suit', () => {
    expect(() => momentsOf(tensor([1, 2]))).toThrow(
      'expected [n, features] and at least one row and feature, got [2]',
    )
    expect(() => mergeMoments(momentsOf(tensor([[1]])), momentsOf(tensor([[1, 2]])))).toThrow(
      '1 features and 2 do not go together',
    )
  })

  const streamOf = (x: Tensor): RowStream => ({
    file: 'rows',
    async *[Symbol.asyncIterator]() {
      const width = x.shape[1]!
      const values = numbers(x)
      for (let i = 0; i < x.shape[0]!; i++)
        yield E.right({
          x: values.slice(i * width, (i + 1) * width),
          label: String(i % 2),
          place: `row ${i}`,
        })
    },
  })

  test('a scaler fitted on a stream is the one fitted on the whole, far from 0 too', async () => {
    const n = 1000
    for (const offset of [0, 1e9]) {
      const x = tensor(
        Float64Array.from(
          { length: 2 * n },
          (_, i) => (i % 2) * offset + Math.sin(i * 12.9898) * (1 + (i % 2)),
        ),
        { shape: [n, 2] },
      ) as Tensor
      const summary = rightOf(await scanRows(streamOf(x))())
      expect([summary.n, summary.featureNames, summary.classNames]).toEqual([n, ['x0', 'x1'], ['0', '1']])
      const [streamed, whole] = [rightOf(standardizeFrom(summary)), rightOf(standardize(trainingPart(x)))]
      close(numbers(streamed.apply(x)), numbers(whole.apply(x)), 1e-11)
      close(numbers(streamed.invert(streamed.apply(x))), numbers(x), 1e-13)
    }
  })

  test('a feature that does not vary is refused or kept', async () => {
    const summary = rightOf(
      await scanRows(
        streamOf(
          tensor(
            [
              [0.1, 1],
              [0.1, 2],
              [0.1, 3],
            ],
            { dtype: 'float64' },
          ),
        ),
      )(),
    )
    expect(leftOf(standardizeFrom(summary))).toEqual({
      kind: 'constant-feature',
      features: ['x0'],
      message: 'standardizeFrom: these features do not vary in the rows that were read: x0',
    })
    const kept = rightOf(standardizeFrom(summary, { constant: 'keep' }))
    expect(numbers(kept.apply(tensor([[0.1, 2]], { dtype: 'float64' })))).toEqual([0, 0])
  })

  test('a scan is a left value without rows, with one class, when reading fails, and when aborted', async () => {
    expect(leftOf(await scanRows(counted(0).stream)())).toMatchObject({ kind: 'empty' })
    expect(leftOf(await scanRows(counted(1).stream)()).message).toBe(
      "rows: expected at least two classes, every row is '0'",
    )
    expect(leftOf(await scanRows(counted(9, 4).stream)()).message).toBe('rows: failed')
    const controller = new AbortController()
    const { stream, count } = counted(2000)
    const read = await scanRows(stream, { signal: controller.signal, progress: () => controller.abort() })()
    expect(leftOf(read).kind).toBe('aborted')
    expect(count).toMatchObject({ closed: 1, read: 257 })
  })
})
