import * as E from 'fp-ts/lib/Either.js'
import {
  add,
  concat,
  div,
  foldIn,
  item,
  jit,
  matmul,
  mul,
  norm,
  normal,
  sub,
  toTypedArray,
  valueAndGrad,
  zeros,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  streamBatches,
  type DataError,
  type Minibatch,
  type RowStream,
  type StreamedRow,
} from 'puregrad/data'
import { softmaxCrossEntropy } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const n = 2000
const features = 20
const size = 32
const prefetch = 64
const classNames = ['0', '1']

/** Rows held at some moment of a pass. */
type Held = readonly [read: number, held: number]

/** Rows that exist only when they are asked for, and a count of those that nobody has let go of yet. */
const rowsOnDemand = (
  key: Key,
): {
  readonly rows: RowStream
  readonly release: (count: number) => void
  readonly held: readonly Held[]
} => {
  const truth = toTypedArray(normal(foldIn(key, 'truth'), [features], { dtype: 'float64' }))
  const row = (i: number): StreamedRow => {
    const x = toTypedArray(normal(foldIn(foldIn(key, 'row'), i), [features], { dtype: 'float64' }))
    const side = Array.from(truth, (w, j) => w * (x[j] ?? 0)).reduce((a, b) => a + b, 0)
    return { x, label: side > 0 ? '1' : '0', place: `row ${i}` }
  }
  const held: Held[] = []
  /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
     how many rows are held at a time is what is measured here */
  let resident = 0
  async function* read(): AsyncGenerator<E.Either<DataError, StreamedRow>, void> {
    for (let i = 0; i < n; i++) {
      resident++
      held.push([i + 1, resident])
      yield await Promise.resolve(E.right(row(i)))
    }
  }
  return {
    rows: { file: 'rows on demand', [Symbol.asyncIterator]: read },
    release: (count) => {
      resident -= count
    },
    held,
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
}

const orThrow = <A>(read: E.Either<DataError, A>): A => {
  if (E.isLeft(read)) throw new Error(read.left.message)
  return read.right
}

const measure = async (key: Key): Promise<Awaited<ReturnType<EarlierClaim['measure']>>> => {
  const { rows, release, held } = rowsOnDemand(foldIn(key, 'rows'))
  const batches = streamBatches(rows, {
    size,
    prefetch,
    classNames,
    shuffle: foldIn(key, 'order'),
    dtype: 'float64',
  })
  const total = jit((w: Tensor, { x, y }: Minibatch) =>
    valueAndGrad((at: Tensor) => softmaxCrossEntropy(matmul(x, at), y, { reduction: 'sum' }))(w),
  )
  const w = normal(foldIn(key, 'w'), [features, 2], { std: 0.1, dtype: 'float64' })
  const rowsOf = ({ y }: Minibatch): number => y.size
  /** A pass over the stream that is slower than reading: a batch is held while as much as may be is read ahead. */
  const pass = async <A>(start: A, step: (current: A, batch: Minibatch) => A): Promise<A> => {
    /* eslint-disable functional/no-let, functional/no-loop-statements -- batches are consumed as they come */
    let current = start
    for await (const read of batches) {
      const batch = orThrow(read)
      current = step(current, batch)
      await new Promise((resolve) => setTimeout(resolve, 0))
      release(rowsOf(batch))
    }
    return current
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  }
  const streamed = await pass(
    zeros([features, 2], { dtype: 'float64' }) as Tensor,
    (sum, batch) => add(sum, total(w, batch)[1]) as Tensor,
  )
  const once = [...held]
  // What streaming avoids: all rows at once, here only to compare with.
  const parts = await pass<readonly Minibatch[]>([], (seen, batch) => [...seen, batch])
  const whole = { x: concat(parts.map(({ x }) => x)), y: concat(parts.map(({ y }) => y)) } as Minibatch
  const [, inMemory] = total(w, whole)
  const loss = (at: Tensor): number => item(total(at, whole)[0]) / n
  const stepped = (at: Tensor, batch: Minibatch, rate: number): Tensor =>
    sub(at, mul(rate, div(total(at, batch)[1], rowsOf(batch))))
  const rates = [0.1, 0.3, 1, 3, 10, 30]
  const afterOneStep = Math.min(...rates.map((rate) => loss(stepped(w, whole, rate))))
  const { at, updates } = await pass({ at: w, updates: 0 }, ({ at: from, updates: done }, batch) => ({
    at: stepped(from, batch, 1),
    updates: done + 1,
  }))
  const firsts = new Set(Array.from(toTypedArray(whole.x)).filter((_, i) => i % features === 0))
  return {
    figures: {
      'rows held at most, batch 32 and prefetch 64': Math.max(...held.map(([, count]) => count)),
      'rows missing or repeated in a pass': Math.abs(n - firsts.size) + Math.abs(n - whole.y.size),
      'streamed gradient against that in memory, relative error':
        item(norm(sub(streamed, inMemory))) / item(norm(inMemory)),
      'updates of a pass in mini-batches': updates,
      'loss after a pass: mini-batches / one full step at its best rate': loss(at) / afterOneStep,
    },
    pictures: [
      {
        title: 'Rows in memory during a pass over 2000 rows',
        x: { title: 'rows read' },
        y: { title: 'rows held' },
        mark: 'line',
        series: [
          { name: 'streamed', points: once.filter((_, i) => i % 10 === 0) },
          {
            name: 'all in memory',
            points: [
              [1, 1],
              [n, n],
            ],
          },
        ],
      },
    ],
  }
}

/** A full gradient is slow, one update per pass, and needs the data in memory only if they are not streamed. */
export const f3 = earlierClaim({
  id: 'F3',
  lines: '553–557',
  asWritten: {
    en: 'Descent on the whole training set is very slow, and out of the question for data that do not fit in memory.',
    bg: 'Спускането по цялата обучаваща извадка е много бавно, а когато данните не се побират в паметта, е неприложимо.',
  },
  corrected: {
    en: 'Slow it is: a pass over the data buys one update, where mini-batches make dozens in the same pass. What the memory has to hold is one batch and the rows read ahead, not the data: the gradient is a sum over rows and can be added up as they stream by, equal to the one computed at once.',
    bg: 'Бавно е: едно обхождане на данните дава едно обновяване, а мини-пакетите правят десетки за същото обхождане. В паметта трябва да се поберат само един пакет и предварително прочетените редове, а не всички данни: градиентът е сума по редовете и се натрупва, докато те се четат, като е равен на пресметнатия наведнъж.',
  },
  marks: {
    'rows held at most, batch 32 and prefetch 64': { atMost: size + prefetch },
    'rows missing or repeated in a pass': { within: [0, 0] },
    'streamed gradient against that in memory, relative error': { atMost: 1e-12 },
    'updates of a pass in mini-batches': { within: [63, 63] },
    'loss after a pass: mini-batches / one full step at its best rate': { atMost: 0.8 },
  },
  measure,
})
