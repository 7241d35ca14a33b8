// Made of docs/guide.md by `npm run guide`.
/* oxlint-disable typescript/no-unused-expressions -- values that the page shows */
import { foldIn, key } from 'puregrad'
import { halfWidthFor, noisy300, seal } from 'puregrad/data'

const data = noisy300(key(0))
const { train, dev } = data
const test = seal(data.test)
const rows = [train.n, dev.n, test.n]
rows // => [300, 2000, 4000]
halfWidthFor({ rows: 100, error: 0.5 }).toFixed(3) // => '0.098'
halfWidthFor({ rows: dev.n, error: 0.5 }).toFixed(3) // => '0.022'

import { batchCount, minibatches, type Classes, type Dataset } from 'puregrad/data'
import { activation, dense, network, softmaxCrossEntropy, type Network, type Penalty } from 'puregrad/nn'
import { adam, type AfterStep, type Optimizer } from 'puregrad/optim'
import { evaluate, fit, outcomeOf, startTraining, supervisedStep, type Evaluation } from 'puregrad/training'

interface Settings<P> {
  readonly optimizer?: Optimizer<P, readonly unknown[]>
  readonly penalty?: Penalty<P>
  readonly after?: readonly AfterStep<P>[]
  readonly rows?: Dataset<'train', Classes>
  readonly on?: Dataset<'dev', Classes>
  readonly batch?: number
  readonly epochs?: number
  readonly patience?: number
  readonly seed?: number
}

const experiment = <P, S>(net: Network<P, S>, settings: Settings<P> = {}) => {
  const {
    optimizer = adam<P>({ learningRate: 1e-3 }),
    penalty,
    after = [],
    rows = train,
    on = dev,
  } = settings
  const { batch = 32, epochs = 60, patience = Infinity, seed = 1 } = settings
  const { params, state } = net.init(foldIn(key(seed), 'parameters'))
  const plan = {
    step: supervisedStep({
      model: net,
      loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
      ...(penalty === undefined ? {} : { penalty }),
      optimizer,
      after,
    }),
    batches: (order: ReturnType<typeof key>) => minibatches(rows, batch, order),
    batchesPerEpoch: batchCount(rows.n, batch),
    score: (at: P, layers: S) => ({
      train: evaluate(net, at, layers, rows),
      dev: evaluate(net, at, layers, on, { chunk: 2000 }),
    }),
    monitor: (seen: { readonly dev: Evaluation }) => seen.dev.loss,
    stopping: { mode: 'min', patience, minDelta: 0 },
    epochs,
  } as const
  const start = startTraining({
    params,
    layers: state,
    optimizer: optimizer.init(params),
    key: foldIn(key(seed), 'training'),
  })
  const { best, last, why } = outcomeOf(fit(plan)(start))
  const { history } = last
  return { net, best, last, why, history, atEnd: history.at(-1)!, atBest: history[best.epoch - 1]! }
}

import { allForTraining, digits16 } from 'puregrad/data'
import { diagnose, errorRate } from 'puregrad/training'

const base = network(
  256,
  dense('hidden1', 128),
  activation('relu'),
  dense('hidden2', 64),
  activation('relu'),
  dense('output', 10),
)
const plain = experiment(base)
const percent = (share: number) => `${Math.round(10 * share) * 10} %`
const accuracies = [plain.atEnd.train, plain.atEnd.dev].map(({ accuracy }) => percent(accuracy))
accuracies // => ['100 %', '40 %']
const [finding] = diagnose({ train: errorRate(plain.atEnd.train), dev: errorRate(plain.atEnd.dev) })
finding.kind // => 'high-variance'
finding.advice[0] // => 'get more training rows'
const more = allForTraining(digits16({ key: key(9), n: 3000, jitter: 1.3, noise: 0.25 }))
experiment(base, { rows: more, epochs: 6 }).atEnd.dev.accuracy > 0.7 // => true

import { item } from 'puregrad'
import { l2, penaltyValue } from 'puregrad/nn'
import { sweep } from 'puregrad/study'

const priced = sweep(
  [0.005, 0.01, 0.02, 0.04],
  (lambda) => experiment(base, { penalty: l2(lambda) }),
  ({ atEnd }) => atEnd.dev.loss,
)
priced.best?.setting // => 0.02
const omega = ({ last }: typeof plain) => item(penaltyValue(l2<typeof last.params>(1), last.params))
const front = priced.points.map(({ setting, result }) => ({
  lambda: setting,
  loss: result.atEnd.train.loss,
  penalty: omega(result),
}))
const [cheap, dear] = front.slice(-2)
const slope = (dear!.loss - cheap!.loss) / (cheap!.penalty - dear!.penalty)
cheap!.lambda < slope && slope < dear!.lambda // => true

import { l1 } from 'puregrad/nn'
import { sgd, softThreshold } from 'puregrad/optim'
import { sparsityReport } from 'puregrad/study'

const pushed = experiment(base, { penalty: l1(0.002) })
sparsityReport(pushed.last.params).zeros // => 0
const pruned = sweep(
  [0.001, 0.002, 0.004, 0.006],
  (lambda) => experiment(base, { optimizer: sgd({ learningRate: 0.1 }), after: [softThreshold(lambda)] }),
  ({ atBest }) => atBest.dev.loss,
)
const kept = ({ best }: { readonly best: { readonly params: unknown } }) => {
  const { zeros, of } = sparsityReport(best.params)
  return of - zeros
}
kept(plain) // => 41802
const sparse = pruned.points[2]!.result
kept(sparse) < 0.6 * kept(plain) && sparse.atBest.dev.loss < plain.atBest.dev.loss // => true

const stopped = experiment(base, { patience: 5 })
stopped.why // => 'patience'
stopped.best.epoch === plain.best.epoch && stopped.last.epoch === plain.best.epoch + 5 // => true
plain.atEnd.dev.loss / plain.atBest.dev.loss > 1.2 // => true
Math.abs(plain.atEnd.dev.accuracy - plain.atBest.dev.accuracy) < 0.03 // => true

import { argmax, cast, equal, log, maximum, mean, softmax, type Tensor } from 'puregrad'
import { dropout, evalMode } from 'puregrad/nn'
import { arithmeticMean } from 'puregrad/study'

const dropped = network(
  256,
  dense('hidden1', 128),
  activation('relu'),
  dropout('drop1', 0.5),
  dense('hidden2', 64),
  activation('relu'),
  dropout('drop2', 0.5),
  dense('output', 10),
)
const members = [1, 2, 3].map((seed) => experiment(dropped, { penalty: l2(0.003), seed }))
const thinned = members[0]!
thinned.atBest.dev.loss < plain.atBest.dev.loss - 0.05 // => true

interface Trained<P, S> {
  readonly net: Network<P, S>
  readonly best: { readonly params: P; readonly layers: S }
}
const probabilities = <P, S>(team: readonly Trained<P, S>[], x: Tensor) =>
  arithmeticMean(team.map(({ net, best }) => softmax(net.apply(evalMode, best.params, best.layers, x)[0])))
const judged = (p: Tensor, y: Tensor) => ({
  loss: item(softmaxCrossEntropy(log(maximum(p, 1e-30)), y)),
  accuracy: item(mean(cast(equal(argmax(p, { axis: 1 }), y), 'float64'))),
})
const team = judged(probabilities(members, dev.x), dev.y)
const meanLoss = members.reduce((total, { atBest }) => total + atBest.dev.loss, 0) / members.length
team.loss < meanLoss // => true

import * as E from 'fp-ts/lib/Either.js'
import { car, conditionReport, gramMatrix, scaled, standardize } from 'puregrad/data'

const cars = allForTraining(car({ key: key(3), dtype: 'float64' }))
const zScores = standardize(cars)
const pixelScores = standardize(train, { constant: 'keep' })
if (E.isLeft(zScores) || E.isLeft(pixelScores)) throw new RangeError('a feature that does not vary')
const condition = (x: Tensor) => conditionReport(gramMatrix(x, { intercept: true })).condition
condition(cars.x) > 1e12 // => true
condition(scaled(cars, zScores.right).x) < 1.1 // => true
const rescaled = experiment(base, {
  rows: scaled(train, pixelScores.right),
  on: scaled(dev, pixelScores.right),
})
rescaled.atBest.dev.loss > plain.atBest.dev.loss // => true

import { batchNorm, heNormal, xavierNormal } from 'puregrad/nn'
import { gainReport } from 'puregrad/study'

const sigmoids = gainReport(xavierNormal, 'sigmoid', { key: key(4), depth: 20 })
const rectified = gainReport(heNormal, 'relu', { key: key(4), depth: 20 })
sigmoids.firstToLast < 1e-9 && Math.round(sigmoids.stallDepth) < 15 // => true
rectified.firstToLast > 0.1 && rectified.firstToLast < 10 // => true
const deep = (kind: 'sigmoid' | 'relu', { normalized = false } = {}) =>
  network(
    256,
    ...Array.from({ length: 10 }, (_, i) => [
      dense(`hidden${i + 1}`, 64, { weight: kind === 'relu' ? heNormal : xavierNormal }),
      ...(normalized ? [batchNorm(`norm${i + 1}`)] : []),
      activation(kind),
    ]).flat(),
    dense('output', 10),
  )
const sunk = experiment(deep('sigmoid'), { epochs: 20 })
const lifted = experiment(deep('relu'), { epochs: 20 })
sunk.atEnd.train.accuracy < 0.2 && lifted.atEnd.train.accuracy > 0.95 // => true

const saved = experiment(deep('sigmoid', { normalized: true }), { epochs: 20 })
saved.atEnd.train.accuracy > 0.95 // => true
const normalized = (pixels: number, units: number) =>
  network(
    256,
    dropout('pixels', pixels),
    dense('hidden1', 128),
    batchNorm('norm1'),
    activation('relu'),
    dropout('drop1', units),
    dense('hidden2', 64),
    batchNorm('norm2'),
    activation('relu'),
    dropout('drop2', units),
    dense('output', 10),
  )
const steadied = experiment(normalized(0.3, 0.3), { penalty: l2(0.003) })
steadied.atBest.dev.loss < thinned.atBest.dev.loss // => true

const sizes = [1, 8, 32, 300].map((batch) => ({
  batch,
  updates: 10 * batchCount(train.n, batch),
  run: experiment(base, { batch, epochs: 10, optimizer: sgd({ learningRate: 0.1 }) }),
}))
sizes.map(({ updates }) => updates) // => [3000, 380, 100, 10]
const [single, eight, usual, whole] = sizes.map(({ run }) => run.atEnd.train.loss)
eight! < usual! && usual! < whole! // => true
single! > 2 * eight! // => true

import { cosineDecay, momentum } from 'puregrad/optim'

type Params = typeof steadied.best.params
const race = (optimizer: Optimizer<Params, readonly unknown[]>) =>
  experiment(normalized(0.3, 0.3), { penalty: l2(0.003), optimizer })
const plainDescent = race(sgd({ learningRate: 0.03 }))
const withMomentum = race(momentum({ learningRate: 0.03, beta: 0.9 }))
const withCosine = race(adam({ learningRate: cosineDecay({ from: 3e-3, steps: 600 }) }))
const epochsTo1 = ({ history }: typeof steadied) => history.findIndex(({ train }) => train.loss < 1) + 1
epochsTo1(withMomentum) < epochsTo1(steadied) && epochsTo1(steadied) < epochsTo1(plainDescent) // => true
const devLosses = [steadied, withMomentum, withCosine].map(({ atBest }) => atBest.dev.loss)
Math.max(...devLosses) - Math.min(...devLosses) < 0.1 // => true

import * as S from 'fp-ts/lib/string.js'
import { frontOf } from 'puregrad/criteria'

const point = (config: string, run: Parameters<typeof kept>[0] & Pick<typeof plain, 'atBest'>) => ({
  config,
  objectives: [kept(run), run.atBest.dev.loss] as const,
})
const tried = [
  point('plain', plain),
  ...priced.points.map(({ setting, result }) => point(`L2 ${setting}`, result)),
  ...pruned.points.map(({ setting, result }) => point(`L1 ${setting}`, result)),
  point('dropout', thinned),
  point('normalized', steadied),
]
const undominated = frontOf(['min', 'min'], S.Ord)(tried)
undominated.map(({ config }) => config) // => ['L1 0.006', 'L1 0.004', 'dropout', 'normalized']
const prices = Array.from({ length: 101 }, (_, i) => i * 1e-6)
const least = (price: number) =>
  sweep(
    undominated,
    ({ objectives: [size = NaN, loss = NaN] }) => loss + price * size,
    (sum) => sum,
  )
const chosen = prices.map((price) => least(price).best?.setting.config)
new Set(chosen) // => new Set(['normalized', 'L1 0.006'])

import { expectedOptimism } from 'puregrad/data'
import { inProcess, outcomeOfSearch, randomSearch, runSearch, spaces, type ConfigOf } from 'puregrad/search'

const space = spaces.struct({
  learningRate: spaces.logUniform(1e-3, 1e-1),
  lambda: spaces.logUniform(1e-4, 3e-2),
  pixels: spaces.uniform(0, 0.5),
  units: spaces.uniform(0, 0.5),
})
type Config = ConfigOf<typeof space>
const candidate = ({ learningRate, lambda, pixels, units }: Config, seed = 1) =>
  experiment(normalized(pixels, units), {
    penalty: l2(lambda),
    optimizer: adam({ learningRate: cosineDecay({ from: learningRate, steps: 600 }) }),
    seed,
  })
const search = randomSearch(space, { trials: 9, key: key(6) })
const runner = inProcess<Config>(({ config }) => ({ objectives: [candidate(config).atBest.dev.loss] }))
const searched = await outcomeOfSearch(search, runSearch(search, runner))
const winner = searched.best!
winner.objectives[0]! < steadied.atBest.dev.loss // => true
winner.config.pixels > 0.3 && winner.config.lambda > 0.01 // => true
expectedOptimism({ models: 9, rows: dev.n }).independent.toFixed(3) // => '0.017'

import { openTest, testOptimism } from 'puregrad/data'
import { differenceInterval } from 'puregrad/training'

const final = [21, 22, 23, 24, 25].map((seed) => candidate(winner.config, seed))
const promised = judged(probabilities(final, dev.x), dev.y)
promised.loss < 1.45 && promised.accuracy > 0.53 // => true
const opened = openTest(test, [], 'the figure at the end of the guide')
if (E.isLeft(opened)) throw new RangeError(opened.left.message)
const fresh = opened.right.data
const found = judged(probabilities(final, fresh.x), fresh.y)
const [low, high] = differenceInterval(
  { value: 1 - found.accuracy, n: fresh.n },
  { value: 1 - promised.accuracy, n: dev.n },
)
low < 0 && high > 0 // => true
testOptimism(opened.right.ledger, test).independent // => 0

export {
  data,
  train,
  dev,
  test,
  rows,
  experiment,
  base,
  plain,
  percent,
  accuracies,
  finding,
  more,
  priced,
  omega,
  front,
  cheap,
  dear,
  slope,
  pushed,
  pruned,
  kept,
  sparse,
  stopped,
  dropped,
  members,
  thinned,
  probabilities,
  judged,
  team,
  meanLoss,
  cars,
  zScores,
  pixelScores,
  condition,
  rescaled,
  sigmoids,
  rectified,
  deep,
  sunk,
  lifted,
  saved,
  normalized,
  steadied,
  sizes,
  single,
  eight,
  usual,
  whole,
  race,
  plainDescent,
  withMomentum,
  withCosine,
  epochsTo1,
  devLosses,
  point,
  tried,
  undominated,
  prices,
  least,
  chosen,
  space,
  candidate,
  search,
  runner,
  searched,
  winner,
  final,
  promised,
  opened,
  fresh,
  found,
  low,
  high,
}
