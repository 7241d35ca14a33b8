import { foldIn, tensor, toTypedArray, type Key } from 'puregrad'
import { digits16, minibatches } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const n = 1000

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const data = digits16({ key: foldIn(key, 'digits'), n: 10 })
  // Rows that carry their own number.
  const numbered = {
    ...data,
    x: tensor(Array.from({ length: n }, (_, i) => [i])),
    y: tensor(new Int32Array(n), { dtype: 'int32' }),
    n,
    role: 'train' as const,
  }
  const epoch = (e: number): readonly (readonly number[])[] =>
    minibatches(numbered, 96, foldIn(key, e)).map(({ x }) => Array.from(toTypedArray(x)))
  const epochs = [0, 1, 2].map(epoch)
  const orders = epochs.map((batches) => batches.flat())
  const missing = orders.map((order) => n - new Set(order).size + Math.abs(order.length - n))
  const kept = orders.slice(1).map((order, e) => order.filter((row, i) => row === orders[e]?.[i]).length)
  const again = epoch(1).flat()
  return {
    figures: {
      'rows missing or repeated in an epoch': Math.max(...missing),
      'updates of an epoch': epochs[0]?.length ?? NaN,
      'rows in the same place in the next epoch': Math.max(...kept),
      'rows in another place when the epoch is run again': again.filter((row, i) => row !== orders[1]?.[i])
        .length,
    },
  }
}

/** An epoch is a partition of the rows into mini-batches, in a new order each time. */
export const f7 = earlierClaim({
  id: 'F7',
  lines: '608–646',
  asWritten: {
    en: 'Mini-batches are faster and better: one after another is picked until all are, which is one epoch; then it is repeated.',
    bg: 'Мини-пакетите са по-бързи и по-добри: избират се един след друг, докато свършат, което е една епоха; после се повтаря.',
  },
  corrected: {
    en: 'The same: every row is in exactly one batch of an epoch, the last batch may be smaller, the order is new in every epoch and follows from the key. How much faster: F8.',
    bg: 'Същото: всеки ред е точно в един пакет на епохата, последният пакет може да е по-малък, редът е нов във всяка епоха и следва от ключа. Колко по-бързо: F8.',
  },
  marks: {
    'rows missing or repeated in an epoch': { within: [0, 0] },
    'updates of an epoch': { within: [11, 11] },
    'rows in the same place in the next epoch': { atMost: 20 },
    'rows in another place when the epoch is run again': { within: [0, 0] },
  },
  measure,
})
