import {
  abs,
  grad,
  item,
  max,
  relu,
  reshape,
  sigmoid,
  softplus,
  stage,
  sub,
  sum,
  tensor,
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  activationFacts,
  activationFunctions,
  heNormal,
  xavierNormal,
  type ActivationName,
} from 'puregrad/nn'
import { gainReport } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

/** Σ σ(z + ½ − k) for k from 1 to n: copies of one sigmoid with weights 1 and biases −½, −1½ … */
const staircase = (z: Tensor, n: number): Tensor => {
  const biases = tensor(
    Array.from({ length: n }, (_, i) => i + 0.5),
    { dtype: 'float64' },
  )
  return sum(sigmoid(sub(reshape(z, [z.size, 1]), biases)), { axis: 1 })
}

/** How many exponentials and functions made of them one evaluation takes. */
const exponentials = (name: ActivationName): number =>
  stage((x: Tensor) => activationFunctions[name](x))(
    tensor([1], { dtype: 'float64' }),
  ).program.equations.filter(({ operation }) => ['exp', 'expm1', 'tanh', 'sigmoid'].includes(operation))
    .length

const shown = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus'] as const

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const zs = Array.from({ length: 1301 }, (_, i) => i / 100 - 5)
  const z = tensor(zs, { dtype: 'float64' })
  const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
  const curve = (values: Tensor) => {
    const ys = toTypedArray(values)
    return zs.flatMap((x, i) => (i % 10 === 0 ? [[x, Number(ys[i])] as const] : []))
  }
  const slopeOf = (name: ActivationName) => grad((x: Tensor) => sum(activationFunctions[name](x)))
  const depth = { key, depth: 20, width: 64 }
  return {
    figures: {
      '199 sigmoids against softplus on [−5, 8], largest distance': apart(staircase(z, 199), softplus(z)),
      'softplus against ReLU, largest distance': apart(softplus(z), relu(z)),
      'exponentials for one ReLU': exponentials('relu'),
      'exponentials for one sigmoid': exponentials('sigmoid'),
      'δ first / last of 20 layers, ReLU': gainReport(heNormal, 'relu', depth).firstToLast,
      'δ first / last of 20 layers, sigmoid': gainReport(xavierNormal, 'sigmoid', depth).firstToLast,
      'greatest slope of ReLU': activationFacts.relu.slopes[1],
      'greatest slope of a sigmoid': activationFacts.sigmoid.slopes[1],
      'slope taken at 0': item(slopeOf('relu')(tensor([0], { dtype: 'float64' }))),
    },
    pictures: [
      {
        title: 'Sigmoids with biases −½, −1½ …, added up',
        x: { title: 'z' },
        y: { title: 'a' },
        mark: 'line',
        series: [
          { name: '1 sigmoid', points: curve(staircase(z, 1)) },
          { name: '3', points: curve(staircase(z, 3)) },
          { name: '199', points: curve(staircase(z, 199)) },
          { name: 'softplus', points: curve(softplus(z)) },
          { name: 'ReLU', points: curve(relu(z)) },
        ],
      },
      {
        title: 'What an activation lets through on the way back',
        x: { title: 'z' },
        y: { title: 'slope' },
        mark: 'line',
        series: shown.map((name) => ({ name, points: curve(slopeOf(name)(z)) })),
      },
    ],
  }
}

/** Rectified linear units. */
export const e6 = earlierClaim({
  id: 'E6',
  lines: '449–466',
  asWritten: {
    en: 'The rectified linear unit is fast to compute, is like infinitely many sigmoids with different biases and cures vanishing gradients.',
    bg: 'ReLU се пресмята бързо, равностойна е на безброй сигмоиди с различни отмествания и лекува изчезващите градиенти.',
  },
  corrected: {
    en: 'The same, measured: it needs no exponential; sigmoids with biases −½, −1½, −2½ … add up to softplus within 0.011, of which ReLU is a rough form (log 2 away at 0); its slope is 1 wherever a unit is active, so under He’s initialization 20 layers keep the signal that sigmoids lose. At 0, where there is no slope, 0 is taken.',
    bg: 'Същото, измерено: не изисква експонента; сигмоиди с отмествания −½, −1½, −2½ … се събират до softplus с точност 0.011, а ReLU е нейна груба форма (на разстояние log 2 в нулата); наклонът ѝ е 1, където невронът е активен, затова при инициализация на He 20 слоя запазват сигнала, който сигмоидите губят. В нулата, където няма производна, се взема 0.',
  },
  marks: {
    '199 sigmoids against softplus on [−5, 8], largest distance': { atMost: 0.011 },
    'softplus against ReLU, largest distance': { within: [0.693147, 0.693148] },
    'exponentials for one ReLU': { within: [0, 0] },
    'exponentials for one sigmoid': { atLeast: 1 },
    'δ first / last of 20 layers, ReLU': { within: [0.1, 10] },
    'δ first / last of 20 layers, sigmoid': { atMost: 1e-9 },
    'greatest slope of ReLU': { within: [1, 1] },
    'greatest slope of a sigmoid': { within: [0.25, 0.25] },
    'slope taken at 0': { within: [0, 0] },
  },
  measure,
})
