import {
  abs,
  add,
  foldIn,
  grad,
  item,
  max,
  mean,
  normal,
  reshape,
  slice,
  sub,
  tensor,
  vmap,
  type Key,
  type Tensor,
} from 'puregrad'
import { dense, meanSquaredError, network, trainMode } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { countEvaluations, supervisedStep, type Batch } from 'puregrad/training'
import { claim } from '../claim.ts'

/** A line through the inputs: as many parameters as features, no bias. */
const problem = (key: Key, features: number) => {
  const net = network(features, dense('line', 1, { bias: false }))
  const model = countEvaluations(net)
  const { params, state } = net.init(key, { dtype: 'float64' })
  return { model, params, start: model.start(state) }
}

const rowsOf = (key: Key, rows: number, features: number): Batch => ({
  x: normal(foldIn(key, 'x'), [rows, features], { dtype: 'float64' }),
  y: normal(foldIn(key, 'y'), [rows, 1], { dtype: 'float64' }),
})

/** Its first rows. */
const first = ({ x, y }: Batch, rows: number, features: number): Batch => ({
  x: slice(x, [0, 0], [rows, features]),
  y: slice(y, [0, 0], [rows, 1]),
})

type Problem = ReturnType<typeof problem>

/** Evaluations of an example in one step of descent. */
const ofStep = ({ model, params, start }: Problem, batch: Batch, key: Key): number => {
  const optimizer = sgd<typeof params>({ learningRate: 0.1 })
  const step = supervisedStep({ model, loss: (out, y) => meanSquaredError(out, y), optimizer })
  const { layers } = step({ params, layers: start, optimizer: optimizer.init(params), step: 0 }, batch, key)
  return item(layers.evaluations)
}

const lossOf =
  ({ model, params }: Problem, { x, y }: Batch, key: Key) =>
  (weight: Tensor, from: Problem['start']) => {
    const [out, after] = model.apply(trainMode(key), { ...params, line: { weight } }, from, x)
    return { loss: meanSquaredError(out, y), after }
  }

const step = 1e-4

/** A gradient by central differences, each parameter moved up and down, and the evaluations of an example that it takes. */
const byDifferences = (own: Problem, batch: Batch, key: Key) => {
  const { weight } = own.params.line
  const loss = lossOf(own, batch, key)
  return Array.from({ length: weight.size }).reduce<{
    readonly gradient: readonly number[]
    readonly state: Problem['start']
  }>(
    ({ gradient, state }, _, j) => {
      const direction = tensor(
        Array.from({ length: weight.size }, (__, i) => [i === j ? step : 0]),
        { dtype: 'float64' },
      )
      const up = loss(add(weight, direction), state)
      const down = loss(sub(weight, direction), up.after)
      return { gradient: [...gradient, (item(up.loss) - item(down.loss)) / (2 * step)], state: down.after }
    },
    { gradient: [], state: own.start },
  )
}

/** The slope of the logarithm of one number over that of another, from the first pair to the last. */
const exponent = (xs: readonly number[], ys: readonly number[]): number =>
  Math.log(ys.at(-1)! / ys[0]!) / Math.log(xs.at(-1)! / xs[0]!)

/** The mean of the gradients of single examples. */
const meanOfSingle = (own: Problem, { x, y }: Batch, key: Key): Tensor =>
  mean(
    vmap((row: Tensor, target: Tensor) => {
      const single = { x: reshape(row, [1, -1]), y: reshape(target, [1, 1]) }
      return grad((at: Tensor) => lossOf(own, single, key)(at, own.start).loss)(own.params.line.weight)
    })(x, y),
    { axis: 0 },
  )

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** The gradient of a mean over N examples needs every example once. */
export const f5 = claim({
  id: 'F5',
  lines: '567–579',
  asWritten: {
    en: 'The cost h(x) is the mean over N examples of f(x; yᵢ), so one gradient costs O(N).',
    bg: 'Функцията на разходите h(x) е средното по N примера на f(x; yᵢ), затова един градиент струва O(N).',
  },
  corrected: {
    en: 'The same (x are the parameters here and y the data), counted: the gradient is the mean of N single gradients, and reverse mode evaluates every example once for it, however many parameters there are; by central differences it would be two for each parameter, and a mini-batch costs the same whatever N.',
    bg: 'Същото (тук x са параметрите, а y данните), преброено: градиентът е средното на N единични градиента и обратното разпространение пресмята за него всеки пример веднъж, колкото и да са параметрите; с централни разлики са по две за всеки параметър, а мини-партида струва едно и също при всяко N.',
  },
  measures: {
    fullExponent: {
      name: { en: 'full gradient: k in evaluations ~ Nᵏ', bg: 'пълен градиент: k в пресмятания ~ Nᵏ' },
      corrected: { within: [0.999, 1.001] },
      literal: { within: [0.999, 1.001] },
    },
    perExample: {
      name: {
        en: 'full gradient: evaluations of an example',
        bg: 'пълен градиент: пресмятания на един пример',
      },
      corrected: { within: [1, 1] },
    },
    parameterExponent: {
      name: {
        en: 'full gradient: k in evaluations ~ (number of parameters)ᵏ',
        bg: 'пълен градиент: k в пресмятания ~ (брой параметри)ᵏ',
      },
      corrected: { within: [0, 0] },
    },
    differences: {
      name: {
        en: 'by central differences: evaluations of an example and a parameter',
        bg: 'с централни разлики: пресмятания на пример и параметър',
      },
      corrected: { within: [2, 2] },
    },
    batchExponent: {
      name: {
        en: 'mini-batch: k in evaluations of an update ~ Nᵏ',
        bg: 'мини-партида: k в пресмятания за обновяване ~ Nᵏ',
      },
      corrected: { within: [0, 0] },
    },
    fromMean: {
      name: {
        en: 'distance of the gradient from the mean of single gradients',
        bg: 'разстояние на градиента от средното на единичните градиенти',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    fromDifferences: {
      name: {
        en: 'distance of the gradient from that by central differences',
        bg: 'разстояние на градиента от този с централни разлики',
      },
      corrected: { atMost: 1e-6 },
    },
  },
  settings: {
    rows: {
      name: { en: 'examples N, at most', bg: 'примери N, най-много' },
      value: 1000,
      min: 100,
      whole: true,
    },
    batch: { name: { en: 'examples of a mini-batch', bg: 'примери в мини-партида' }, value: 8, whole: true },
    features: { name: { en: 'parameters', bg: 'параметри' }, value: 4, whole: true },
  },
  measure: ({ key, settings: { rows, batch, features } }) => {
    const own = problem(foldIn(key, 'parameters'), features)
    const wider = problem(foldIn(key, 'parameters'), 4 * features)
    const sizes = [100, 10, 1].map((by) => Math.ceil(rows / by))
    const data = sizes.map((n) => rowsOf(foldIn(key, n), n, features))
    const full = data.map((all) => ofStep(own, all, key))
    const mini = data.map(({ x, y }) =>
      ofStep(own, first({ x, y }, Math.min(batch, sizes[0]!), features), key),
    )
    const numerical = byDifferences(own, data[1]!, key)
    const { weight } = own.params.line
    const whole = grad((at: Tensor) => lossOf(own, data[1]!, key)(at, own.start).loss)(weight)
    return {
      figures: {
        fullExponent: exponent(sizes, full),
        perExample: full.at(-1)! / sizes.at(-1)!,
        parameterExponent: exponent(
          [features, 4 * features],
          [full.at(-1)!, ofStep(wider, rowsOf(key, sizes.at(-1)!, 4 * features), key)],
        ),
        differences: item(numerical.state.evaluations) / sizes[1]! / features,
        batchExponent: exponent(sizes, mini),
        fromMean: apart(whole, meanOfSingle(own, data[1]!, key)),
        fromDifferences: apart(reshape(whole, [-1]), tensor(numerical.gradient, { dtype: 'float64' })),
      },
    }
  },
})
