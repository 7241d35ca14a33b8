import { argmax, toArray, toTypedArray, softmax, type Tensor } from 'puregrad'
import { evalMode } from 'puregrad/nn'
import type { CurvesPicture, Picture, PictureText, ReliabilityPicture } from 'puregrad/report'
import { wilsonInterval } from 'puregrad/training'
import * as guide from './program.ts'
import { both, devLoss, devPart, epoch, lossTitle, rounded, trainLoss, trainPart } from './text.ts'
import { image } from './untrained-pictures.ts'

type Run = Pick<typeof guide.plain, 'history'>
type Epoch = Run['history'][number]

const series = (
  name: PictureText,
  { history }: Run,
  of: (at: Epoch) => number,
): CurvesPicture['series'][number] => ({
  name,
  points: history.map((at, i) => [i + 1, rounded(of(at))] as const),
})

const curves = (
  title: PictureText,
  y: PictureText,
  lines: CurvesPicture['series'],
  rules: CurvesPicture['rules'] = [],
): Picture => ({ kind: 'curves', title, x: epoch, y: { title: y }, series: lines, rules })

const overfitting = (): Picture =>
  curves(
    both('Noisy digits, 300 rows, network 256-128-64-10', 'Зашумени цифри, 300 реда, мрежа 256-128-64-10'),
    both('share of wrong rows', 'дял на сгрешените редове'),
    [
      series(trainPart, guide.plain, ({ train }) => 1 - train.accuracy),
      series(devPart, guide.plain, ({ dev }) => 1 - dev.accuracy),
    ],
  )

const price = (): Picture => ({
  kind: 'lambda-front',
  title: both('Noisy digits: ℓ + λΩ after 60 epochs', 'Зашумени цифри: ℓ + λΩ след 60 епохи'),
  loss: { title: both('training cross-entropy ℓ', 'кръстосана ентропия ℓ, обучаващ набор') },
  penalty: { title: both('penalty Ω = Σw²', 'наказание Ω = Σw²') },
  points: guide.front.map(({ lambda, loss, penalty }) => ({
    lambda,
    loss: rounded(loss),
    penalty: rounded(penalty),
  })),
  chosen: 0.02,
})

const zeros = (): Picture => ({
  kind: 'images',
  title: both(
    'Weights of the first layer that are not 0, pixel by pixel',
    'Ненулеви тегла на първия слой, пиксел по пиксел',
  ),
  scale: 'ink',
  value: { title: both('weights left of 128', 'останали тегла от 128') },
  images: [
    { caption: both('no penalty', 'без наказание'), run: guide.plain },
    ...guide.pruned.points.map(({ setting, result }) => ({
      caption: both(`λ = ${setting}`, `λ = ${String(setting).replace('.', ',')}`),
      run: result,
    })),
  ].map(({ caption, run }) => ({
    caption,
    pixels: image(
      (toArray(run.best.params.hidden1.weight) as readonly (readonly number[])[]).map(
        (weights) => weights.filter((weight) => weight !== 0).length,
      ),
    ),
  })),
})

const stopping = (): Picture =>
  curves(
    both('Noisy digits: where training should have stopped', 'Зашумени цифри: къде е трябвало да се спре'),
    lossTitle,
    [
      series(trainPart, guide.plain, ({ train }) => train.loss),
      series(devPart, guide.plain, ({ dev }) => dev.loss),
      series(
        both('dev, λ = 0.02', 'проверяващ набор, λ = 0,02'),
        guide.priced.best!.result,
        ({ dev }) => dev.loss,
      ),
    ],
    [
      {
        name: both(`chosen: epoch ${guide.plain.best.epoch}`, `избрана: епоха ${guide.plain.best.epoch}`),
        axis: 'x',
        at: guide.plain.best.epoch,
      },
    ],
  )

/** Ten bins of the highest probability. */
const reliability = (title: PictureText, p: Tensor, y: Tensor): ReliabilityPicture => {
  const labels = toTypedArray(y)
  const rows = (toArray(p) as readonly (readonly number[])[]).map((row, i) => {
    const confidence = Math.max(...row)
    return { confidence, hit: row.indexOf(confidence) === labels[i] }
  })
  const bins = Array.from({ length: 10 }, (_, b) => {
    const own = rows.filter(({ confidence }) => Math.min(9, Math.floor(10 * confidence)) === b)
    const hits = own.filter(({ hit }) => hit).length
    const [low, high] = wilsonInterval(hits, own.length)
    return {
      low: b / 10,
      high: (b + 1) / 10,
      count: own.length,
      confidence: rounded(own.reduce((total, { confidence }) => total + confidence, 0) / own.length),
      accuracy: rounded(hits / own.length),
      interval: [rounded(low), rounded(high)] as const,
    }
  }).filter(({ count }) => count > 0)
  return {
    kind: 'reliability',
    title,
    bins,
    calibrationError: rounded(
      bins.reduce(
        (total, { count, accuracy, confidence }) => total + count * Math.abs(accuracy - confidence),
        0,
      ) / rows.length,
    ),
  }
}

const atEndOf = ({ net, last }: typeof guide.plain, x: Tensor): Tensor =>
  softmax(net.apply(evalMode, last.params, last.layers, x)[0])

const batches = (): Picture =>
  curves(
    both('Noisy digits: descent at the rate 0.1', 'Зашумени цифри: спускане със скорост 0,1'),
    trainLoss,
    guide.sizes.map(({ batch, run }) =>
      series(
        batch === 1 ? both('1 row', '1 ред') : both(`${batch} rows`, `${batch} реда`),
        run,
        ({ train }) => train.loss,
      ),
    ),
  )

const normalization = (): Picture =>
  curves(
    both('Noisy digits, ten layers of 64 units', 'Зашумени цифри, десет слоя по 64 неврона'),
    trainLoss,
    [
      series(both('sigmoid', 'сигмоидна'), guide.sunk, ({ train }) => train.loss),
      series(both('sigmoid, normalized', 'сигмоидна, нормализирана'), guide.saved, ({ train }) => train.loss),
      series('ReLU', guide.lifted, ({ train }) => train.loss),
    ],
  )

const optimizers = (): Picture =>
  curves(
    both(
      'Noisy digits, dropout 0.3, batches normalized',
      'Зашумени цифри, отпадане 0,3, нормализация по партиди',
    ),
    trainLoss,
    [
      series(both('descent, 0.03', 'спускане, 0,03'), guide.plainDescent, ({ train }) => train.loss),
      series(both('momentum, 0.03', 'инерция, 0,03'), guide.withMomentum, ({ train }) => train.loss),
      series(both('Adam, 0.001', 'Adam, 0,001'), guide.steadied, ({ train }) => train.loss),
      series(
        both('Adam, 0.003, cosine', 'Adam, 0,003, косинус'),
        guide.withCosine,
        ({ train }) => train.loss,
      ),
    ],
  )

const front = (): Picture => {
  const points = (begins: string): readonly (readonly [number, number])[] =>
    guide.tried
      .filter(({ config }) => config.startsWith(begins))
      .map(({ objectives: [size, loss] }) => [size, rounded(loss)] as const)
  return {
    kind: 'front',
    title: both('Noisy digits: every network so far', 'Зашумени цифри: всички мрежи дотук'),
    x: { title: both('parameters left', 'останали параметри'), direction: 'min' },
    y: { title: devLoss, direction: 'min' },
    methods: [
      { name: both('as it comes', 'както дойде'), points: points('plain') },
      { name: 'L2', points: points('L2') },
      { name: 'L1', points: points('L1') },
      { name: both('dropout', 'отпадане'), points: points('dropout') },
      { name: both('normalized', 'нормализация'), points: points('normalized') },
    ],
  }
}

const search = (): Picture => ({
  kind: 'parallel',
  title: both('Nine trials of 60 epochs', 'Девет опита по 60 епохи'),
  axes: [
    { title: both('learning rate', 'скорост на обучение'), scale: 'log' },
    { title: 'λ', scale: 'log' },
    { title: both('pixels dropped', 'отпадащи пиксели') },
    { title: both('units dropped', 'отпадащи неврони') },
  ],
  objective: { title: devLoss, direction: 'min' },
  trials: guide.searched.ranked.map(({ config, objectives: [objective = NaN] }) => ({
    values: [config.learningRate, config.lambda, config.pixels, config.units].map((value) => rounded(value)),
    objective: rounded(objective),
  })),
})

const confusion = (): Picture => {
  const said = toTypedArray(argmax(guide.probabilities(guide.final, guide.fresh.x), { axis: 1 }))
  const right = toTypedArray(guide.fresh.y)
  const { names } = guide.fresh.targets
  return {
    kind: 'confusion',
    title: both(
      'The test part: 4,000 noisy digits, five networks',
      'Тестовият набор: 4000 зашумени цифри, пет мрежи',
    ),
    classes: names,
    counts: names.map((_, i) =>
      names.map((__, j) => right.filter((label, row) => label === i && said[row] === j).length),
    ),
  }
}

/** The pictures of what the guide's own program trained. */
export const trainedPictures = (): Readonly<Record<string, Picture>> => ({
  overfitting: overfitting(),
  price: price(),
  zeros: zeros(),
  stopping: stopping(),
  'reliability-first': reliability(
    both('The first network, after 60 epochs, on dev', 'Първата мрежа след 60 епохи, проверяващ набор'),
    atEndOf(guide.plain, guide.dev.x),
    guide.dev.y,
  ),
  'reliability-team': reliability(
    both('Three networks with dropout, on dev', 'Три мрежи с отпадане, проверяващ набор'),
    guide.probabilities(guide.members, guide.dev.x),
    guide.dev.y,
  ),
  normalization: normalization(),
  batches: batches(),
  optimizers: optimizers(),
  front: front(),
  search: search(),
  confusion: confusion(),
  'reliability-final': reliability(
    both('The five networks at the end, on test', 'Петте мрежи накрая, тестов набор'),
    guide.probabilities(guide.final, guide.fresh.x),
    guide.fresh.y,
  ),
})
