import { cast, foldIn, less, mean, tensor, toTypedArray, uniform, zeros, type Key } from 'puregrad'
import { dataset, halfWidthFor, splitData, suggestRatios } from 'puregrad/data'
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'
import { decimalComma } from './decimal-comma.ts'

const devSizes = [100, 1000, 10_000]
/** The rows of the era of small data. */
const thousand = 1000

/** The distance from the true rate that 95 of 100 measured rates keep, by measuring one on many drawn dev sets. */
const measuredHalfWidth = (error: number, rows: number, draws: number, key: Key): number => {
  const wrong = cast(less(uniform(key, [draws, rows]), error), 'float64')
  const off = Array.from(toTypedArray(mean(wrong, { axis: 1 })), (rate) => Math.abs(rate - error))
  return off.toSorted((a, b) => a - b)[Math.floor(0.95 * draws)] ?? NaN
}

/** What dev needs does not grow with the data. */
export const b1 = claim({
  id: 'B1',
  lines: '67–79',
  asWritten: {
    en: 'While data were few one usual ratio of the parts served; with very many data nearly all of them can be used for training.',
    bg: 'Докато данните бяха малко, вършеше работа едно обичайно съотношение на частите; при много данни почти всички могат да отидат за обучение.',
  },
  corrected: {
    en: 'The same in numbers: 60/20/20 for a thousand rows, 98/1/1 for a million. Dev has to be as large as the precision wanted of it: an error of 10 % is known to ±0.059 from 100 rows, ±0.019 from 1,000, ±0.0059 from 10,000, however many rows there are in all.',
    bg: 'Същото в числа: 60/20/20 за хиляда реда, 98/1/1 за милион. Проверяващият (dev) набор трябва да е толкова голям, колкото иска желаната точност: грешка от 10 % се знае с ±0,059 от 100 реда, ±0,019 от 1000 и ±0,0059 от 10 000, колкото и да са всички редове.',
  },
  remark: {
    en: 'The numbers of the ratios stood in pictures that are lost.',
    bg: 'Числата на съотношенията са били в изгубени картинки.',
  },
  measures: {
    bigTrain: {
      name: { en: 'many rows: share to train on', bg: 'много редове: дял за обучение' },
      corrected: { within: [0.975, 0.985] },
      literal: { atLeast: 0.95 },
    },
    bigDev: {
      name: {
        en: 'many rows: measured half-width at 10 % error, a hundredth for dev',
        bg: 'много редове: измерена полуширина при 10 % грешка, една стотна за проверка',
      },
      corrected: { atMost: 0.0075 },
      literal: { atMost: 0.01 },
    },
    usualDev: {
      name: {
        en: 'a thousand rows: half-width with the usual fifth for dev',
        bg: 'хиляда реда: полуширина с обичайната една пета за проверка',
      },
      corrected: { atMost: 0.05 },
      literal: { atMost: 0.05 },
    },
    smallDev: {
      name: {
        en: 'a thousand rows: half-width with a hundredth for dev',
        bg: 'хиляда реда: полуширина с една стотна за проверка',
      },
      corrected: { atLeast: 0.1 },
    },
    smallTrain: {
      name: { en: 'a thousand rows: share to train on', bg: 'хиляда реда: дял за обучение' },
      corrected: { within: [0.6 - 1e-12, 0.6 + 1e-12] },
    },
    leastRatio: {
      name: { en: 'measured half-width / stated one, least', bg: 'измерена полуширина / обявена, най-малко' },
      corrected: { atLeast: 0.8 },
    },
    mostRatio: {
      name: { en: 'measured half-width / stated one, most', bg: 'измерена полуширина / обявена, най-много' },
      corrected: { atMost: 1.2 },
    },
  },
  settings: {
    rows: {
      name: { en: 'rows, where they are many', bg: 'редове, когато са много' },
      value: 1_000_000,
      min: 1000,
      max: 10_000_000,
      whole: true,
    },
    error: { name: { en: 'true error', bg: 'истинска грешка' }, value: 0.1, max: 1 },
    draws: { name: { en: 'drawn dev sets', bg: 'изтеглени проверяващи набори' }, value: 4000, whole: true },
  },
  measure: ({ key, settings: { rows, error, draws }, progress }) => {
    const data = dataset({
      x: zeros([rows, 1]),
      y: tensor(Int32Array.from({ length: rows }, (_, i) => i % 4)),
    })
    const parts = certainly(splitData(suggestRatios(rows).ratios, { key: foldIn(key, 'split') })(data))
    progress(1, 2)
    const stated = devSizes.map((of) => halfWidthFor({ rows: of, error }))
    const widthOf = (of: number): number =>
      measuredHalfWidth(error, of, Math.min(draws, Math.ceil(4_000_000 / of)), foldIn(foldIn(key, 'dev'), of))
    const measured = devSizes.map(widthOf)
    progress(2, 2)
    const ratios = measured.map((width, i) => width / stated[i]!)
    return {
      figures: {
        bigTrain: parts.train.n / rows,
        bigDev: widthOf(Math.round(rows / 100)),
        usualDev: widthOf(thousand / 5),
        smallDev: widthOf(thousand / 100),
        smallTrain: suggestRatios(thousand).ratios.train,
        leastRatio: Math.min(...ratios),
        mostRatio: Math.max(...ratios),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `How exactly a dev set measures an error of ${String(100 * error)} %, ${draws} draws`,
            bg: `Колко точно проверяващ набор измерва грешка от ${decimalComma(100 * error)} %, ${draws} избора`,
          },
          x: { title: { en: 'rows of dev', bg: 'редове за проверка' }, scale: 'log' },
          y: {
            title: { en: 'half-width of the 95 % interval', bg: 'полуширина на 95 % интервал' },
            scale: 'log',
          },
          series: [
            {
              name: { en: 'formula', bg: 'формула' },
              points: devSizes.map((of, i) => [of, stated[i]!] as const),
            },
            {
              name: { en: 'measured', bg: 'измерено' },
              mark: 'point',
              points: devSizes.map((of, i) => [of, measured[i]!] as const),
            },
          ],
        },
      ],
    }
  },
})
