import { abs, equal, foldIn, grad, item, max, sub, tensor, toTypedArray, where, type Key } from 'puregrad'
import { dense, l1, meanSquaredError, network, type LinearParams, type Penalty } from 'puregrad/nn'
import { sgd, softThreshold, type AfterStep } from 'puregrad/optim'
import type { Picture } from 'puregrad/report'
import { rateBound, sparsityReport } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { plantedRegression, type PlantedRegression } from './planted-regression.ts'
import { fadedInOrder, ridgeFading, type Fading } from './ridge-fading.ts'
import { ridgePath, squaredErrorOf } from './ridge-path.ts'

/** What the features with an effect weigh; all others weigh nothing. */
const planted = [1, -0.8, 0.6, -0.5, 0.4]
const curvatures = Array.from({ length: 9 }, (_, i) => 10 ** (-2 + (3 * i) / 8))
const along = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02]

type Params = Readonly<Record<'model', LinearParams>>

/** How weights come down from a start. */
interface Descent {
  readonly data: PlantedRegression
  readonly rate: number
  readonly steps: number
  readonly key: Key
}

/** Weights after gradient descent on the whole data, with a penalty or with a map after each step. */
const descended = (
  { data, rate, steps, key }: Descent,
  rules: { readonly penalty?: Penalty<Params>; readonly after?: readonly AfterStep<Params>[] },
  start: Params,
): Params => {
  const optimizer = sgd<Params>({ learningRate: rate })
  const step = supervisedStep({
    model: network(data.x.shape[1]!, dense('model', 1, { bias: false })),
    loss: (predictions, targets) => meanSquaredError(predictions, targets),
    optimizer,
    ...rules,
  })
  return Array.from({ length: steps }).reduce<ReturnType<typeof step>>(
    (place, _, i) => step({ ...place, step: i }, data, key),
    { params: start, layers: { model: {} }, optimizer: optimizer.init(start), loss: NaN },
  ).params
}

const weightsOf = ({ model }: Params): readonly number[] => Array.from(toTypedArray(model.weight), Number)
const signed = (value: number): string => String(value).replace('-', '−')
const zeroShare = (params: unknown, of: number): number => sparsityReport(params).zeros / of

/** A set of weights for every λ, each descent starting where that of the λ before it ended. */
const pathOf = (
  descent: Descent,
  rulesOf: (lambda: number) => Parameters<typeof descended>[1],
  start: Params,
) =>
  along.reduce<readonly { readonly lambda: number; readonly params: Params }[]>(
    (seen, lambda) => [
      ...seen,
      { lambda, params: descended(descent, rulesOf(lambda), seen.at(-1)?.params ?? start) },
    ],
    [],
  )

const pathPicture = (path: ReturnType<typeof pathOf>, data: PlantedRegression): Picture => ({
  kind: 'curves',
  title: {
    en: `Weights under λΣ|w|: ${data.x.shape[0]} rows, ${planted.length} of ${data.x.shape[1]} features have an effect`,
    bg: `Теглата при λΣ|w|: ${data.x.shape[0]} реда, ${planted.length} от ${data.x.shape[1]} признака са информативни`,
  },
  x: { title: 'λ', scale: 'log' },
  y: { title: { en: 'weight', bg: 'тегло' } },
  series: [
    ...planted.map((own, i) => ({
      name: {
        en: `w${i + 1}, in truth ${signed(own)}`,
        bg: `w${i + 1}, всъщност ${decimalComma(signed(own))}`,
      },
      points: path.map(({ lambda, params }) => [lambda, weightsOf(params)[i]!] as const),
    })),
    {
      name: { en: 'the largest |w| of the others', bg: 'най-голямото |w| от останалите' },
      points: path.map(
        ({ lambda, params }) =>
          [lambda, Math.max(...weightsOf(params).slice(planted.length).map(Math.abs))] as const,
      ),
    },
  ],
})

const zerosPicture = (
  ways: readonly { readonly name: { en: string; bg: string }; readonly shares: readonly number[] }[],
): Picture => ({
  kind: 'curves',
  title: {
    en: 'The same rows: share of weights that are exactly 0 under L1, by the way to its minimum',
    bg: 'Същите редове: дял на теглата, които при L1 са точно 0, според пътя до минимума',
  },
  x: { title: 'λ', scale: 'log' },
  y: { title: { en: 'share of zeros', bg: 'дял на нулите' } },
  series: ways.map(({ name, shares }) => ({
    name,
    mark: 'both',
    points: shares.map((share, i) => [along[i]!, share] as const),
  })),
})

const fadingPicture = (fadings: readonly Fading[], lambda: number): Picture => ({
  kind: 'curves',
  title: {
    en: `What L2 with λ = ${lambda} leaves of each component, by how much ℓ curves along it`,
    bg: `Какво оставя L2 с λ = ${decimalComma(lambda)} от всяка компонента според кривината на ℓ по нея`,
  },
  x: { title: { en: 'curvature h', bg: 'кривина h' }, scale: 'log' },
  y: { title: { en: 'share left', bg: 'останал дял' }, domain: [0, 1] },
  series: [
    {
      name: 'h / (h + 2λ)',
      points: Array.from({ length: 61 }, (_, i) => 10 ** (-2 + i / 20)).map((h) => [h, h / (h + 2 * lambda)]),
    },
    {
      name: { en: 'measured', bg: 'измерено' },
      mark: 'point',
      points: fadings.map(({ curvature, kept }) => [curvature, kept]),
    },
  ],
})

/** An L1 penalty selects features and L2 fades directions; the way there matters. */
export const c4 = claim({
  id: 'C4',
  lines: '144–156',
  asWritten: {
    en: 'Ω = ‖w‖₁ gives sparse solutions and so selects features; L2 only fades the components that contribute little to lowering the objective.',
    bg: 'Ω = ‖w‖₁ води до оскъдни (sparse) решения и така подбира информативните признаци; L2 само отслабва компонентите, които допринасят малко за намаляване на функцията на разходите.',
  },
  corrected: {
    en: 'True of the minimizer of L1. Gradient steps with the sign of the weights never arrive at 0; a proximal step, which follows each gradient step, does, exactly. L2 leaves h/(h + 2λ) of a component along which the cost curves by h, and nothing is 0: what fades is what curves little, however much the component itself lowers the cost.',
    bg: 'За минимума на L1 е вярно. Градиентните стъпки със знака на теглата никога не стигат 0; проксималната стъпка след всяка градиентна стига, точно. L2 оставя h/(h + 2λ) от компонента, по която разходите имат кривина h, и нищо не става 0: отслабва това, което има малка кривина, колкото и да намалява разходите самата компонента.',
  },
  condition: {
    en: 'the minimum of L1 is reached by proximal steps, and “contribute little” means that the cost curves little along the component.',
    bg: 'минимумът на L1 се достига с проксимални стъпки, а „допринасят малко“ значи малка кривина на разходите по компонентата.',
  },
  measures: {
    zeros: {
      name: {
        en: 'L1, proximal steps: share of exact zeros among features without effect',
        bg: 'L1, проксимални стъпки: дял на точните нули сред неинформативните признаци',
      },
      // A slope of noise has a standard deviation of 0.042 and has to pass λ = 0.1 for a weight: 2 % of them do.
      corrected: { atLeast: 0.85 },
      literal: { atLeast: 0.85 },
    },
    kept: {
      name: {
        en: 'L1, proximal steps: share of features with an effect that are kept',
        bg: 'L1, проксимални стъпки: дял на запазените информативни признаци',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    slack: {
      name: { en: 'the same: largest |∇ℓ| / λ where w = 0', bg: 'същото: най-голямо |∇ℓ| / λ, където w = 0' },
      corrected: { atMost: 1 },
    },
    descentZeros: {
      name: {
        en: 'L1, gradient steps: share of exact zeros among features without effect',
        bg: 'L1, градиентни стъпки: дял на точните нули сред неинформативните признаци',
      },
      corrected: { within: [0, 0] },
      literal: { atLeast: 0.85 },
    },
    descentDistance: {
      name: {
        en: 'the same: largest distance from the proximal weights, in steps ηλ',
        bg: 'същото: най-голямо разстояние до проксималните тегла, в стъпки ηλ',
      },
      // A weight that has passed 0 comes back: it is never much further than one step from where it should be.
      corrected: { atMost: 3 },
    },
    ridgeZeros: {
      name: { en: 'L2: exact zeros', bg: 'L2: точни нули' },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    fadeError: {
      name: {
        en: 'L2 along eigenvectors: largest relative distance of the share left from h/(h + 2λ)',
        bg: 'L2 по собствените вектори: най-голяма относителна разлика на останалия дял от h/(h + 2λ)',
      },
      // Minima are found up to gradients of 1e-11, and curvatures go down to 0.01.
      corrected: { atMost: 1e-4 },
    },
    contributionOrder: {
      name: {
        en: 'L2: share of pairs in which the component that lowers the cost less is faded more',
        bg: 'L2: дял на двойките, в които по-силно отслабва компонентата, намаляваща разходите по-малко',
      },
      literal: { within: [1, 1] },
    },
    curvatureOrder: {
      name: {
        en: 'L2: share of pairs in which the component of less curvature is faded more',
        bg: 'L2: дял на двойките, в които по-силно отслабва компонентата с по-малка кривина',
      },
      corrected: { within: [1, 1] },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 200, whole: true },
    features: { name: { en: 'features', bg: 'признаци' }, value: 50, whole: true },
    noise: { name: { en: 'noise of the targets (σ)', bg: 'шум на целите (σ)' }, value: 0.3 },
    lambda: { name: { en: 'λ', bg: 'λ' }, value: 0.1 },
    steps: { name: { en: 'steps', bg: 'стъпки' }, value: 1000, whole: true },
  },
  measure: ({ key, settings: { rows, features, noise, lambda, steps }, progress }) => {
    const real = planted.length
    const truth = tensor(
      Array.from({ length: features }, (_, i) => [planted[i] ?? 0]),
      { dtype: 'float64' },
    )
    const data = plantedRegression(foldIn(key, 'data'), rows, truth, noise)
    const loss = squaredErrorOf(data)
    const net = network(features, dense('model', 1, { bias: false }))
    const { params: start } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
    const rate = rateBound(loss, start.model, { key: foldIn(key, 'rate') }).bound / 2
    const descent = { data, rate, steps, key }
    const proximal = descended(descent, { after: [softThreshold(lambda)] }, start)
    const subgradient = descended(descent, { penalty: l1(lambda) }, start)
    const [ridge] = ridgePath(data, [lambda])
    progress(1, 3)
    const apart = ({ model }: Params): readonly number[] => weightsOf({ model }).slice(real)
    const zerosOf = (params: Params): number =>
      apart(params).filter((w) => w === 0).length / (features - real)
    const slopes = grad(loss)(proximal.model).weight
    const path = pathOf(descent, (by) => ({ after: [softThreshold(by)] }), start)
    const signs = pathOf(descent, (by) => ({ penalty: l1(by) }), start)
    progress(2, 3)
    const fadings = ridgeFading(foldIn(key, 'fading'), { rows, curvatures, lambda })
    return {
      figures: {
        zeros: zerosOf(proximal),
        kept:
          weightsOf(proximal)
            .slice(0, real)
            .filter((w) => w !== 0).length / real,
        slack: item(max(where(equal(proximal.model.weight, 0), abs(slopes), 0))) / lambda,
        descentZeros: zerosOf(subgradient),
        descentDistance:
          item(max(abs(sub(subgradient.model.weight, proximal.model.weight)))) / (rate * lambda),
        ridgeZeros: sparsityReport({ weight: ridge!.weight }).zeros,
        fadeError: Math.max(
          ...fadings.map(({ curvature: h, kept }) => Math.abs((kept * (h + 2 * lambda)) / h - 1)),
        ),
        contributionOrder: fadedInOrder(fadings, ({ contribution }) => contribution),
        curvatureOrder: fadedInOrder(fadings, ({ curvature }) => curvature),
      },
      pictures: [
        pathPicture(path, data),
        zerosPicture([
          {
            name: { en: 'proximal steps', bg: 'проксимални стъпки' },
            shares: path.map(({ params }) => zeroShare(params, features)),
          },
          {
            name: { en: 'gradient steps', bg: 'градиентни стъпки' },
            shares: signs.map(({ params }) => zeroShare(params, features)),
          },
        ]),
        fadingPicture(fadings, lambda),
      ],
    }
  },
})
