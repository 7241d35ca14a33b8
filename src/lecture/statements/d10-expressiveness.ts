import {
  cast,
  concat,
  foldIn,
  greater,
  mul,
  neg,
  reshape,
  sigmoid,
  slice,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  activation,
  batchNorm,
  dense,
  evalMode,
  network,
  recalibrate,
  sigmoidBinaryCrossEntropy,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import type { BoundaryPicture } from 'puregrad/report'
import { contourGrid } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { claim } from '../claim.ts'
import { rowsOf } from './rows-of.ts'

interface Learned {
  readonly gamma: boolean
  readonly beta: boolean
}

interface Points {
  readonly x: Tensor
  readonly y: Tensor
}

/** Points of a square and their mirror images about its centre; class 1 where both coordinates have one sign. */
const quadrants = (key: Key, rows: number): Points => {
  const half = uniform(key, [Math.ceil(rows / 2), 2], { low: -1, high: 1, dtype: 'float64' })
  const x = concat([half, neg(half)])
  const [n = 0] = x.shape
  const product = mul(slice(x, [0, 0], [n, 1]), slice(x, [0, 1], [n, 2]))
  return { x, y: cast(greater(product, 0), 'float64') }
}

/** A hidden layer of normalized sigmoid units trained on all rows at once: the loss on the way, and the score at a point. */
const trained = (
  key: Key,
  { x, y }: Points,
  { gamma, beta }: Learned,
  { units, steps }: { readonly units: number; readonly steps: number },
): { readonly losses: readonly number[]; readonly score: (point: Tensor) => Tensor } => {
  const net = network(2, dense('hidden', units), batchNorm('norm'), activation('sigmoid'), dense('output', 1))
  const { params: start, state } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
  type Params = typeof start
  const chosen = (params: Params): Params => ({
    ...params,
    norm: {
      gamma: gamma ? params.norm.gamma : start.norm.gamma,
      beta: beta ? params.norm.beta : start.norm.beta,
    },
  })
  const shown: typeof net = {
    ...net,
    apply: (mode, params, ...rest) => net.apply(mode, chosen(params), ...rest),
  }
  const optimizer = adam<Params>({ learningRate: 0.05 })
  const step = supervisedStep({
    model: shown,
    loss: (logits, targets) => sigmoidBinaryCrossEntropy(logits, targets),
    optimizer,
  })
  const none: readonly number[] = []
  const way = Array.from({ length: steps }, (_, i) => i).reduce(
    ({ place, losses }, i) => {
      const next = step({ ...place, step: i }, { x, y }, key)
      return { place: next, losses: [...losses, next.loss] }
    },
    {
      place: { params: start, layers: state, optimizer: optimizer.init(start) },
      losses: none,
    },
  )
  const end = chosen(way.place.params)
  const whole = recalibrate(net, end, state, x)
  return {
    losses: way.losses,
    score: (point) => sigmoid(reshape(net.apply(evalMode, end, whole, reshape(point, [1, 2]))[0], [])),
  }
}

const boundary = (
  title: BoundaryPicture['title'],
  { x, y }: Points,
  score: (point: Tensor) => Tensor,
): BoundaryPicture => {
  const { xs, ys, values } = contourGrid(score, { x: [-1, 1], y: [-1, 1], points: 41 })
  const labels = rowsOf(y)
  return {
    kind: 'boundary',
    title,
    x: { title: 'x₁' },
    y: { title: 'x₂' },
    classes: [
      { en: 'different signs', bg: 'различни знаци' },
      { en: 'the same sign', bg: 'еднакви знаци' },
    ],
    grid: { xs, ys, field: { kind: 'score', values } },
    points: rowsOf(x).map(([first = NaN, second = NaN], i) => ({
      at: [first, second],
      class: labels[i]?.[0] ?? 0,
      part: 'train',
    })),
  }
}

/** Units that always have mean 0 and variance 1 can say less. */
export const d10 = claim({
  id: 'D10',
  lines: '363–369',
  asWritten: {
    en: 'Hidden units should not always have mean 0 and variance 1: γ and β let a sigmoid layer use more than the nearly straight part of its curve.',
    bg: 'Скритите неврони не бива да са винаги със средно 0 и дисперсия 1: γ и β позволяват на сигмоиден слой да ползва повече от почти правата част на кривата си.',
  },
  corrected: {
    en: 'The same, measured where it can be proved: about its mean a sigmoid is odd, so a sum of such units over symmetric data is an odd function plus a constant, and the quadrants (XOR), which are even, cannot be told apart; the loss stays at that of a coin. A learned γ alone changes nothing of that, β alone helps, both together solve it.',
    bg: 'Същото, измерено там, където може да се докаже: около средното си сигмоидата е нечетна, затова сума от такива неврони върху симетрични данни е нечетна функция плюс константа и не различава квадрантите (XOR), които са четни; загубата остава като на монета. Само научена γ не променя това, само β помага, двете заедно решават задачата.',
  },
  measures: {
    none: {
      name: {
        en: 'cross-entropy reached with mean 0 and variance 1',
        bg: 'достигната кръстосана ентропия при средно 0 и дисперсия 1',
      },
      // The entropy of shares near one half is log 2 less a hundredth or two.
      corrected: { within: [0.65, 0.7] },
      literal: { atLeast: 0.5 },
    },
    gammaOnly: {
      name: { en: 'the same with learned γ', bg: 'същата с научена γ' },
      corrected: { within: [0.65, 0.7] },
    },
    betaOnly: {
      name: { en: 'the same with learned β', bg: 'същата с научено β' },
      corrected: { atMost: 0.5 },
    },
    both: {
      name: { en: 'the same with learned γ and β', bg: 'същата с научени γ и β' },
      corrected: { atMost: 0.2 },
      literal: { atMost: 0.25 },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 200, whole: true, min: 10, max: 20000 },
    units: { name: { en: 'hidden units', bg: 'скрити неврони' }, value: 8, whole: true, min: 1, max: 512 },
    steps: { name: { en: 'steps of Adam', bg: 'стъпки на Adam' }, value: 600, whole: true },
  },
  measure: ({ key, settings: { rows, ...settings }, progress }) => {
    const data = quadrants(foldIn(key, 'points'), rows)
    const run = (gamma: boolean, beta: boolean, done: number) => {
      const result = trained(key, data, { gamma, beta }, settings)
      progress(done, 4)
      return result
    }
    const none = run(false, false, 1)
    const gammaOnly = run(true, false, 2)
    const betaOnly = run(false, true, 3)
    const both = run(true, true, 4)
    const last = ({ losses }: typeof none): number => losses.at(-1) ?? NaN
    const place = {
      en: `quadrants, ${settings.units} normalized sigmoid units`,
      bg: `квадранти, ${settings.units} нормализирани сигмоидни неврона`,
    }
    return {
      figures: { none: last(none), gammaOnly: last(gammaOnly), betaOnly: last(betaOnly), both: last(both) },
      pictures: [
        {
          kind: 'curves',
          title: { en: `Cross-entropy, ${place.en}`, bg: `Кръстосана ентропия, ${place.bg}` },
          x: { title: { en: 'step', bg: 'стъпка' }, whole: true },
          y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия' } },
          series: [
            { name: { en: 'mean 0, variance 1', bg: 'средно 0, дисперсия 1' }, run: none },
            { name: 'γ', run: gammaOnly },
            { name: 'β', run: betaOnly },
            { name: { en: 'γ and β', bg: 'γ и β' }, run: both },
          ].map(({ name, run }) => ({
            name,
            points: run.losses.flatMap((loss, i) => (i % 5 === 0 ? [[i, loss] as const] : [])),
          })),
        },
        boundary(
          {
            en: `Mean 0 and variance 1: ${place.en}`,
            bg: `Средно 0 и дисперсия 1: ${place.bg}`,
          },
          data,
          none.score,
        ),
        boundary({ en: `Learned γ and β: ${place.en}`, bg: `Научени γ и β: ${place.bg}` }, data, both.score),
      ],
    }
  },
})
