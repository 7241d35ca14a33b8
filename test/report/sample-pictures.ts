import type { Picture } from '../../src/report/index.ts'

/** Numbers in [0, 1) that look random and are always the same. */
const r = (i: number) => {
  const x = Math.sin(i * 127.1) * 43758.5453
  return x - Math.floor(x)
}

/** A picture of each kind, and of some a second one that is drawn otherwise; long titles in both languages. */
export const samplePictures: Readonly<Record<string, Picture>> = {
  curves: {
    kind: 'curves',
    title: {
      en: 'Cross-entropy on the noisy digits (noisy300, 256-128-64-10, Adam 0.001), dropout 0.5',
      bg: 'Кръстосана ентропия върху шумните цифри (noisy300, 256-128-64-10, Adam 0,001), отпадане 0,5',
    },
    x: { title: { en: 'epoch', bg: 'епоха' }, whole: true },
    y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия (загуба)' } },
    series: [
      {
        name: { en: 'train', bg: 'обучаващ набор' },
        points: Array.from({ length: 30 }, (_, i) => [i + 1, 2.3 * Math.exp(-i / 6)]),
        mark: 'line',
      },
      {
        name: { en: 'dev', bg: 'проверяващ набор' },
        points: Array.from({ length: 30 }, (_, i) => [
          i + 1,
          i === 20 ? NaN : 1.2 + 1.1 * Math.exp(-i / 4) + 0.03 * i,
        ]),
        intervals: Array.from({ length: 30 }, (_, i) => [
          i + 1,
          1.1 + 1.1 * Math.exp(-i / 4) + 0.03 * i,
          1.3 + 1.1 * Math.exp(-i / 4) + 0.03 * i,
        ]),
        mark: 'both',
      },
      {
        name: { en: 'several random points', bg: 'няколко случайни точки' },
        points: Array.from({ length: 20 }, (_, i) => [r(i) * 30, r(i + 50) * 2]),
        mark: 'point',
      },
    ],
    rules: [
      { name: { en: 'chosen epoch', bg: 'избрана епоха' }, axis: 'x', at: 9 },
      { name: { en: 'guess', bg: 'налучкване' }, axis: 'y', at: 2.3 },
    ],
  },
  curvesLog: {
    kind: 'curves',
    title: { en: 'Signal by depth', bg: 'Сигнал по дълбочина' },
    x: { title: { en: 'layer', bg: 'слой' }, whole: true },
    y: { title: { en: '‖δ‖', bg: '‖δ‖' }, scale: 'log' },
    series: Array.from({ length: 6 }, (_, s) => ({
      name: `series ${s}`,
      points: Array.from({ length: 50 }, (_, i) => [i + 1, 10 ** ((-(s + 1) * i) / 20 + 10)] as const),
    })),
  },
  bars: {
    kind: 'bars',
    title: { en: 'Test error by initialization', bg: 'Тестова грешка според инициализацията' },
    x: { title: { en: 'initializer', bg: 'инициализация' } },
    y: { title: { en: 'error', bg: 'грешка' } },
    categories: [
      'He',
      'Xavier',
      'LeCun',
      'uniform',
      { en: 'constant value of one half', bg: 'постоянна стойност от една втора' },
    ],
    series: [
      {
        name: 'ReLU',
        values: [0.05, 0.08, 0.11, 0.3, 0.9].map((v) => ({
          value: v,
          interval: [v * 0.8, v * 1.2] as const,
        })),
      },
      { name: 'tanh', values: [0.09, 0.05, 0.06, 0.2, 0.9].map((v) => ({ value: v })) },
      { name: 'σ', values: [0.4, 0.5, 0.5, 0.6, NaN].map((v) => ({ value: v })) },
    ],
    rules: [{ name: { en: 'guessing', bg: 'налучкване' }, axis: 'y', at: 0.9 }],
  },
  barsLogNarrow: {
    kind: 'bars',
    title: { en: 'Updates to dev loss 0.25', bg: 'Стъпки до загуба 0,25' },
    x: { title: { en: 'batch size', bg: 'големина на партидата' } },
    y: { title: { en: 'updates', bg: 'стъпки' }, scale: 'log' },
    categories: ['1', '8', '32', '128', '512', 'm'],
    series: [{ name: 'x', values: [8000, 1000, 375, 256, 128, 90].map((value) => ({ value })) }],
  },
  isolines: {
    kind: 'isolines',
    title: {
      en: 'Rosenbrock function, descent from (−1.5, 2)',
      bg: 'Функция на Розенброк, спускане от (−1,5; 2)',
    },
    x: { title: { en: 'weight w₁', bg: 'тегло w₁' } },
    y: { title: { en: 'weight w₂', bg: 'тегло w₂' } },
    grid: (() => {
      const xs = Array.from({ length: 61 }, (_, i) => -2 + i / 15),
        ys = Array.from({ length: 61 }, (_, i) => -1 + i / 15)
      return { xs, ys, values: ys.map((y) => xs.map((x) => (1 - x) ** 2 + 100 * (y - x * x) ** 2)) }
    })(),
    value: { title: { en: 'cost', bg: 'разходи' } },
    paths: [
      {
        name: { en: 'gradient descent, rate 0.001', bg: 'градиентно спускане, скорост 0,001' },
        points: (() => {
          let x = -1.5,
            y = 2
          const p: [number, number][] = [[x, y]]
          for (let k = 0; k < 400; k++) {
            const gx = -2 * (1 - x) - 400 * x * (y - x * x),
              gy = 200 * (y - x * x)
            x -= 0.001 * gx
            y -= 0.001 * gy
            p.push([x, y])
          }
          return p
        })(),
      },
      {
        name: 'Adam',
        points: Array.from({ length: 30 }, (_, i) => [-1.5 + i / 12, 2 - Math.sin(i / 10)] as const),
      },
    ],
    places: [{ name: { en: 'minimum', bg: 'минимум' }, at: [1, 1] }],
  },
  isolinesLinear: {
    kind: 'isolines',
    title: 'x·y',
    x: { title: 'x' },
    y: { title: 'y' },
    grid: (() => {
      const xs = Array.from({ length: 31 }, (_, i) => -1 + i / 15)
      return {
        xs,
        ys: xs,
        values: xs.map((y) => xs.map((x) => (Math.hypot(x - 0.3, y) < 0.2 ? NaN : x * y))),
      }
    })(),
    value: { title: 'f' },
  },
  boundary: {
    kind: 'boundary',
    title: {
      en: 'Three classes, 2-16-3 tanh, label noise 0.1',
      bg: 'Три класа, 2-16-3 tanh, шум в етикетите 0,1',
    },
    x: { title: 'x₁' },
    y: { title: 'x₂' },
    classes: [{ en: 'red', bg: 'първи' }, { en: 'second', bg: 'втори' }, 'c'],
    grid: (() => {
      const xs = Array.from({ length: 61 }, (_, i) => -3 + i / 10)
      return {
        xs,
        ys: xs,
        field: {
          kind: 'probabilities' as const,
          values: xs.map((y) =>
            xs.map((x) => {
              const l = [0, 1, 2].map((k) =>
                Math.exp(2 * (x * Math.cos(k * 2.1 + y / 3) + y * Math.sin(k * 2.1))),
              )
              const t = l.reduce((a, b) => a + b)
              return l.map((v) => v / t)
            }),
          ),
        },
      }
    })(),
    points: Array.from({ length: 150 }, (_, i) => {
      const x = r(i) * 5.6 - 2.8,
        y = r(i + 999) * 5.6 - 2.8
      const l = [0, 1, 2].map((k) => x * Math.cos(k * 2.1) + y * Math.sin(k * 2.1))
      return {
        at: [x, y] as const,
        class: l.indexOf(Math.max(...l)),
        part: i % 3 === 0 ? ('dev' as const) : ('train' as const),
      }
    }),
  },
  boundaryNarrow: {
    kind: 'boundary',
    title: { en: 'Spirals', bg: 'Спирали' },
    x: { title: 'x₁' },
    y: { title: 'x₂' },
    classes: [
      { en: 'no', bg: 'не' },
      { en: 'yes', bg: 'да' },
    ],
    grid: (() => {
      const xs = Array.from({ length: 61 }, (_, i) => -3 + i / 10)
      return {
        xs,
        ys: xs,
        field: {
          kind: 'score' as const,
          threshold: 0,
          values: xs.map((y) => xs.map((x) => Math.sin(Math.atan2(y, x) + 2 * Math.hypot(x, y)))),
        },
      }
    })(),
    points: [],
  },
  images: {
    kind: 'images',
    title: {
      en: 'Weights of the first layer after 15 epochs, 256-64-10',
      bg: 'Тегла на първия слой след 15 епохи, 256-64-10',
    },
    scale: 'signed',
    value: { title: { en: 'weight', bg: 'тегло' } },
    images: Array.from({ length: 12 }, (_, k) => ({
      caption: { en: `unit ${k + 1}`, bg: `неврон ${k + 1}` },
      pixels: Array.from({ length: 16 }, (_, j) =>
        Array.from(
          { length: 16 },
          (_, i) => Math.sin((i + k) / 3) * Math.cos(j / (k + 2)) * 0.2 + 0.05 * r(i * 16 + j + k),
        ),
      ),
    })),
  },
  imagesInk: {
    kind: 'images',
    title: { en: 'Rows taken for another digit', bg: 'Редове, взети за друга цифра' },
    scale: 'ink',
    value: { title: { en: 'ink', bg: 'мастило' } },
    images: Array.from({ length: 5 }, (_, k) => ({
      caption: { en: `a 3 taken for an 8 (${k})`, bg: `3, взето за 8 (${k})` },
      pixels: Array.from({ length: 16 }, (_, j) =>
        Array.from({ length: 16 }, (_, i) => Math.exp(-((Math.hypot(i - 8, j - 8) - 5) ** 2) / 3)),
      ),
    })),
  },
  histograms: {
    kind: 'histograms',
    title: { en: 'Activations by layer, sigmoid, Xavier', bg: 'Активации по слоеве, сигмоида, Xavier' },
    x: { title: { en: 'activation', bg: 'активация' } },
    panels: ['hidden1', 'hidden2', 'hidden3'].map((name, p) => ({
      name,
      notFinite: p,
      bins: Array.from({ length: 40 }, (_, i) => ({
        low: i / 40,
        high: (i + 1) / 40,
        count: Math.round(900 * Math.exp(-(((i - 20) / (4 + 5 * p)) ** 2))),
      })),
    })),
  },
  signals: {
    kind: 'signals',
    title: { en: 'Signal that returns to each layer', bg: 'Връщащ се сигнал по слоеве' },
    y: { title: '‖δ‖' },
    layers: [
      'first',
      'tanh',
      'second',
      'tanh',
      { en: 'normalization', bg: 'нормализация по партиди' },
      'relu',
      'output',
    ],
    series: [
      { name: { en: 'sigmoid', bg: 'сигмоида' }, values: [1e-9, 1e-8, 2e-6, 1e-5, 3e-3, 0, 0.4] },
      { name: 'ReLU', values: [0.3, 0.31, 0.29, 0.4, 0.5, 0.45, 0.5] },
    ],
  },
  signalsDeep: {
    kind: 'signals',
    title: { en: 'Depth 50', bg: 'Дълбочина 50' },
    y: { title: '‖δ‖' },
    layers: Array.from({ length: 50 }, (_, i) => `layer${i + 1}`),
    series: [
      { name: 'He', values: Array.from({ length: 50 }, (_, i) => 1 + 0.3 * r(i)) },
      {
        name: { en: 'variance 1/n', bg: 'вариация 1/n' },
        values: Array.from({ length: 50 }, (_, i) => 2 ** (i / 2 - 25)),
      },
    ],
  },
  lambda: {
    kind: 'lambda-front',
    title: {
      en: 'Loss against the norm of the weights, noisy300, λ chosen on dev',
      bg: 'Загуба срещу нормата на теглата, noisy300, λ избрано върху проверяващия набор',
    },
    loss: { title: { en: 'loss ℓ', bg: 'загуба ℓ' } },
    penalty: { title: { en: 'penalty Ω = Σ w²', bg: 'регуларизация Ω = Σ w²' } },
    points: [0.01, 0.03, 0.1, 0.3, 1, 3, 10].map((lambda) => ({
      lambda,
      penalty: 4 / (1 + lambda) ** 2,
      loss: 4 * (lambda / (1 + lambda)) ** 2 + 0.3,
    })),
    chosen: 0.3,
  },
  front: {
    kind: 'front',
    title: { en: 'Loss against size, 40 runs each', bg: 'Загуба срещу размер, по 40 пускания' },
    x: { title: { en: 'weights', bg: 'тегла' }, scale: 'log', direction: 'min' },
    y: { title: { en: 'loss', bg: 'загуба' }, direction: 'min' },
    methods: ['MGDA', 'PCGrad', { en: 'weighted sum', bg: 'претеглена сума' }].map((name, m) => ({
      name,
      points: Array.from({ length: 25 }, (_, i) => {
        const t = r(i + 100 * m)
        return [10 ** (2 + 3 * t), 1 - 0.9 * t + 0.3 * r(i + 1000 * m) + m * 0.1] as const
      }),
    })),
    reference: [1e5, 2],
    chosen: [2000, 0.8],
  },
  confusion: {
    kind: 'confusion',
    title: { en: 'Digits, test part', bg: 'Цифри, тестов набор' },
    classes: Array.from({ length: 10 }, (_, i) => String((i + 1) % 10)),
    counts: Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 10 }, (_, j) => (i === j ? 180 + i : Math.floor(r(i * 10 + j) * 12))),
    ),
  },
  confusionNarrow: {
    kind: 'confusion',
    title: { en: 'Iris', bg: 'Ириси' },
    classes: ['Iris setosa', 'Iris versicolor', 'Iris virginica'],
    counts: [
      [50, 0, 0],
      [0, 47, 3],
      [0, 2, 48],
    ],
  },
  reliability: {
    kind: 'reliability',
    title: { en: 'Digits, dev part', bg: 'Цифри, проверяващ набор' },
    calibrationError: 0.0837,
    bins: Array.from({ length: 10 }, (_, i) => ({
      low: i / 10,
      high: (i + 1) / 10,
      count: i < 2 ? 0 : 5 + i ** 3,
      confidence: i / 10 + 0.05,
      accuracy: Math.max(0, (i / 10) ** 1.5),
      interval: [Math.max(0, (i / 10) ** 1.5 - 0.1), Math.min(1, (i / 10) ** 1.5 + 0.1)] as const,
    })),
  },
  parallel: {
    kind: 'parallel',
    title: { en: 'Random search, 40 trials, noisy300', bg: 'Случайно търсене, 40 опита, noisy300' },
    axes: [
      { title: { en: 'learning rate', bg: 'скорост на обучение' }, scale: 'log' },
      { title: { en: 'units', bg: 'неврони' }, whole: true },
      { title: { en: 'activation', bg: 'активационна функция' }, choices: ['relu', 'tanh', 'sigmoid'] },
      { title: 'λ', scale: 'log' },
    ],
    objective: { title: { en: 'dev loss', bg: 'загуба върху проверяващия набор' }, direction: 'min' },
    trials: Array.from({ length: 40 }, (_, i) => ({
      values: [
        10 ** (-4 + 3 * r(i)),
        Math.round(8 + 120 * r(i + 50)),
        Math.floor(3 * r(i + 90)),
        i % 7 === 0 ? NaN : 10 ** (-6 + 5 * r(i + 200)),
      ],
      objective: 0.3 + Math.abs(Math.log10(10 ** (-4 + 3 * r(i))) + 2.5) + 0.3 * r(i + 400),
    })),
  },
  importance: {
    kind: 'importance',
    title: { en: 'What matters, 40 trials', bg: 'Кое е важно, 40 опита' },
    measure: { title: { en: 'share of the variance of ranks', bg: 'дял от дисперсията на ранговете' } },
    settings: [
      { name: { en: 'units', bg: 'неврони' }, value: 0.11, interval: [0.02, 0.2] },
      { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 0.62, interval: [0.5, 0.7] },
      { name: 'λ', value: 0.04 },
    ],
  },
}
