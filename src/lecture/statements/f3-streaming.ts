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
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'

const features = 20
const classNames = ['0', '1']

/** Rows held at some moment of a pass. */
type Held = readonly [read: number, held: number]

/** Rows that exist only when they are asked for, and a count of those that nobody has let go of yet. */
const rowsOnDemand = (
  key: Key,
  n: number,
): {
  readonly rows: RowStream
  readonly release: (count: number) => void
  readonly held: readonly Held[]
} => {
  const truth = toTypedArray(normal(foldIn(key, 'truth'), [features], { dtype: 'float64' }))
  const row = (i: number): StreamedRow => {
    const x = toTypedArray(normal(foldIn(foldIn(key, 'row'), i), [features], { dtype: 'float64' }))
    const side = Array.from(truth, (w, j) => w * x[j]!).reduce((a, b) => a + b, 0)
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

const rowsOf = ({ y }: Minibatch): number => y.size

/** The sum of the losses of a batch, and its gradient. */
const total = jit((w: Tensor, { x, y }: Minibatch) =>
  valueAndGrad((at: Tensor) => softmaxCrossEntropy(matmul(x, at), y, { reduction: 'sum' }))(w),
)

const stepped = (at: Tensor, batch: Minibatch, rate: number): Tensor =>
  sub(at, mul(rate, div(total(at, batch)[1], rowsOf(batch))))

const fullRates = [0.1, 0.3, 1, 3, 10, 30]

/** A full gradient is slow, one update per pass, and needs the data in memory only if they are not streamed. */
export const f3 = claim({
  id: 'F3',
  lines: '553–557',
  asWritten: {
    en: 'Descent on the whole training set is very slow, and out of the question for data that do not fit in memory.',
    bg: 'Спускането по целия обучаващ набор е много бавно, а когато данните не се побират в паметта, е неприложимо.',
  },
  corrected: {
    en: 'Slow it is: a pass over the data buys one update, where mini-batches make dozens in the same pass. What the memory has to hold is one batch and the rows read ahead, not the data: the gradient is a sum over rows and can be added up as they stream by, equal to the one computed at once.',
    bg: 'Бавно е: едно обхождане на данните дава едно обновяване, а мини-партидите правят десетки за същото обхождане. В паметта трябва да се поберат само една партида и предварително прочетените редове, а не всички данни: градиентът е сума по редовете и се натрупва, докато те се четат, като е равен на пресметнатия наведнъж.',
  },
  condition: {
    en: '“out of the question” is said of holding all rows at once; streamed, they need not fit.',
    bg: '„неприложимо“ се казва за държането на всички редове наведнъж; прочетени поточно, те не е нужно да се побират.',
  },
  measures: {
    slower: {
      name: {
        en: 'loss after a pass: mini-batches / one full step at its best rate',
        bg: 'загуба след едно обхождане: мини-партиди / една пълна стъпка с най-добрата скорост',
      },
      corrected: { atMost: 0.8 },
      literal: { atMost: 0.8 },
    },
    heldShare: {
      name: {
        en: 'full gradient: rows held at most / all rows',
        bg: 'пълен градиент: най-много държани редове / всички редове',
      },
      corrected: { atMost: 0.1 },
      literal: { within: [1, 1] },
    },
    gradientError: {
      name: {
        en: 'relative error of the streamed gradient against that in memory',
        bg: 'относителна грешка на поточния градиент спрямо този в паметта',
      },
      corrected: { atMost: 1e-12 },
    },
    lost: {
      name: { en: 'rows missing or repeated in a pass', bg: 'липсващи или повторени редове при обхождане' },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 4000, whole: true },
    batch: { name: { en: 'rows of a mini-batch', bg: 'редове в мини-партида' }, value: 32, whole: true },
    prefetch: {
      name: { en: 'rows read ahead', bg: 'предварително прочетени редове' },
      value: 64,
      whole: true,
    },
    rate: {
      name: { en: 'learning rate of mini-batches', bg: 'скорост на обучение с мини-партиди' },
      value: 1,
    },
  },
  measure: async ({ key, settings: { rows: n, batch: size, prefetch, rate }, progress }) => {
    const { rows, release, held } = rowsOnDemand(foldIn(key, 'rows'), n)
    const options = { size, prefetch, classNames, shuffle: foldIn(key, 'order'), dtype: 'float64' } as const
    const batches = streamBatches(rows, options)
    const w = normal(foldIn(key, 'w'), [features, 2], { std: 0.1, dtype: 'float64' })
    /** A pass over the stream that is slower than reading: a batch is held while as much as may be is read ahead. */
    const pass = async <A>(start: A, step: (current: A, batch: Minibatch) => A): Promise<A> => {
      /* eslint-disable functional/no-let, functional/no-loop-statements -- batches are consumed as they come */
      let current = start
      for await (const read of batches) {
        const batch = certainly(read)
        current = step(current, batch)
        await new Promise((resolve) => setTimeout(resolve, 0))
        release(rowsOf(batch))
      }
      return current
      /* eslint-enable functional/no-let, functional/no-loop-statements */
    }
    const streamed = await pass<Tensor>(zeros([features, 2], { dtype: 'float64' }), (sum, batch) =>
      add(sum, total(w, batch)[1]),
    )
    const once = [...held]
    progress(1, 3)
    // What streaming avoids: all rows at once, here only to compare with.
    const parts = await pass<readonly Minibatch[]>([], (seen, batch) => [...seen, batch])
    const whole: Minibatch = { x: concat(parts.map(({ x }) => x)), y: concat(parts.map(({ y }) => y)) }
    const [, inMemory] = total(w, whole)
    progress(2, 3)
    const loss = (at: Tensor): number => item(total(at, whole)[0]) / n
    const afterOneStep = Math.min(...fullRates.map((by) => loss(stepped(w, whole, by))))
    const at = await pass(w, (from, batch) => stepped(from, batch, rate))
    progress(3, 3)
    const firsts = new Set(Array.from(toTypedArray(whole.x)).filter((_, i) => i % features === 0))
    return {
      figures: {
        slower: loss(at) / afterOneStep,
        heldShare: Math.max(...held.map(([, count]) => count)) / n,
        gradientError: item(norm(sub(streamed, inMemory))) / item(norm(inMemory)),
        lost: Math.abs(n - firsts.size) + Math.abs(n - whole.y.size),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Rows in memory during a pass over ${n} rows, batches of ${size}, ${prefetch} read ahead`,
            bg: `Редове в паметта при обхождане на ${n} реда, партиди по ${size}, ${prefetch} прочетени предварително`,
          },
          x: { title: { en: 'rows read', bg: 'прочетени редове' }, whole: true },
          y: { title: { en: 'rows held', bg: 'държани редове' }, whole: true },
          series: [
            { name: { en: 'streamed', bg: 'поточно' }, points: once.filter((_, i) => i % 10 === 0) },
            {
              name: { en: 'all in memory', bg: 'всички в паметта' },
              points: [
                [1, 1],
                [n, n],
              ],
            },
          ],
        },
      ],
    }
  },
})
