import { cast, jit, leavesOf, max, argmax, slice, softmax, tensor, toTypedArray, type Tensor } from 'puregrad'
import { evalMode, places } from 'puregrad/nn'
import { layerOutputs, probe, signalReport, type LayerProbe } from 'puregrad/study'
import { findingText, type Wording } from 'puregrad/report'
import { diagnose, evaluate, errorRate } from 'puregrad/training'
import { descentView } from './descent-view.ts'
import { layerTitle } from './explanation.ts'
import { settingsNow, stageNow, type Future } from './future.ts'
import type { Net, Params } from './layers.ts'
import type {
  BoundaryView,
  ConfusionView,
  CriteriaView,
  DiagnosisView,
  LayerSignal,
  LayerWeights,
  MistakesView,
  Points,
  SignalsView,
  View,
  ViewRequest,
  WeightsView,
} from './messages.ts'
import type { Rows } from './rows.ts'
import { fields, isDigits, isPlanar } from './settings.ts'
import { fill, say } from './wordings.ts'

type Answers = (
  params: Params,
  layers: Params,
  x: Tensor,
) => { readonly predicted: Tensor; readonly shares: Tensor }

/** Remembers what is made of an object for as long as there is one. */
const remembered = <K extends object, A>(make: (of: K) => A): ((of: K) => A) => {
  const known = new WeakMap<K, { readonly made: A }>()
  return (of) => {
    const found = known.get(of) ?? { made: make(of) }
    known.set(of, found)
    return found.made
  }
}

const answersOf = remembered((net: Net): Answers =>
  jit((params: Params, layers: Params, x: Tensor) => {
    const shares = softmax(net.apply(evalMode, params, layers, x)[0])
    return { predicted: argmax(shares, { axis: -1 }), shares }
  }),
)

const image = { width: 16, height: 16 } as const

/** The places of planar rows, before scaling. */
export const pointsOf = ({ x, y }: { readonly x: Tensor; readonly y: Tensor }): Points => ({
  places: Float32Array.from(toTypedArray(x)),
  labels: Uint8Array.from(toTypedArray(y)),
})

type Window = readonly [low: number, high: number]

/** A square around all points, so that a unit is as long in both directions. */
const windowOf = remembered((rows: Rows): { readonly x: Window; readonly y: Window } => {
  const places = [rows.raw.train, rows.raw.dev].flatMap(({ x }) => Array.from(toTypedArray(x)))
  const [xs, ys] = [0, 1].map((axis) => places.filter((_, i) => i % 2 === axis)) as [number[], number[]]
  const ends = (values: readonly number[]): Window => [Math.min(...values), Math.max(...values)]
  const [x, y] = [ends(xs), ends(ys)]
  const half = 0.55 * Math.max(x[1] - x[0], y[1] - y[0], 1e-3)
  const around = ([low, high]: Window): Window => [(low + high) / 2 - half, (low + high) / 2 + half]
  return { x: around(x), y: around(y) }
})

/** The points of a grid as the network gets them; the last grid is remembered. */
const gridsOf = remembered((rows: Rows) => {
  // eslint-disable-next-line functional/no-let -- nobody sees what is remembered but by the time it saves
  let last: { readonly points: number; readonly grid: Tensor } | undefined
  return (points: number): Tensor => {
    if (last?.points === points) return last.grid
    const { x, y } = windowOf(rows)
    const at = ([low, high]: Window, i: number): number => low + ((high - low) * i) / (points - 1)
    const raw = tensor(
      Array.from({ length: points * points }, (_, i) => [at(x, i % points), at(y, Math.floor(i / points))]),
      { dtype: rows.train.x.dtype as 'float32' | 'float64' },
    )
    last = { points, grid: rows.scaler === undefined ? raw : rows.scaler.apply(raw) }
    return last.grid
  }
})

const boundaryView = (future: Future, points: number): BoundaryView | undefined => {
  if (!isPlanar(settingsNow(future))) return undefined
  const { rows, state } = future
  const { predicted, shares } = answersOf(stageNow(future).net)(
    state.params,
    state.layers,
    gridsOf(rows)(points),
  )
  const classes = rows.train.targets.names.length
  const all = toTypedArray(shares)
  return {
    kind: 'boundary',
    ...windowOf(rows),
    columns: points,
    rows: points,
    predicted: Uint8Array.from(toTypedArray(predicted)),
    probability: Float32Array.from(toTypedArray(max(shares, { axis: -1 }))),
    ...(classes === 2
      ? { second: Float32Array.from({ length: points * points }, (_, i) => Number(all[2 * i + 1])) }
      : {}),
  }
}

const diagnosisView = (future: Future): DiagnosisView | undefined => {
  const { rows, state, history } = future
  const record = history[state.epoch]
  if (record === undefined || !Number.isFinite(record.trainError + record.devError)) return undefined
  const { net, settings } = stageNow(future)
  const own = settings.hidden.some(({ normalization }) => normalization === 'batch')
    ? {
        ownStatistics: errorRate(
          evaluate(net, state.params, state.layers, rows.train, { statistics: 'own' }),
        ),
      }
    : {}
  const findings = diagnose({
    train: { value: record.trainError, n: rows.train.n },
    dev: { value: record.devError, n: rows.dev.n },
    ...own,
  })
  return {
    kind: 'diagnosis',
    findings: findings.map((finding) => ({
      kind: finding.kind,
      gap: finding.gap,
      interval: finding.interval,
      ...findingText(finding),
    })),
  }
}

const weightsOf = (name: string, weight: Tensor, pictures: boolean): LayerWeights => {
  const values = Float32Array.from(toTypedArray(weight))
  const [rows = 0, columns = 0] = weight.shape
  return {
    name,
    title: layerTitle(name),
    rows,
    columns,
    values,
    greatest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    zeros: values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    ...(pictures && rows === image.width * image.height ? { image } : {}),
  }
}

const weightsView = (future: Future): WeightsView => {
  const layers = Object.entries(future.state.params).flatMap(([name, { weight }], i) =>
    weight === undefined ? [] : [weightsOf(name, weight, i === 0 && isDigits(settingsNow(future)))],
  )
  return {
    kind: 'weights',
    layers,
    zeros: layers.reduce((sum, { zeros }) => sum + zeros, 0),
    of: layers.reduce((sum, { values }) => sum + values.length, 0),
  }
}

/** How often each of the numbers from 0 occurs. */
const counted = (places: readonly number[], of: number): Uint32Array => {
  const counts = new Uint32Array(of)
  places.forEach((place) => {
    // eslint-disable-next-line functional/immutable-data -- an array made here, which nobody has seen yet
    counts[place] = (counts[place] ?? 0) + 1
  })
  return counts
}

const histogramOf = (output: Tensor, bins: number): LayerSignal['histogram'] => {
  const values = toTypedArray(output) as ArrayLike<number>
  const all = Float64Array.from(values).filter(Number.isFinite)
  const [low, high] = [
    all.reduce((a, b) => Math.min(a, b), Infinity),
    all.reduce((a, b) => Math.max(a, b), -Infinity),
  ]
  if (all.length === 0) return { low: 0, high: 0, counts: new Uint32Array(bins) }
  const width = high > low ? high - low : 1
  return {
    low,
    high,
    counts: counted(
      Array.from(all, (value) => Math.min(bins - 1, Math.floor(((value - low) / width) * bins))),
      bins,
    ),
  }
}

const rowsLookedAt = 128

const signalTitle = (layer: string, hidden: number): Wording => {
  const count = { n: String(hidden) }
  if (/^(hidden|norm|output)/.test(layer)) return layerTitle(layer)
  const { name } = fields.hidden.of.activation.choices.find(({ value }) => value === layer) ?? {
    name: say(layer, layer),
  }
  return fill(say('{name} of hidden layer {n}', '{name} на скрит слой {n}'), { ...count, name })
}

const signalRemark = (factor: number, depth: number): Wording | undefined => {
  const whole = factor ** depth
  return whole < 1e-3
    ? say(
        'The signal vanishes on its way back: the first layers hardly learn. Another activation, initialization or a normalization helps.',
        'Сигналът затихва по обратния път: първите слоеве почти не се учат. Помага друга активационна функция, инициализация или нормализация.',
      )
    : whole > 1e3
      ? say(
          'The signal explodes on its way back: steps become too long. Smaller initial weights or a normalization help.',
          'Сигналът се взривява по обратния път: стъпките стават твърде дълги. Помагат по-малки начални тегла или нормализация.',
        )
      : undefined
}

const signalsView = (future: Future, bins: number): SignalsView => {
  const { rows, state } = future
  const { net, loss } = stageNow(future)
  const n = Math.min(rowsLookedAt, rows.train.n)
  const [x, y] = [slice(rows.train.x, [0], [n]) as Tensor, slice(rows.train.y, [0], [n]) as Tensor]
  const { params, layers } = state
  const outputs = layerOutputs(net, params, layers, x)
  const probes = probe(net, params, layers, x, (output) => loss(output, y))
  const shown = places(net)
    .map(({ layer, label }, i) => ({ spec: layer.spec, label, seen: probes[i], output: outputs[i] }))
    .filter(({ spec }) => spec.kind !== 'dropout')
  const numbered = shown.reduce<readonly number[]>(
    (sofar, { label }) => [...sofar, (sofar.at(-1) ?? 0) + (label.startsWith('hidden') ? 1 : 0)],
    [],
  )
  const sums = probes.filter(({ layer }) => layer.startsWith('hidden'))
  const report = sums.length < 2 ? undefined : signalReport(sums)
  const remark = report === undefined ? undefined : signalRemark(report.signalFactor, sums.length - 1)
  return {
    kind: 'signals',
    layers: shown.map(({ label, seen, output }, i): LayerSignal => {
      const { mean, deviation, zeros, saturated, signal } = seen as LayerProbe
      return {
        title: signalTitle(label, numbered[i] ?? 0),
        mean,
        deviation,
        zeros,
        saturated,
        signal,
        histogram: histogramOf(output as Tensor, bins),
      }
    }),
    ...(report === undefined ? {} : { signalFactor: report.signalFactor, stallDepth: report.stallDepth }),
    ...(remark === undefined ? {} : { remark }),
  }
}

/** The sums of absolute and of squared weights. */
export const omegasOf = remembered((params: Params): { readonly l1: number; readonly l2: number } => {
  const weights = Object.values(params).flatMap(({ weight }) =>
    weight === undefined ? [] : Array.from(toTypedArray(cast(weight, 'float64'))),
  )
  return {
    l1: weights.reduce((sum, w) => sum + Math.abs(w), 0),
    l2: weights.reduce((sum, w) => sum + w * w, 0),
  }
})

const criteriaView = (future: Future): CriteriaView => {
  const { kept, history, state, epochEnd } = future
  const { l1, l2 } = settingsNow(future)
  const states = [...kept.states.values(), epochEnd]
    .filter(
      ({ epoch }, i, all) => epoch <= state.epoch && all.findIndex((other) => other.epoch === epoch) === i,
    )
    .sort((a, b) => a.epoch - b.epoch)
  return {
    kind: 'criteria',
    points: states.map(({ epoch, params }) => ({
      epoch,
      loss: history[epoch]?.trainLoss ?? NaN,
      ...omegasOf(params),
    })),
    prices: { l1, l2 },
  }
}

const devAnswers = (future: Future) => {
  const { rows, state } = future
  const { predicted, shares } = answersOf(stageNow(future).net)(state.params, state.layers, rows.dev.x)
  return {
    truth: Array.from(toTypedArray(rows.dev.y), Number),
    predicted: Array.from(toTypedArray(predicted), Number),
    probability: Array.from(toTypedArray(max(shares, { axis: -1 })), Number),
  }
}

const confusionView = (future: Future): ConfusionView => {
  const classes = future.rows.dev.targets.names
  const { truth, predicted } = devAnswers(future)
  return {
    kind: 'confusion',
    classes,
    counts: counted(
      truth.map((label, i) => label * classes.length + (predicted[i] ?? 0)),
      classes.length ** 2,
    ),
  }
}

const mistakesView = (future: Future, most: number): MistakesView => {
  const { dev } = future.rows.raw
  const { names } = dev.targets
  const { truth, predicted, probability } = devAnswers(future)
  const wrong = truth
    .map((label, row) => ({ row, label, guess: predicted[row] ?? 0, probability: probability[row] ?? 0 }))
    .filter(({ label, guess }) => label !== guess)
    .sort((a, b) => b.probability - a.probability)
  const values = toTypedArray(dev.x) as ArrayLike<number> & {
    slice: (from: number, to: number) => ArrayLike<number>
  }
  const width = dev.featureNames.length
  return {
    kind: 'mistakes',
    of: wrong.length,
    ...(isDigits(settingsNow(future)) ? { image } : {}),
    features: dev.featureNames,
    rows: wrong.slice(0, most).map(({ row, label, guess, probability }) => ({
      row,
      truth: names[label] ?? '',
      predicted: names[guess] ?? '',
      probability,
      values: Float32Array.from(values.slice(row * width, (row + 1) * width)),
    })),
  }
}

/** What a panel shows of a future; `undefined` where there is nothing to show. */
export const viewOf = (future: Future, request: ViewRequest): View | undefined => {
  switch (request.kind) {
    case 'boundary':
      return boundaryView(future, request.points ?? 60)
    case 'diagnosis':
      return diagnosisView(future)
    case 'weights':
      return weightsView(future)
    case 'signals':
      return signalsView(future, request.bins ?? 24)
    case 'descent':
      return descentView(future, request.points ?? 25)
    case 'criteria':
      return criteriaView(future)
    case 'confusion':
      return confusionView(future)
    case 'mistakes':
      return mistakesView(future, request.most ?? 24)
  }
}

/** How many numbers are learned. */
export const parameterCount = ({ state }: Future): number =>
  leavesOf(state.params).reduce((sum, { size }) => sum + size, 0)
