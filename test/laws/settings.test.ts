import * as E from 'fp-ts/lib/Either.js'
import * as N from 'fp-ts/lib/number.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, test } from 'vitest'
import { ArgumentError, key, ones, square, sum, tensor, zeros, type Tensor } from '../../src/index.ts'
import * as puregrad from '../../src/index.ts'
import * as criteria from '../../src/criteria/index.ts'
import * as data from '../../src/data/index.ts'
import * as evaluation from '../../src/evaluation/index.ts'
import * as linalg from '../../src/linalg/index.ts'
import * as signal from '../../src/signal/index.ts'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import * as search from '../../src/search/index.ts'
import * as solvers from '../../src/solvers/index.ts'
import * as special from '../../src/special/index.ts'
import * as study from '../../src/study/index.ts'
import * as tabular from '../../src/tabular/index.ts'
import * as testing from '../../src/testing/index.ts'
import * as training from '../../src/training/index.ts'
import * as webgpu from '../../src/webgpu/index.ts'

/** A builder as a function of its options, options that it accepts, and for each number what it must refuse. */
interface Builder {
  readonly build: (options: never) => unknown
  readonly options?: Readonly<Record<string, unknown>>
  readonly refused?: Readonly<Record<string, readonly unknown[]>>
}

const fractions = [1, 1.5, -0.5, Infinity]
const aboveZero = [0, -1, Infinity]
const fromZero = [-1, Infinity]
const counts = [0, -1, 1.5, Infinity]
const fromNone = [-1, 1.5, Infinity]
const endless = [-1, 1.5]
const choice = ['other']

const learningRate = fromZero
const adam = { learningRate, b1: fractions, b2: fractions, epsilon: aboveZero }
const withRate = (build: unknown, refused: Builder['refused'] = adam): Builder => ({
  build: build as Builder['build'],
  options: { learningRate: 0.1 },
  refused,
})
const without = ({ learningRate: _, ...rest }: Readonly<Record<string, readonly unknown[]>>) => rest
const scaling = (build: unknown, refused: Builder['refused'] = without(adam)): Builder => ({
  build: build as Builder['build'],
  refused,
})
const f = (params: { readonly w: Tensor }) => sum(square(params.w))
const params = { w: tensor([1, 2]) }

const optimizers: Readonly<Record<string, Builder>> = {
  sgd: withRate(optim.sgd, { learningRate }),
  momentum: withRate(optim.momentum, { learningRate, beta: fractions, nesterov: ['yes', 1] }),
  adam: withRate(optim.adam),
  adamW: withRate(optim.adamW, { ...adam, weightDecay: fromZero, where: ['weight'] }),
  nAdam: withRate(optim.nAdam),
  amsGrad: withRate(optim.amsGrad),
  rAdam: withRate(optim.rAdam),
  lamb: withRate(optim.lamb, { ...adam, weightDecay: fromZero, where: ['weight'] }),
  lion: withRate(optim.lion, { learningRate, b1: fractions, b2: fractions, weightDecay: fromZero }),
  adagrad: withRate(optim.adagrad, { learningRate, epsilon: aboveZero }),
  adadelta: scaling(optim.adadelta, { learningRate, decay: fractions, epsilon: aboveZero }),
  rmsProp: withRate(optim.rmsProp, { learningRate, decay: fractions, epsilon: aboveZero, centered: ['yes'] }),
  adaMax: withRate(optim.adaMax),
  adaBelief: withRate(optim.adaBelief, { ...adam, weightDecay: fromZero, where: ['weight'] }),
  adafactor: withRate(optim.adafactor, {
    learningRate,
    decay: aboveZero,
    epsilon: aboveZero,
    clip: aboveZero,
    least: aboveZero,
  }),
  lars: withRate(optim.lars, {
    learningRate,
    coefficient: aboveZero,
    weightDecay: fromZero,
    beta: fractions,
    nesterov: ['yes'],
    where: ['weight'],
  }),
  muon: withRate(optim.muon, {
    learningRate,
    beta: fractions,
    nesterov: ['yes'],
    steps: counts,
    weightDecay: fromZero,
    where: ['weight'],
  }),
  rProp: withRate(optim.rProp, {
    learningRate,
    grow: [0.5, Infinity],
    shrink: [0, 1.5],
    smallest: [...aboveZero, 1e4],
    largest: [...aboveZero, 1e-5],
  }),
  scheduleFreeSgd: withRate(optim.scheduleFreeSgd, {
    learningRate,
    beta: [0, ...fractions],
    weightDecay: fromZero,
    where: ['weight'],
  }),
  scheduleFreeAdamW: withRate(optim.scheduleFreeAdamW, {
    learningRate,
    beta: [0, ...fractions],
    b2: fractions,
    epsilon: aboveZero,
    weightDecay: fromZero,
    where: ['weight'],
  }),
  scheduleFree: {
    build: (options) => optim.scheduleFree(optim.sgd({ learningRate: 1 }), options),
    refused: { beta: [0, ...fractions] },
  },
  scaleLoss: {
    build: (options) => optim.scaleLoss(optim.sgd({ learningRate: 1 }), options),
    refused: {
      initial: aboveZero,
      grow: [0.5, Infinity],
      shrink: [0, 1.5],
      every: counts,
      least: aboveZero,
      most: aboveZero,
    },
  },
  adaptiveClip: {
    build: (options) => optim.adaptiveClip(options),
    refused: { limit: aboveZero, least: aboveZero, by: choice, where: ['weight'] },
  },
  scaleByAdaMax: scaling(optim.scaleByAdaMax),
  scaleByAdaBelief: scaling(optim.scaleByAdaBelief),
  scaleByFactoredRms: scaling(optim.scaleByFactoredRms, { decay: aboveZero, epsilon: aboveZero }),
  scaleByLayerRate: scaling(optim.scaleByLayerRate, {
    coefficient: aboveZero,
    weightDecay: fromZero,
    where: ['weight'],
  }),
  scaleByTurns: scaling(optim.scaleByTurns, {
    grow: [0.5],
    shrink: [0, 2],
    smallest: aboveZero,
    largest: aboveZero,
  }),
  warmRestarts: {
    build: optim.warmRestarts,
    options: { from: 1, steps: 10 },
    refused: { from: fromZero, to: fromZero, steps: counts, growth: [0.5, Infinity] },
  },
  triangularCycles: {
    build: optim.triangularCycles,
    options: { low: 0, high: 1, steps: 10 },
    refused: { low: fromZero, high: fromZero, steps: counts, shrink: [0, 1.5] },
  },
  inverseSquareRoot: {
    build: optim.inverseSquareRoot,
    options: { peak: 1, warmUp: 10 },
    refused: { peak: fromZero, warmUp: counts },
  },
  scaleByAdam: scaling(optim.scaleByAdam),
  scaleByNAdam: scaling(optim.scaleByNAdam),
  scaleByAmsGrad: scaling(optim.scaleByAmsGrad),
  scaleByRAdam: scaling(optim.scaleByRAdam),
  scaleByLion: scaling(optim.scaleByLion, { b1: fractions, b2: fractions }),
  scaleByAdagrad: scaling(optim.scaleByAdagrad, { epsilon: aboveZero }),
  scaleByAdadelta: scaling(optim.scaleByAdadelta, { decay: fractions, epsilon: aboveZero }),
  scaleByRms: scaling(optim.scaleByRms, { decay: fractions, epsilon: aboveZero }),
  trace: { build: (options) => optim.trace(0.9, options), refused: { nesterov: ['yes'] } },
  decayWeights: { build: (options) => optim.decayWeights(0.1, options), refused: { where: ['weight'] } },
  lookahead: {
    build: (options) => optim.lookahead(optim.sgd({ learningRate: 1 }), options),
    refused: { every: counts, share: [0, 1.5, Infinity] },
  },
  minimizeLbfgs: {
    build: (options) => optim.minimizeLbfgs(f, params, options),
    refused: { memory: counts, iterations: counts, tolerance: fromZero },
  },
  reduceOnPlateau: {
    build: optim.reduceOnPlateau,
    refused: {
      factor: [0, 1, -1],
      patience: counts,
      every: counts,
      threshold: fromZero,
      thresholdMode: choice,
      mode: ['minimum'],
      cooldown: fromNone,
      minimum: [-1, 2],
    },
  },
  exponentialDecay: {
    build: optim.exponentialDecay,
    options: { from: 1, rate: 0.5, every: 10 },
    refused: { from: fromZero, rate: aboveZero, every: counts, staircase: ['yes'] },
  },
  polynomialDecay: {
    build: optim.polynomialDecay,
    options: { from: 1, to: 0, steps: 10 },
    refused: { from: fromZero, to: fromZero, steps: counts, power: aboveZero },
  },
  cosineDecay: {
    build: optim.cosineDecay,
    options: { from: 1, steps: 10 },
    refused: { from: fromZero, to: fromZero, steps: counts },
  },
  cosineLogCycles: {
    build: optim.cosineLogCycles,
    options: { peak: 1, steps: 10 },
    refused: { peak: fromZero, steps: counts, cycles: counts },
  },
  flatCosine: {
    build: optim.flatCosine,
    options: { from: 1, steps: 10 },
    refused: { from: fromZero, steps: counts },
  },
  piecewiseConstant: {
    build: optim.piecewiseConstant,
    options: { boundaries: [1], values: [1, 0] },
    refused: { boundaries: [[-1], [NaN], [1.5], 3], values: [[1, -1], [NaN, 1], [1]] },
  },
  warmUp: {
    build: optim.warmUp,
    options: { steps: 10, then: 1 },
    refused: { steps: counts, from: fromZero, then: fromZero },
  },
  oneCycle: {
    build: optim.oneCycle,
    options: { peak: 1, steps: 10 },
    refused: { peak: fromZero, steps: [1, 2.5], up: [0, 1], divide: aboveZero, finally: aboveZero },
  },
  elasticNetShrink: {
    build: (options) => optim.elasticNetShrink(options),
    options: { l1: 1, l2: 1 },
    refused: { l1: fromZero, l2: fromZero },
  },
  groupSoftThreshold: { build: (options) => optim.groupSoftThreshold(1, options), refused: { by: choice } },
  l2Ball: { build: (options) => optim.l2Ball(1, options), refused: { by: choice } },
  l1Ball: { build: (options) => optim.l1Ball(1, options), refused: { by: choice } },
  simplex: { build: (options) => optim.simplex(1, options), refused: { by: choice } },
}

const weight = [{ kind: 'normal', std: -1 }, { kind: 'other' }, 'heNormal', { kind: 'constant' }]
const logits = tensor([[1, 2]])
const labels = tensor([0], { dtype: 'int32' })
const reduction = { reduction: ['average'] }

const paddings = [-1, 1.5, 'some', [[1, 2, 3]]]
const kernelOptions = { kernel: counts, stride: counts, padding: paddings, dilation: counts, groups: counts }
const windowOptions = { window: counts, stride: counts, padding: paddings }

const layers: Readonly<Record<string, Builder>> = {
  dense: { build: (options) => nn.dense('a', 2, options), refused: { weight, bias: weight } },
  'dense without biases': {
    build: (options) =>
      nn.dense('a', 2, typeof options === 'object' ? { ...(options as object), bias: false } : options),
    refused: { weight },
  },
  maxout: {
    build: (options) => nn.maxout('a', 2, options),
    refused: { pieces: counts, weight, bias: weight },
  },
  convolution: {
    build: (options) => nn.convolution('a', 4, options),
    options: { kernel: 3 },
    refused: { ...kernelOptions, paddingMode: choice, weight, bias: weight },
  },
  transposedConvolution: {
    build: (options) => nn.transposedConvolution('a', 4, options),
    options: { kernel: 3 },
    refused: { ...kernelOptions, outputPadding: fromNone, weight, bias: weight },
  },
  maxPool: {
    build: (options) => nn.maxPool(options),
    options: { window: 2 },
    refused: { ...windowOptions, dilation: counts },
  },
  averagePool: {
    build: (options) => nn.averagePool(options),
    options: { window: 2 },
    refused: { ...windowOptions, countPadding: ['yes'] },
  },
  resize: { build: (options) => nn.resize(2, options), refused: { method: choice, align: choice } },
  batchNorm: {
    build: (options) => nn.batchNorm('a', options),
    refused: { momentum: fractions, epsilon: aboveZero, form: choice, track: choice },
  },
  'embedding of tokens': {
    build: (options) => nn.embedding('a', options),
    options: { levels: 3 },
    refused: { levels: counts, width: counts },
  },
  multiHeadAttention: {
    build: (options) => nn.multiHeadAttention('a', 2, options),
    refused: { causal: choice, rotary: choice, headDropout: fractions },
  },
  crossAttention: {
    build: (options) => nn.crossAttention(2, options),
    refused: { causal: choice, rotary: choice, headDropout: fractions },
  },
  positionalEncoding: { build: (options) => nn.positionalEncoding('a', options), refused: { form: choice } },
  rotary: {
    build: (options) => nn.rotary(zeros([2, 4]), options),
    refused: { base: aboveZero, start: [-1, 0.5, Infinity] },
  },
  transformerBlock: {
    build: (options) => nn.transformerBlock('a', options),
    options: { heads: 2, width: 4 },
    refused: {
      heads: counts,
      width: counts,
      inner: counts,
      dropout: fractions,
      causal: choice,
      headDropout: fractions,
    },
  },
  groupNorm: {
    build: (options) => nn.groupNorm('a', 2, options),
    refused: { epsilon: aboveZero },
  },
  rmsNorm: { build: (options) => nn.rmsNorm('a', options), refused: { epsilon: aboveZero } },
  masked: { build: (options) => nn.masked('a', [], options), refused: { padding: [Infinity, 'none'] } },
  parallel: {
    build: (options) => nn.parallel('a', [nn.dense('b', 2)], options),
    refused: { join: choice },
  },
  residual: {
    build: (options) => nn.residual('a', [nn.dense('b', 2)], options),
    refused: { projection: [nn.dense('c', 2), 'dense', [3]] },
  },
  recurrent: {
    build: (options) => nn.recurrent('a', nn.gruCell(2), options),
    refused: { reverse: choice, bidirectional: choice, returns: choice },
  },
  runCell: {
    build: (options) =>
      nn.runCell(nn.gruCell(2), nn.gruCell(2).init(key(0), 2, 'float32'), zeros([1, 3, 2]), options),
  },
  simpleCell: { build: (options) => nn.simpleCell(2, options), refused: { activation: choice } },
  lstmCell: { build: (options) => nn.lstmCell(2, options), refused: { forgetBias: [Infinity, 'one'] } },
  stochasticDepth: {
    build: (options) => nn.stochasticDepth('a', 0.5, options),
    refused: { mask: choice },
  },
  embedding: {
    build: (options) => nn.embedding('a', options),
    options: { columns: [{ at: 0, levels: 2 }] },
    refused: { columns: [[], 3, [{ at: -1, levels: 2 }], [{ at: 0, levels: 0 }]], width: counts },
  },
  periodic: {
    build: (options) => nn.periodic('a', options),
    options: { columns: [0] },
    refused: {
      columns: [[], 3, [-1], [0, 0]],
      frequencies: counts,
      width: [1, ...counts],
      deviation: aboveZero,
    },
  },
  layerNorm: { build: (options) => nn.layerNorm('a', options), refused: { epsilon: aboveZero } },
  dropout: { build: (options) => nn.dropout('a', 0.5, options), refused: { mask: choice, scaling: choice } },
  groupLasso: { build: (options) => nn.groupLasso(1, options), refused: { by: choice, where: ['weight'] } },
  elasticNet: {
    build: (options) => nn.elasticNet(options),
    options: { l1: 1, l2: 1 },
    refused: { l1: fromZero, l2: fromZero },
  },
  softmaxCrossEntropy: {
    build: (options) => nn.softmaxCrossEntropy(logits, labels, options),
    refused: { ...reduction, labelSmoothing: fractions },
  },
  softmaxCrossEntropyFromProbabilities: {
    build: (options) => nn.softmaxCrossEntropyFromProbabilities(logits, logits, options),
    refused: { ...reduction, labelSmoothing: fractions },
  },
  sigmoidBinaryCrossEntropy: {
    build: (options) => nn.sigmoidBinaryCrossEntropy(logits, logits, options),
    refused: reduction,
  },
  hinge: { build: (options) => nn.hinge(logits, logits, options), refused: reduction },
  multiClassHinge: { build: (options) => nn.multiClassHinge(logits, labels, options), refused: reduction },
  meanSquaredError: { build: (options) => nn.meanSquaredError(logits, logits, options), refused: reduction },
  meanAbsoluteError: {
    build: (options) => nn.meanAbsoluteError(logits, logits, options),
    refused: reduction,
  },
  huber: {
    build: (options) => nn.huber(logits, logits, options),
    refused: { ...reduction, delta: aboveZero },
  },
}

const model = nn.network(2, nn.dense('only', 2))
const { params: weights, state } = model.init(key(0))
const plan = {
  step: () => undefined as never,
  batches: () => [],
  batchesPerEpoch: 1,
  score: () => 0,
  monitor: () => 0,
  stopping: { mode: 'min', patience: 1, minDelta: 0 },
  epochs: 1,
} as const
async function* noTables(): AsyncGenerator<never, void> {}
const streamPlan = {
  ...plan,
  batches: () => data.streamMinibatches(data.inParts(studyData.train, 5), { size: 3 }),
  score: () => TE.right(0),
}
const rate = { value: 0.1, n: 10 }
const squared = { value: 1, interval: [0.5, 1.5], n: 10 } as const
const squaredErrors = { train: squared, dev: squared, baseline: 2 }

const trainings: Readonly<Record<string, Builder>> = {
  fit: {
    build: (options) => training.fit(plan, options),
    refused: { yieldEvery: [-1, NaN] },
  },
  fitStream: {
    build: (options) => training.fitStream(streamPlan, options),
    refused: { yieldEvery: [-1, NaN] },
  },
  fitOnDevice: {
    build: (options) => training.fitOnDevice({ ...plan, step: undefined! }, options),
    refused: { yieldEvery: [-1, NaN] },
  },
  deviceBatches: {
    build: (options) => {
      void training.deviceBatches(undefined!, studyData.train, 3, options).catch(() => undefined)
    },
    refused: { last: choice },
  },
  deviceStep: {
    build: (options) => training.deviceStep(undefined!, options),
    options: { model, loss: () => tensor(0), optimizer: optim.sgd({ learningRate: 1 }) },
  },
  supervisedStep: {
    build: (options) => training.supervisedStep(options),
    options: { model, loss: () => tensor(0), optimizer: optim.sgd({ learningRate: 1 }) },
  },
  evaluate: {
    build: (options) => training.evaluate(model, weights, state, { x: logits, y: labels }, options),
    refused: { chunk: counts, statistics: choice },
  },
  evaluateStream: {
    build: (options) =>
      training.evaluateStream(model, weights, state, data.inParts(studyData.dev, 5), options),
    refused: { chunk: counts, statistics: choice },
  },
  evaluateRegressionStream: {
    build: (options) =>
      training.evaluateRegressionStream(model, weights, state, data.inParts(studyData.dev, 5), options),
    refused: { chunk: counts },
  },
  evaluateRegression: {
    build: (options) => training.evaluateRegression(model, weights, state, { x: logits, y: logits }, options),
    refused: { chunk: counts },
  },
  learningRateRange: {
    build: (options) => training.learningRateRange(() => plan, options),
    options: { from: 0.1, to: 1 },
    refused: { from: aboveZero, to: aboveZero, steps: [2, 3.5], smoothing: fractions, until: [1, NaN] },
  },
  withCheckpoints: {
    build: (options) => training.withCheckpoints(options),
    options: { file: 'state' },
    refused: { every: [{ epochs: 0 }, { batches: NaN }, { seconds: -1 }, { epoch: 1 }] },
  },
  diagnoseRegression: {
    build: training.diagnoseRegression,
    options: squaredErrors,
    refused: { baseline: aboveZero, floor: fromZero, tolerance: fromZero },
  },
  regressionGaps: {
    build: training.regressionGaps,
    options: squaredErrors,
    refused: { baseline: aboveZero, floor: fromZero, tolerance: fromZero },
  },
  diagnose: {
    build: (options) => training.diagnose({ train: rate, dev: rate }, options),
    refused: { rule: choice },
  },
  errorGaps: {
    build: (options) => training.errorGaps({ train: rate, dev: rate }, options),
    refused: { rule: choice },
  },
}

const matrix = ones([2, 2])
const matrices: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries(
    ([linalg.diagonal, linalg.diagonalMatrix, linalg.tril, linalg.triu] as const).map((part, i) => [
      ['diagonal', 'diagonalMatrix', 'tril', 'triu'][i]!,
      { build: (options: never) => part(matrix, options), refused: { offset: [0.5, Infinity] } },
    ]),
  ),
  matrixNorm: { build: (options) => linalg.matrixNorm(matrix, options), refused: { order: [...choice, 3] } },
  ...Object.fromEntries(
    ([linalg.qr, linalg.svd] as const).map((f, i) => [
      ['qr', 'svd'][i]!,
      { build: (options: never) => f(matrix, options), refused: { full: ['yes', 1] } },
    ]),
  ),
  ...Object.fromEntries(
    [linalg.pseudoInverse, linalg.matrixRank].map((f, i) => [
      ['pseudoInverse', 'matrixRank'][i]!,
      { build: (options: never) => f(matrix, options), refused: { tolerance: [1.5, -0.5, Infinity] } },
    ]),
  ),
  requestWebGpu: {
    build: (options) => webgpu.requestWebGpu(options),
    refused: { power: choice, gpu: [3, 'gpu', {}] },
  },
  leastSquares: {
    build: (options) => linalg.leastSquares(matrix, matrix, options),
    refused: { tolerance: [1.5, -0.5, Infinity] },
  },
  ...Object.fromEntries(
    [signal.fft, signal.ifft, signal.fft2, signal.ifft2, signal.rfft, signal.irfft].map((f, i) => [
      ['fft', 'ifft', 'fft2', 'ifft2', 'rfft', 'irfft'][i]!,
      {
        build: (options: never) => f(matrix, options),
        refused: { axis: [7, 0.5], size: [0, 2.5, NaN], norm: choice },
      },
    ]),
  ),
  ...Object.fromEntries(
    [signal.convolve, signal.correlate].map((f, i) => [
      ['convolve', 'correlate'][i]!,
      { build: (options: never) => f(matrix, matrix, options), refused: { mode: choice, method: choice } },
    ]),
  ),
  ...Object.fromEntries(
    [signal.fftFrequencies, signal.rfftFrequencies].map((f, i) => [
      ['fftFrequencies', 'rfftFrequencies'][i]!,
      { build: (options: never) => f(4, options), refused: { spacing: [0, -1, NaN], dtype: choice } },
    ]),
  ),
  ...Object.fromEntries(
    [signal.fftShift, signal.ifftShift].map((f, i) => [
      ['fftShift', 'ifftShift'][i]!,
      { build: (options: never) => f(matrix, options), refused: { axis: [7, 0.5] } },
    ]),
  ),
  triangularSolve: {
    build: (options) => linalg.triangularSolve(matrix, matrix, options),
    refused: { lower: ['yes'], transposed: [1], unitDiagonal: ['yes'], side: choice },
  },
}

const space = search.spaces.uniform(0, 1)
const searching = { key: key(0) }
const directions = { directions: [['minimum'], [], 'min'] }
const learning = {
  parallel: counts,
  asynchronous: ['yes'],
  pruner: [3, { kind: 'other' }, { kind: 'asha', eta: 1, minBudget: 1, maxBudget: 9 }],
}
const percentile = {
  maxBudget: [0.5, Infinity],
  minBudget: [...aboveZero, 10],
  every: aboveZero,
  startup: fromNone,
  patience: fromNone,
}
const runner = { lanes: counts, timeout: [0, -1] }
const rows = data.digits16({ key: key(0), n: 20 })
const studyData = { train: data.allForTraining(rows), dev: rows }
const classify = () => (x: Tensor) => tensor(new Int32Array(x.shape[0] ?? 0))
const objectives = { a: f, b: f }
const twice = { a: 1, b: 1 }

const three = tensor([1, 2, 4])
const observations = tensor([
  [1, 2, 4],
  [3, 1, 0],
])
const whole = [-1, 1.5, Infinity]
const indices: Readonly<Record<string, Builder>> = {
  whileLoop: {
    build: (options) => puregrad.whileLoop(() => tensor(false), square, three, options),
    options: { atMost: 2 },
    refused: { atMost: whole },
  },
  associativeScan: { build: (options) => puregrad.associativeScan(puregrad.add, three, options) },
  variance: { build: (options) => puregrad.variance(three, options), refused: { ddof: fromZero } },
  std: { build: (options) => puregrad.std(three, options), refused: { ddof: fromZero } },
  nanVariance: { build: (options) => puregrad.nanVariance(three, options), refused: { ddof: fromZero } },
  nanStd: { build: (options) => puregrad.nanStd(three, options), refused: { ddof: fromZero } },
  nanMean: { build: (options) => puregrad.nanMean(three, options) },
  segmentSum: {
    build: (options) => puregrad.segmentSum(three, [0, 1, 0], options),
    options: { segments: 2 },
    refused: { segments: whole },
  },
  unique: {
    build: (options) => puregrad.unique(three, options),
    options: { size: 2 },
    refused: { size: whole },
  },
  nonZero: {
    build: (options) => puregrad.nonZero(three, options),
    options: { size: 2 },
    refused: { size: whole },
  },
  quantile: {
    build: (options) => puregrad.quantile(three, 0.5, options),
    refused: { method: choice },
  },
  percentile: {
    build: (options) => puregrad.percentile(three, 50, options),
    refused: { method: choice },
  },
  median: { build: (options) => puregrad.median(three, options) },
  histogram: {
    build: (options) => puregrad.histogram(three, options),
    refused: { bins: counts, density: choice },
  },
  searchSorted: {
    build: (options) => puregrad.searchSorted(three, 2, options),
    refused: { side: choice },
  },
  setAt: { build: (options) => puregrad.setAt(three, [0], 1, options) },
  roll: { build: (options) => puregrad.roll(three, 1, options) },
  repeat: { build: (options) => puregrad.repeat(three, 2, options) },
  meshgrid: {
    build: (options) => puregrad.meshgrid([three, three], options),
    refused: { indexing: choice },
  },
  diff: { build: (options) => puregrad.diff(three, options), refused: { order: endless } },
  cov: { build: (options) => puregrad.cov(observations, options), refused: { ddof: fromZero } },
  trapezoid: {
    build: (options) => puregrad.trapezoid(three, options),
    refused: { step: [NaN, Infinity] },
  },
  cummax: { build: (options) => puregrad.cummax(three, options), options: { axis: 0 } },
}

const kinds = { dtype: choice }
const locationAndScale = { location: [Infinity], scale: aboveZero, ...kinds }
const distributions: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries(
    (['laplace', 'cauchy', 'logistic', 'gumbel'] as const).map((name) => [
      name,
      { build: (options: never) => random[name](key(0), [2], options), refused: locationAndScale },
    ]),
  ),
  studentT: { build: (options) => random.studentT(key(0), 3, [2], options), refused: locationAndScale },
  exponential: {
    build: (options) => random.exponential(key(0), [2], options),
    refused: { rate: aboveZero, ...kinds },
  },
  'random.gamma': {
    build: (options) => random.gamma(key(0), 2, [2], options),
    refused: { rate: aboveZero, ...kinds },
  },
  'random.beta': { build: (options) => random.beta(key(0), 2, 3, [2], options), refused: kinds },
  dirichlet: { build: (options) => random.dirichlet(key(0), three, [2], options), refused: kinds },
  chiSquare: { build: (options) => random.chiSquare(key(0), 3, [2], options), refused: kinds },
  rademacher: { build: (options) => random.rademacher(key(0), [2], options), refused: kinds },
  truncatedNormal: {
    build: (options) => random.truncatedNormal(key(0), [2], options),
    refused: { low: ['least'], high: ['most'], mean: [Infinity], std: aboveZero, ...kinds },
  },
  orthogonalMatrix: { build: (options) => random.orthogonalMatrix(key(0), 2, options), refused: kinds },
  positiveDefiniteMatrix: {
    build: (options) => random.positiveDefiniteMatrix(key(0), 2, options),
    refused: { condition: [0.5, -1, Infinity], ...kinds },
  },
  multivariateNormal: {
    build: (options) =>
      random.multivariateNormal(
        key(0),
        zeros([2]),
        tensor([
          [2, 1],
          [1, 2],
        ]),
        [3],
        options,
      ),
    refused: kinds,
  },
  choice: {
    build: (options) => random.choice(key(0), three, 2, options),
    refused: { replace: ['yes', 1], probabilities: [matrix, 0.5], axis: [7, 0.5] },
  },
  shuffle: { build: (options) => random.shuffle(key(0), three, options), refused: { axis: [7, 0.5] } },
  entropy: { build: (options) => special.entropy(three, options), refused: { axis: [7, 0.5] } },
  klDivergence: {
    build: (options) => special.klDivergence(three, three, options),
    refused: { axis: [7, 0.5] },
  },
}

const studies: Readonly<Record<string, Builder>> = {
  randomSearch: {
    build: (options) => search.randomSearch(space, options),
    options: { ...searching, trials: 3 },
    refused: { trials: counts, budget: aboveZero, ...directions, ...learning },
  },
  tpeSearch: {
    build: (options) => search.tpeSearch(space, options),
    options: { ...searching, trials: 3 },
    refused: {
      trials: counts,
      budget: aboveZero,
      startup: fromNone,
      candidates: counts,
      multivariate: ['yes'],
      known: [3, [{ config: 2, objectives: [0] }], [{ config: 0.5, objectives: [NaN] }]],
      ...directions,
      ...learning,
    },
  },
  nsga2Search: {
    build: (options) => search.nsga2Search(space, options),
    options: { ...searching, trials: 3 },
    refused: {
      trials: counts,
      budget: aboveZero,
      population: [1, 2.5],
      crossover: [-0.1, 1.1],
      mutation: [-0.1, 1.1],
      crossoverIndex: fromZero,
      mutationIndex: fromZero,
      known: [3, [{ config: 2, objectives: [0] }]],
      pruner: learning.pruner,
      ...directions,
    },
  },
  asha: {
    build: search.asha,
    options: { maxBudget: 9 },
    refused: { maxBudget: [0.5, Infinity], minBudget: [...aboveZero, 10], eta: [1, 2.5] },
  },
  medianPruner: {
    build: search.medianPruner,
    options: { maxBudget: 9 },
    refused: percentile,
  },
  percentilePruner: {
    build: search.percentilePruner,
    options: { maxBudget: 9, keep: 0.25 },
    refused: { ...percentile, keep: [0, 1, -1] },
  },
  gridSearch: {
    build: (options) => search.gridSearch(space, options),
    options: { ...searching, perAxis: 3 },
    refused: { perAxis: counts, budget: aboveZero, ...directions },
  },
  successiveHalving: {
    build: (options) => search.successiveHalving(space, options),
    options: { ...searching, trials: 9 },
    refused: { trials: counts, eta: [1, 2.5], minBudget: aboveZero, ...directions },
  },
  hyperband: {
    build: (options) => search.hyperband(space, options),
    options: { ...searching, maxBudget: 9 },
    refused: { maxBudget: aboveZero, minBudget: [...aboveZero, 10], eta: [1, 2.5], ...directions },
  },
  inProcess: {
    build: (options) => search.inProcess(() => ({ objectives: [0] }), options),
    refused: runner,
  },
  workerThreads: {
    build: (options) => search.workerThreads(new URL('file:///none.js'), options),
    refused: runner,
  },
  runSearch: {
    build: (options) =>
      search.runSearch(
        search.randomSearch(space, { ...searching, trials: 1 }),
        search.inProcess(() => ({ objectives: [0] })),
        options,
      ),
  },
  bag: {
    build: (options) => study.bag(studyData.train, options, () => 0),
    options: { members: 1, key: key(0) },
    refused: { members: counts },
  },
  capacitySweep: {
    build: (options) => study.capacitySweep(studyData, options, classify),
    options: { capacities: [1], key: key(0) },
  },
  labelNoiseSweep: {
    build: (options) => study.labelNoiseSweep(studyData, options, classify),
    options: { shares: [0], key: key(0) },
    refused: { shares: [[2], [NaN]] },
  },
  sampleSizeSweep: {
    build: (options) => study.sampleSizeSweep(studyData, options, classify),
    options: { sizes: [10], key: key(0) },
    refused: { sizes: [[0], [1.5], [NaN]] },
  },
  contourGrid: {
    build: (options) => study.contourGrid((point: Tensor) => sum(point), options),
    options: { x: [0, 1], y: [0, 1], points: 2 },
    refused: { points: [1, 2.5], x: [[0, NaN]], y: [[Infinity, 0]] },
  },
  multiStart: {
    build: (options) => study.multiStart([1], (w) => ({ params: tensor([w]), value: 0 }), options),
    options: { distance: 1 },
    refused: { distance: fromZero },
  },
  probe: {
    build: (options) => study.probe(model, weights, state, logits, (output) => sum(output), options),
    refused: { saturation: aboveZero },
  },
  rateBound: {
    build: (options) => study.rateBound(f, params, options),
    options: { key: key(0) },
    refused: { iterations: counts, tolerance: fromZero },
  },
  trajectory: {
    build: (options) => study.trajectory(f, params, options),
    options: { steps: 1, by: 0.1 },
    refused: { steps: fromNone, by: fromZero },
  },
  signalReport: {
    build: (options) =>
      study.signalReport(
        study.gainReport(nn.heNormal, 'relu', { key: key(0), depth: 2, width: 2, rows: 2 }).probes,
        options,
      ),
    refused: { tolerance: [0, 1] },
  },
  gainReport: {
    build: (options) => study.gainReport(nn.heNormal, 'relu', options),
    options: { key: key(0), depth: 2, width: 2, rows: 2 },
    refused: { depth: [1, 2.5], width: counts, rows: counts },
  },
  chebyshev: {
    build: (options) => criteria.chebyshev(twice, options)(objectives),
    options: { ideal: twice },
    refused: { ideal: [{ a: 1, b: NaN }] },
  },
  smoothChebyshev: {
    build: (options) => criteria.smoothChebyshev(twice, options)(objectives),
    options: { ideal: twice, mu: 1 },
    refused: { mu: aboveZero },
  },
  epsilonConstraint: {
    build: (options) => criteria.epsilonConstraint<'a' | 'b'>('a', { b: 1 }, options)(objectives),
    refused: { penalty: aboveZero },
  },
  jointGradient: {
    build: (options) => criteria.jointGradient(objectives, criteria.meanWeighting, options),
  },
  objectiveGradients: { build: (options) => criteria.objectiveGradients(objectives, options) },
  multiObjectiveStep: {
    build: (options) => criteria.multiObjectiveStep(options),
    options: {
      model,
      objectives: { a: () => tensor(0) },
      weighting: () => criteria.meanWeighting,
      optimizer: optim.sgd({ learningRate: 1 }),
    },
  },
}

const train = data.allForTraining(
  data.regressionDataset({
    x: tensor([
      [1, 2],
      [2, 1],
      [4, 4],
    ]),
    y: tensor([1, 2, 3]),
  }),
)
const generated = { key: key(0), n: 4 }
const generator = (build: unknown, refused: Builder['refused'] = {}): Builder => ({
  build: build as Builder['build'],
  options: generated,
  refused: { n: counts, ...refused },
})
const noise = { noise: fromZero }

const preparations: Readonly<Record<string, Builder>> = {
  standardize: { build: (options) => data.standardize(train, options), refused: { constant: choice } },
  minMaxScale: { build: (options) => data.minMaxScale(train, options), refused: { constant: choice } },
  maxAbsScale: { build: (options) => data.maxAbsScale(train, options), refused: { constant: choice } },
  robustScale: { build: (options) => data.robustScale(train, options), refused: { constant: choice } },
  standardizeFrom: {
    build: (options) =>
      data.standardizeFrom({ featureNames: train.featureNames, moments: data.momentsOf(train.x) }, options),
    refused: { constant: choice },
  },
  whiten: { build: (options) => data.whiten(train, options), refused: { form: choice } },
  splitData: {
    build: (options) => data.splitData({ train: 0.5, dev: 0.5 }, options),
    options: { key: key(0) },
    refused: { stratify: ['yes'], rareClasses: choice },
  },
  kFold: {
    build: (options) => data.kFold(2, options),
    options: { key: key(0) },
    refused: { stratify: ['yes'], rareClasses: choice },
  },
  splitByTime: {
    build: (options) => data.splitByTime({ train: 0.5, dev: 0.5 }, options),
    refused: { gap: fromZero },
  },
  timeFolds: { build: (options) => data.timeFolds(2, options), refused: { gap: fromZero, window: [0, 1.5] } },
  leaveOneGroupOut: { build: (options) => data.leaveOneGroupOut(options), options: { groups: [1, 2] } },
  resample: {
    build: (options) => data.resample(studyData.train, options),
    options: { key: key(0), classes: { 0: 1 } },
    refused: { classes: ['both'], rows: counts },
  },
  preparedParts: {
    build: (options) => data.preparedParts(noTables(), options),
    options: {
      target: 'y',
      targets: { kind: 'values', names: ['y'] },
      preparation: {},
      as: data.allForTraining,
    },
  },
  streamMinibatches: {
    build: (options) => data.streamMinibatches(data.inParts(studyData.train, 5), options),
    options: { size: 3 },
    refused: { size: counts, prefetch: counts, last: choice },
  },
  repeatedKFold: { build: (options) => data.repeatedKFold(2, 2, options), options: { key: key(0) } },
  batchCount: { build: (options) => data.batchCount(10, 3, options), refused: { last: choice } },
  minibatches: { build: (options) => data.minibatches(train, 2, key(0), options), refused: { last: choice } },
  moons: generator(data.moons, noise),
  xor: generator(data.xor, noise),
  rings: generator(data.rings, { ...noise, classes: [1, 2.5] }),
  spirals: generator(data.spirals, { ...noise, classes: [1, 2.5], turns: [Infinity] }),
  blobs: generator(data.blobs, { spread: fromZero }),
  car: generator(data.car, noise),
  digits16: generator(data.digits16, { ...noise, jitter: fromZero }),
  regression: {
    build: (options) => data.regression(options),
    options: { ...generated, features: 2 },
    refused: { n: counts, features: counts, informative: [-1, 3, 0.5], ...noise, intercept: [Infinity] },
  },
  noisy300: { build: (options) => data.noisy300(key(0), options) },
  realMlpPreparation: { build: data.realMlpPreparation, refused: { oneHotUpTo: counts } },
  suggestRatios: {
    build: (options) => data.suggestRatios(100, options),
    refused: { halfWidth: aboveZero, error: [-0.1, 1.1] },
  },
  halfWidthFor: {
    build: (options) => data.halfWidthFor(options),
    options: { rows: 10, error: 0.1 },
    refused: { rows: aboveZero, error: [-0.1, 1.1] },
  },
  rowsFor: {
    build: (options) => data.rowsFor(options),
    options: { halfWidth: 0.1, error: 0.1 },
    refused: { halfWidth: aboveZero, error: [-0.1, 1.1] },
  },
  expectedOptimism: {
    build: (options) => data.expectedOptimism(options),
    options: { models: 2, rows: 10 },
    refused: { models: counts, rows: counts, error: [-0.1, 1.1] },
  },
  testOptimism: {
    build: (options) => data.testOptimism([], { n: 10, digest: '' }, options),
    refused: { error: [-0.1, 1.1] },
  },
}

const said = evaluation.classPredictions(
  tensor([
    [0.25, 0.75],
    [0.5, 0.5],
  ]),
  ['no', 'yes'],
)
const saidOf = tensor([0, 1], { dtype: 'int32' })
const estimated = evaluation.valuePredictions(tensor([1, 2]), ['y'])
const estimatedOf = tensor([1.5, 2])
const baseline = { kind: 'classes', names: ['no', 'yes'], shares: [0.5, 0.5] } as const
const judged = data.regressionDataset({ x: tensor([[1], [2]]), y: estimatedOf, targetNames: ['y'] })
const predict = () => estimated
const folding = {
  data: judged,
  key: key(0),
  folds: 2,
}
const ofOneFold = {
  kind: 'classes',
  folds: [
    {
      time: 0,
      fold: 0,
      trainRows: 2,
      rows: [0, 1],
      result: {
        _tag: 'Right',
        right: {
          predictions: said,
          judgement: evaluation.judge(said, saidOf, { baseline }),
          measures: { accuracy: 0.5 },
          baseline: { accuracy: 0.5 },
        },
      },
    },
  ],
  failures: [],
  measures: {},
  baseline: {},
  overBaseline: {},
  outOfFold: undefined,
} as const

const onClasses = (
  metric: unknown,
  refused: Builder['refused'] = {},
  options: Builder['options'] = {},
): Builder => ({
  build: (of) => (metric as (...all: readonly unknown[]) => unknown)(said, saidOf, of),
  options,
  refused,
})
const onValues = (
  metric: unknown,
  refused: Builder['refused'] = {},
  options: Builder['options'] = {},
): Builder => ({
  build: (of) => (metric as (...all: readonly unknown[]) => unknown)(estimated, estimatedOf, of),
  options,
  refused,
})
const positive = { positive: [-1, 2, 0.5] }

const evaluations: Readonly<Record<string, Builder>> = {
  confusionCounts: onClasses(evaluation.confusionCounts),
  confusionOfClasses: {
    build: (options) => evaluation.confusionOfClasses(saidOf, saidOf, options),
    options: { names: ['no', 'yes'] },
  },
  classRates: {
    build: (options) => evaluation.classRates({ names: ['no'], counts: [[1]], rows: 1 }, options),
    refused: { zeroDivision: [2, 'none'] },
  },
  logLoss: onClasses(evaluation.logLoss),
  brierScore: onClasses(evaluation.brierScore),
  topAccuracy: onClasses(evaluation.topAccuracy, { k: counts }, { k: 1 }),
  rocArea: onClasses(evaluation.rocArea, positive),
  rocCurve: onClasses(evaluation.rocCurve, positive),
  meanRocArea: onClasses(evaluation.meanRocArea),
  averagePrecision: onClasses(evaluation.averagePrecision, positive),
  precisionRecallCurve: onClasses(evaluation.precisionRecallCurve, positive),
  calibrationError: onClasses(evaluation.calibrationError, { bins: counts, by: choice }),
  reliabilityTable: onClasses(evaluation.reliabilityTable, { bins: counts, by: choice }),
  fitTemperature: onClasses(evaluation.fitTemperature),
  judge: onClasses(evaluation.judge, { by: choice, top: [0, 3, 1.5] }, { baseline }),
  'evaluation meanSquaredError': onValues(evaluation.meanSquaredError),
  rootMeanSquaredError: onValues(evaluation.rootMeanSquaredError),
  'evaluation meanAbsoluteError': onValues(evaluation.meanAbsoluteError),
  medianAbsoluteError: onValues(evaluation.medianAbsoluteError),
  meanPercentageError: onValues(evaluation.meanPercentageError),
  quantileLoss: onValues(evaluation.quantileLoss, { quantile: [0, 1] }, { quantile: 0.5 }),
  rSquared: onValues(evaluation.rSquared),
  explainedVariance: onValues(evaluation.explainedVariance),
  mcNemar: {
    build: evaluation.mcNemar,
    options: { onlyFirst: 1, onlySecond: 2, rows: 5 },
    refused: { onlyFirst: [-1, 6], onlySecond: [-1, 6], rows: aboveZero },
  },
  comparePredictions: {
    build: (options) => evaluation.comparePredictions(said, said, saidOf, options),
    refused: { by: choice },
  },
  compareModels: {
    build: (options) => evaluation.compareModels({ one: ofOneFold }, options),
    refused: { by: choice },
  },
  foldSpread: {
    build: (options) => evaluation.foldSpread([1, 2], options),
    options: { trainRows: 4, devRows: 2 },
    refused: { trainRows: aboveZero, devRows: aboveZero },
  },
  bootstrapInterval: {
    build: (options) => evaluation.bootstrapInterval(2, () => 1, options),
    options: { key: key(0), resamples: 3 },
    refused: { resamples: counts },
  },
  crossValidate: {
    build: evaluation.crossValidate,
    options: { ...folding, fit: () => undefined },
    refused: {
      folds: [1, 1.5, Infinity],
      times: counts,
      devShare: [0, 1],
      devRows: choice,
      stratify: ['yes'],
    },
  },
  nestedCrossValidate: {
    build: evaluation.nestedCrossValidate,
    options: { ...folding, candidates: { a: () => undefined }, inner: 2 },
    refused: { inner: [1, 1.5], by: choice, folds: [1] },
  },
  permutationImportance: {
    build: evaluation.permutationImportance,
    options: { part: data.allForDev(judged), predict, key: key(0) },
    refused: { repeats: counts, by: choice },
  },
}

const { table: pets, schema: ofPets } = E.getOrElseW((error: data.DataError) => {
  throw new Error(error.message)
})(data.parseTable('age,kind\n3,cat\n5,dog\n'))
const readings: Builder['refused'] = {
  encoding: ['klingon'],
  separator: ['x'],
  header: ['yes'],
  decimal: [';'],
  thousands: [';'],
  dates: ['ymd'],
  missing: ['NA'],
  usualMissing: ['no'],
  kinds: [{ age: 'numeric' }],
  schema: ['age'],
  maxBytes: [...endless, 0],
}
const tables: Readonly<Record<string, Builder>> = {
  parseTable: { build: (options) => data.parseTable('a\n1\n', options), refused: readings },
  readTable: { build: (options) => data.readTable('absent.csv', options), refused: readings },
  scanTable: {
    build: (options) => data.scanTable('absent.csv', options),
    refused: { ...readings, rows: ['some'] },
  },
  streamTable: {
    build: (options) => data.streamTable('absent.csv', options),
    options: { schema: ofPets },
    refused: { rows: counts },
  },
  labelTable: {
    build: (options) => data.labelTable(pets, options),
    options: { target: 'kind' },
    refused: { task: choice },
  },
  tableOfCells: { build: (options) => data.tableOfCells(ofPets, [{ age: 3 }], options) },
}

const recipes: Readonly<Record<string, Builder>> = {
  linearRecipe: { build: (options) => tabular.linearRecipe(options), refused: { l2: fromZero } },
  networkRecipe: {
    build: (options) => tabular.networkRecipe(options),
    refused: {
      hidden: [[0], [1.5]],
      learningRate: aboveZero,
      l1: fromZero,
      l2: fromZero,
      dropout: fractions,
      batch: counts,
      epochs: counts,
      patience: counts,
      optimizer: choice,
      initializer: choice,
      dtype: choice,
    },
  },
  trainTable: {
    build: (options) => tabular.trainTable({ file: 'absent.csv', targets: ['y'] }, options),
    refused: { keep: choice },
  },
  trainTableStream: {
    build: (options) => tabular.trainTableStream({ file: 'absent.csv', targets: ['y'] }, options),
    refused: { prepareRows: counts, shuffleRows: counts, rows: counts, scan: choice },
  },
}

const bowl = (w: Tensor) => sum(square(w))
const minimizing = { iterations: counts, tolerance: fromZero }
const solutions = { tolerance: aboveZero, iterations: counts }

const solving: Readonly<Record<string, Builder>> = {
  minimizeNewton: {
    build: (options) => optim.minimizeNewton(bowl, tensor([1]), options),
    refused: minimizing,
  },
  minimizeConjugateGradient: {
    build: (options) => optim.minimizeConjugateGradient(bowl, tensor([1]), options),
    refused: minimizing,
  },
  minimizeLeastSquares: {
    build: (options) => optim.minimizeLeastSquares((w: Tensor) => w, tensor([1]), options),
    refused: { ...minimizing, method: choice, damping: aboveZero },
  },
  root: { build: (options) => solvers.root((x: Tensor) => x, tensor(1), options), refused: solutions },
  fixedPoint: {
    build: (options) => solvers.fixedPoint((x: Tensor) => x, tensor(1), options),
    refused: { ...solutions, share: [0, 1.5, Infinity] },
  },
  conjugateGradient: {
    build: (options) => solvers.conjugateGradient((x: Tensor) => x, tensor(1), options),
    refused: solutions,
  },
  bracketedRoot: {
    build: (options) => solvers.bracketedRoot((x: Tensor) => x, -1, 1, options),
    refused: { width: fromZero, iterations: counts },
  },
  integrate: {
    build: (options) => solvers.integrate((x: Tensor) => x, 0, 1, options),
    refused: { relativeTolerance: fromZero, absoluteTolerance: fromZero, pieces: counts },
  },
  integrateFixed: {
    build: (options) => solvers.integrateFixed((x: Tensor) => x, 0, 1, options),
    refused: { points: counts, pieces: counts },
  },
  odeSolve: {
    build: (options) => solvers.odeSolve((y: Tensor) => y, tensor(1), [0, 1], options),
    refused: {
      method: choice,
      gradient: choice,
      steps: counts,
      relativeTolerance: aboveZero,
      absoluteTolerance: fromZero,
    },
  },
}

const descents: Readonly<Record<string, Builder>> = {
  descendStep: {
    build: (options) => training.descendStep(optim.sgd({ learningRate: 1 }))(f, options),
  },
}

const kit: Readonly<Record<string, Builder>> = {
  spdMatrices: { build: (options) => testing.spdMatrices(2, options), refused: { condition: [0, 0.5, -1] } },
  networks: { build: testing.networks, refused: { input: counts, maxLayers: counts } },
  plantedData: {
    build: testing.plantedData,
    refused: {
      model: choice,
      rows: counts,
      features: counts,
      informative: [...fromNone, 6],
      noise: fromZero,
    },
  },
  'laws.loss': {
    build: (options) => testing.laws.loss((a) => sum(a), options),
    refused: { seed: fromNone, runs: counts, targets: choice, reduction: choice, width: [-1, 1.5] },
  },
  'laws.splitter': {
    build: (options) => testing.laws.splitter(() => [], options),
    refused: { seed: fromNone, runs: counts, fewest: counts },
  },
  'laws.weighting': {
    build: (options) => testing.laws.weighting(criteria.meanWeighting, options),
    refused: { seed: fromNone, runs: counts, objectives: [[]] },
  },
  'laws.penalty': {
    build: (options) => testing.laws.penalty(nn.l2(1), options),
    refused: { seed: fromNone, runs: counts },
  },
  'laws.optimizer': {
    build: (options) => testing.laws.optimizer(optim.sgd({ learningRate: 1 }), options),
    refused: { seed: fromNone, runs: counts },
  },
  'laws.layer': {
    build: (options) => testing.laws.layer(nn.leaky(0.1), options),
    refused: { seed: fromNone, runs: counts, inputs: [[]] },
  },
}

const all = {
  ...kit,
  ...optimizers,
  ...descents,
  ...solving,
  ...layers,
  ...trainings,
  ...evaluations,
  ...matrices,
  ...studies,
  ...indices,
  ...distributions,
  ...preparations,
  ...tables,
  ...recipes,
}

/** What of these settings is refused may be so as a dtype, or as what is no tensor. */
const ofTensors = 'dtype location scale rate low high mean std probabilities'.split(' ')
const isOfTensors = (setting: string): boolean => ofTensors.includes(setting)
const refusalOfTensors = /: expected/

describe('every builder', () => {
  test.each(Object.entries(all))('%s accepts its options and no others', (_, { build, options = {} }) => {
    expect(() => build(options as never)).not.toThrow()
    const call = (): unknown => build({ ...options, unheardOf: 1 } as never)
    expect(call).toThrow(ArgumentError)
    expect(call).toThrow(/"unheardOf" is not an option/)
    expect(() => build(1 as never)).toThrow(/expected options as a record/)
  })

  const cases = Object.entries(all).flatMap(([name, { build, options = {}, refused = {} }]) =>
    Object.entries(refused).flatMap(([setting, values]) =>
      [...values, NaN, null, { other: 1 }].map((value) => ({ name, setting, value, build, options })),
    ),
  )
  test.each(cases)('$name refuses $value for $setting', ({ setting, value, build, options }) => {
    const call = (): unknown => build({ ...options, [setting]: value } as never)
    expect(call).toThrow(isOfTensors(setting) ? refusalOfTensors : ArgumentError)
  })
})

/** Functions that are told no settings by name, by entry: whoever adds one decides where it belongs. */
const unnamed: Readonly<Record<string, string>> = {
  optim:
    'accumulateGradients afterSteps applyStep averageParameters averagedParameters box byGroup chain clipByGlobalNorm clipByRms clipByValue decodeOptimizer descend fuse globalNorm identity learningRateOf lossScaleOf maxNorm optimizerKind orthogonalize rateAt scaleByParameterRms scaleByTrustRatio scheduleFreeParameters sharpnessAware shrink softThreshold transformationMonoid',
  nn: 'accuracy activation block adaptiveAveragePool adaptiveMaxPool constant convertDropout convertLambda decodeNetwork decodePenalty dropConnect fadingDropout flatten gaussianNoise gruCell initialize initializerSetting innerLayer innerLayers l1 l2 layerKind layerName leaky network normalInitializer orthogonal parametricActivation penalized penaltyMonoid penaltyValue places predictClass prelu recalibrate scaledIdentity scaleFeatures shareParameters stateless tie trainMode unflatten uniformInitializer weightNorm',
  training:
    'countEvaluations parseCheckpoint encodeCheckpoint readCheckpoint writeCheckpoint compareTrainings differenceInterval meanInterval wilsonInterval observe patienceSpent errorRate meanError outcomeOf paceOf restoreTraining startTraining',
  evaluation:
    'accuracy balancedAccuracy baselineOf baselinePredictions classPredictions cohenKappa decidedClasses matthews studentReach valuePredictions withTemperature',
  study:
    'activeAffine arithmeticMean bootstrap compareRuns decodeHyperParameters decodeRunRecord errorPair geometricMean layerDrift layerOutputs layerWidths logDensity modelOf openRunJournal outOfBagEstimate parameterCount priorOf replay runRecord sparsityReport submodels sweep',
  linalg:
    'cholesky choleskySolve conditionNumber det eigh inverse kron lu matrixExponential matrixPower singularValues slogdet solve symmetricPower symmetricSquareRoot trace',
  signal: 'complexProduct',
  special:
    'besselI besselIe besselJ beta betaInc digamma erfc erfcinv erfcx erfinv gamma gammaP gammaPInv gammaQ lgamma logBeta logNdtr logit ndtr ndtri polygamma sinc xlog1py xlogy',
  random: 'binomial poisson',
  webgpu: 'DeviceError closeDevice deviceWork fromDevice isOnDevice toDevice',
  criteria:
    'caGradWeighting constantWeighting dominates frontMonoid frontOf hypervolume hypervolumeContributions imtlGWeighting knee meanWeighting minNormWeighting nashWeighting paretoRanks pcGradWeighting upGradWeighting weightedSum',
  search:
    'ask bestOf halfBudget knownTrials openSearchJournal outcomeOfSearch readSearchJournal searchResult tell',
}

const entries = {
  linalg,
  signal,
  special,
  random,
  optim,
  solvers,
  nn,
  training,
  evaluation,
  criteria,
  search,
  study,
  webgpu,
}

test.each(Object.entries(entries))(
  'no function of %s with settings by name is left out',
  (name, entry: Readonly<Record<string, unknown>>) => {
    const known = new Set([...Object.keys(all), ...(unnamed[name] ?? '').split(' ')])
    const left = Object.entries(entry).filter(
      ([exported, value]) =>
        typeof value === 'function' && !known.has(exported) && !known.has(`${name}.${exported}`),
    )
    expect(left.map(([exported]) => exported)).toEqual([])
  },
)

describe('numbers that are no options', () => {
  const refusals: readonly (readonly [string, (value: never) => unknown, readonly unknown[]])[] = [
    ['accumulateGradients', (n) => optim.accumulateGradients(n, optim.sgd({ learningRate: 1 })), counts],
    ['averageParameters', optim.averageParameters, fractions],
    ['clipByValue', optim.clipByValue, aboveZero],
    ['clipByGlobalNorm', optim.clipByGlobalNorm, aboveZero],
    ['clipByRms', optim.clipByRms, aboveZero],
    ['scaleByParameterRms', optim.scaleByParameterRms, aboveZero],
    ['orthogonalize', (steps) => optim.orthogonalize(steps), counts],
    ['descend', optim.descend, fromZero],
    ['trace', (beta) => optim.trace(beta), fractions],
    ['decayWeights', (lambda) => optim.decayWeights(lambda), fromZero],
    ['softThreshold', (lambda) => optim.softThreshold(lambda), fromZero],
    ['shrink', (lambda) => optim.shrink(lambda), fromZero],
    ['fuse', (lambda) => optim.fuse(lambda, 'a', 'b'), fromZero],
    ['l1Ball', (radius) => optim.l1Ball(radius), aboveZero],
    ['l2Ball', (radius) => optim.l2Ball(radius), aboveZero],
    ['maxNorm', (most) => optim.maxNorm(most), aboveZero],
    ['simplex', (total) => optim.simplex(total), aboveZero],
    ['box', (low) => optim.box(low, 0), [1, Infinity]],
    ['sharpnessAware', (radius) => optim.sharpnessAware(f as never, radius), fromZero],
    ['a schedule that gives', (rate: number | null) => optim.rateAt(() => rate ?? NaN, 0), fromZero],
    ['dropout', (p) => nn.dropout('a', p), fractions],
    ['gaussianNoise', (deviation) => nn.gaussianNoise('a', deviation), fromZero],
    ['fadingDropout', (p) => nn.fadingDropout('a', p, 3), fractions],
    ['fadingDropout', (steps) => nn.fadingDropout('a', 0.5, steps), counts],
    ['leaky', (slope) => nn.leaky(slope), [Infinity]],
    ['prelu', (slope) => nn.prelu('a', slope), [Infinity]],
    ['dense', (width) => nn.dense('a', width), counts],
    ['adaptiveAveragePool', (size) => nn.adaptiveAveragePool(size), counts],
    ['adaptiveMaxPool', (size) => nn.adaptiveMaxPool(size), counts],
    ['unflatten', (size) => nn.unflatten([size]), counts],
    ['matrixPower', (n) => linalg.matrixPower(matrix, n), [0.5, Infinity]],
    ['symmetricPower', (power) => linalg.symmetricPower(matrix, power), [Infinity]],
    ['fftFrequencies', (n) => signal.fftFrequencies(n), counts],
    ['rfftFrequencies', (n) => signal.rfftFrequencies(n), counts],
    ['choice', (count) => random.choice(key(0), three, count), fromNone],
    ['orthogonalMatrix', (n) => random.orthogonalMatrix(key(0), n), fromNone],
    ['positiveDefiniteMatrix', (n) => random.positiveDefiniteMatrix(key(0), n), fromNone],
    ['gruCell', nn.gruCell, counts],
    ['multiHeadAttention', (heads) => nn.multiHeadAttention('a', heads), counts],
    ['lstmCell', (width) => nn.lstmCell(width), counts],
    ['simpleCell', (width) => nn.simpleCell(width), counts],
    ['groupNorm', (groups) => nn.groupNorm('a', groups), counts],
    ['dropConnect', (rate) => nn.dropConnect(nn.dense('a', 2), rate), fractions],
    ['stochasticDepth', (rate) => nn.stochasticDepth('a', rate), fractions],
    ['network', (width) => nn.network(width), counts],
    ['constant', nn.constant, [Infinity]],
    ['normalInitializer', nn.normalInitializer, fromZero],
    ['uniformInitializer', nn.uniformInitializer, aboveZero],
    ['orthogonal', (gain) => nn.orthogonal(gain), [Infinity]],
    ['scaledIdentity', nn.scaledIdentity, [Infinity]],
    ['l1', (lambda) => nn.l1(lambda), fromZero],
    ['l2', (lambda) => nn.l2(lambda), fromZero],
    ['tie', (lambda) => nn.tie(lambda, 'a', 'b', 'norm'), fromZero],
    ['batchCount', (size) => data.batchCount(10, size), counts],
    ['batchCount of rows', (n) => data.batchCount(n, 1), fromNone],
    ['minibatches', (size) => data.minibatches(train, size, key(0)), counts],
    ['repeatedKFold', (times) => data.repeatedKFold(times, 2, { key: key(0) }), counts],
    ['noisyLabels', (share) => data.noisyLabels(rows, share, key(0)), [-0.1, 1.1]],
    ['bootstrap', (n) => study.bootstrap(n, key(0)), counts],
    ['bestOf', (count) => search.bestOf(['min'], [], count), fromNone],
    ['uniform', (low) => search.spaces.uniform(low, 1), [1, 2, -Infinity]],
    ['logUniform', (low) => search.spaces.logUniform(low, 1), [0, -1, 1]],
    ['integer', (low) => search.spaces.integer(low, 4), [0.5, 4]],
    ['uniformStep', (step) => search.spaces.uniformStep(0, 1, step), [...aboveZero, 2]],
    ['logInteger', (low) => search.spaces.logInteger(low, 4), [0, 0.5, 4]],
    ['grid', (perAxis) => search.spaces.uniform(0, 1).grid(perAxis), counts],
    ['caGradWeighting', criteria.caGradWeighting, fractions],
    ['constantWeighting', (w) => criteria.constantWeighting([w]), [Infinity]],
    ['wilsonInterval', (n) => training.wilsonInterval(0, n), fromZero],
    ['epochs', (epochs) => training.fit({ ...plan, epochs }), endless],
    ['batchesPerEpoch', (n) => training.fit({ ...plan, batchesPerEpoch: n }), endless],
    ['patience', (patience) => training.fit({ ...plan, stopping: { ...plan.stopping, patience } }), endless],
    ['minDelta', (minDelta) => training.fit({ ...plan, stopping: { ...plan.stopping, minDelta } }), fromZero],
    ['mode', (mode) => training.fit({ ...plan, stopping: { ...plan.stopping, mode } }), ['minimum']],
    ['studentReach', (freedom) => evaluation.studentReach(freedom), aboveZero],
    ['withTemperature', (of) => evaluation.withTemperature(said, of), aboveZero],
    ['convertLambda', (lambda) => nn.convertLambda(lambda, 'half', 'plain'), fromZero],
    ['frontOf', (direction) => criteria.frontOf([direction], N.Ord), ['minimum']],
    ['paretoRanks', (direction) => criteria.paretoRanks([direction], []), ['minimum']],
  ]
  test.each(
    refusals.flatMap(([name, build, values]) =>
      [...values, NaN, null].map((value) => ({ name, build, value })),
    ),
  )('$name refuses $value', ({ build, value }) => {
    expect(() => build(value as never)).toThrow(ArgumentError)
  })
  test('a misspelt name is answered with the nearest one', () => {
    expect(() => nn.activation('rleu' as never)).toThrow(/did you mean relu\?/)
    expect(() => optim.cosineDecay({ peak: 1, steps: 10 } as never)).toThrow(/"peak" is not an option/)
    expect(() => optim.cosineDecay({ steps: 10 } as never)).toThrow(/from: expected a finite number/)
    expect(() => optim.adam({ learningrate: 1 } as never)).toThrow(/did you mean learningRate\?/)
    expect(() => optim.adam({} as never)).toThrow(/learningRate: expected a finite number/)
    expect(() => training.fit({ ...plan, epoch: 3 } as never)).toThrow(/did you mean epochs\?/)
  })
})

describe('data and code are refused by the same words', () => {
  test.each([
    ['adam', { b2: 1 }],
    ['adam', { b1: -0.5 }],
    ['adam', { epsilon: -1 }],
    ['adam', { learningRate: NaN }],
    ['sgd', { learningRate: -1 }],
    ['rmsProp', { decay: 1.5 }],
    ['momentum', { beta: NaN }],
    ['adamW', { weightDecay: -0.1 }],
    ['lamb', { epsilon: 0 }],
  ] as const)('%s %o', (kind, bad) => {
    const options = { learningRate: 0.1, ...bad }
    const decoded = optim.decodeOptimizer({ kind, ...options })
    const inData = decoded._tag === 'Left' ? decoded.left.message : ''
    const [setting = ''] = Object.keys(bad)
    expect(inData.startsWith(`${setting}: expected`)).toBe(true)
    expect(() => optim[kind](options as never)).toThrow(new ArgumentError(`${kind}: ${inData}`))
  })
  test.each([
    [
      { kind: 'dropout', name: 'a', rate: 1, mask: 'per-batch', scaling: 'slide' },
      'rate',
      () => nn.dropout('a', 1),
    ],
    [{ kind: 'gaussianNoise', name: 'a', deviation: -1 }, 'deviation', () => nn.gaussianNoise('a', -1)],
    [{ kind: 'layerNorm', name: 'a', epsilon: 0 }, 'epsilon', () => nn.layerNorm('a', { epsilon: 0 })],
    [{ kind: 'leaky', slope: NaN }, 'slope', () => nn.leaky(NaN)],
    [
      { kind: 'linear', name: 'a', width: 2, weight: { kind: 'normal', std: -1 } },
      'weight.std',
      () => nn.dense('a', 2, { bias: false, weight: { kind: 'normal', std: -1 } }),
    ],
  ] as const)('%o', (layer, path, build) => {
    const decoded = nn.decodeNetwork({ input: 2, layers: [layer] })
    const message = decoded._tag === 'Left' ? decoded.left.message : ''
    expect(message.startsWith(`layers[0].${path}: expected`)).toBe(true)
    expect(build).toThrow(message.slice('layers[0].'.length))
  })
})
