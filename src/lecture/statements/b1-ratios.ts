import { cast, foldIn, less, mean, tensor, toTypedArray, uniform, zeros, type Key } from 'puregrad'
import { dataset, halfWidthFor, splitData, suggestRatios } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { certainly } from './certainly.ts'

const million = 1_000_000
const error = 0.1
const devSizes = [100, 1000, 10_000]

/** The distance from the true rate that 95 of 100 measured rates keep, by measuring one on many drawn dev sets. */
const measuredHalfWidth = (rows: number, draws: number, key: Key): number => {
  const wrong = cast(less(uniform(key, [draws, rows]), error), 'float64')
  const off = Array.from(toTypedArray(mean(wrong, { axis: 1 })), (rate) => Math.abs(rate - error))
  return off.toSorted((a, b) => a - b)[Math.floor(0.95 * draws)] ?? NaN
}

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const { ratios } = suggestRatios(million)
  const data = dataset({
    x: zeros([million, 1]),
    y: tensor(Int32Array.from({ length: million }, (_, i) => i % 4)),
  })
  const parts = certainly(splitData(ratios, { key: foldIn(key, 'split') })(data))
  progress(1, 2)
  const stated = devSizes.map((rows) => halfWidthFor({ rows, error }))
  const measured = devSizes.map((rows) =>
    measuredHalfWidth(rows, Math.min(4000, 4_000_000 / rows), foldIn(foldIn(key, 'dev'), rows)),
  )
  progress(2, 2)
  const small = suggestRatios(1000).ratios
  return {
    figures: {
      'rows to train on, of a million': parts.train.n,
      'rows of dev, of a million': parts.dev.n,
      'rows of test, of a million': parts.test.n,
      'share to train on, of a thousand': small.train,
      'half-width at 10 % error, dev of 100': stated[0] ?? NaN,
      'half-width at 10 % error, dev of 1,000': stated[1] ?? NaN,
      'half-width at 10 % error, dev of 10,000': stated[2] ?? NaN,
      'measured half-width / stated, smallest': Math.min(...measured.map((m, i) => m / (stated[i] ?? NaN))),
      'measured half-width / stated, largest': Math.max(...measured.map((m, i) => m / (stated[i] ?? NaN))),
    },
    pictures: [
      {
        title: 'How exactly a dev set measures an error of 10 %',
        x: { title: 'rows of dev', scale: 'log' },
        y: { title: 'half-width of the 95 % interval', scale: 'log' },
        mark: 'point',
        series: [
          { name: 'formula', points: devSizes.map((rows, i) => [rows, stated[i] ?? NaN] as const) },
          { name: 'measured', points: devSizes.map((rows, i) => [rows, measured[i] ?? NaN] as const) },
        ],
      },
    ],
  }
}

/** What dev needs does not grow with the data. */
export const b1 = earlierClaim({
  id: 'B1',
  lines: '67–79',
  asWritten: {
    en: 'While data were few one usual ratio of the parts served; with very many data nearly all of them can be used for training.',
    bg: 'Докато данните бяха малко, вършеше работа едно обичайно съотношение на частите; при много данни почти всички могат да отидат за обучение.',
  },
  corrected: {
    en: 'The same in numbers: 60/20/20 for a thousand rows, 98/1/1 for a million. Dev has to be as large as the precision wanted of it: an error of 10 % is known to ±0.059 from 100 rows, ±0.019 from 1,000, ±0.0059 from 10,000, however many rows there are in all.',
    bg: 'Същото в числа: 60/20/20 за хиляда реда, 98/1/1 за милион. Dev трябва да е толкова голямо, колкото иска желаната точност: грешка от 10 % се знае с ±0,059 от 100 реда, ±0,019 от 1000 и ±0,0059 от 10 000, колкото и да са всички редове.',
  },
  marks: {
    'rows to train on, of a million': { within: [980_000, 980_000] },
    'rows of dev, of a million': { within: [10_000, 10_000] },
    'rows of test, of a million': { within: [10_000, 10_000] },
    'share to train on, of a thousand': { within: [0.6 - 1e-12, 0.6 + 1e-12] },
    'half-width at 10 % error, dev of 100': { within: [0.0585, 0.0595] },
    'half-width at 10 % error, dev of 1,000': { within: [0.0185, 0.0195] },
    'half-width at 10 % error, dev of 10,000': { within: [0.00585, 0.00595] },
    'measured half-width / stated, smallest': { atLeast: 0.85 },
    'measured half-width / stated, largest': { atMost: 1.15 },
  },
  measure,
})
