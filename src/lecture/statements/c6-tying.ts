import { add, foldIn, grad, item, jit, mul, norm, normal, sub, zeros, type Key, type Tensor } from 'puregrad'
import { penalized, penaltyValue, tie } from 'puregrad/nn'
import { afterSteps, applyStep, fuse, minimizeLbfgs, sgd, type Gradient } from 'puregrad/optim'
import type { Picture } from 'puregrad/report'
import { rateBound } from 'puregrad/study'
import { claim } from '../claim.ts'
import { plantedRegression, type PlantedRegression } from './planted-regression.ts'
import { squaredErrorOf, type Weights } from './ridge-path.ts'

type Models = Readonly<Record<'a' | 'b', Weights>>

const float64 = { dtype: 'float64' } as const
const gap = ({ a, b }: Models): number => item(norm(sub(a.weight, b.weight)))

/** Two linear models, tied in two forms. */
interface TwoModels {
  /** ‖A − B‖ at the minimum with λ‖A − B‖² */
  readonly squaredGap: (lambda: number) => number
  /** ‖A − B‖ at the minimum with λ‖A − B‖ */
  readonly normGap: (lambda: number) => number
  /** The least λ with which λ‖A − B‖ makes both equal. */
  readonly fusing: number
}

const twoModels = (
  key: Key,
  data: Readonly<Record<'a' | 'b', PlantedRegression>>,
  steps: number,
): TwoModels => {
  const [lossA, lossB] = [squaredErrorOf(data.a), squaredErrorOf(data.b)]
  const loss = ({ a, b }: Models): Tensor => add(lossA(a), lossB(b))
  const none: Weights = { weight: zeros([data.a.x.shape[1]!, 1], float64) }
  const start: Models = { a: none, b: none }
  const learningRate = rateBound(loss, start, { key }).bound / 2
  const fused = (lambda: number): Models => {
    const optimizer = sgd<Models>({ learningRate })
    const after = afterSteps(optimizer, [fuse<Models>(lambda, 'a', 'b')])
    const step = jit((params: Models) => {
      const gradient = grad(loss)(params) as Gradient<Models>
      const [move] = optimizer.update(gradient, optimizer.init(params), { params, step: 0, value: 0 })
      return after(applyStep(params, move), 0)
    })
    return Array.from({ length: steps }).reduce<Models>((params) => step(params), start)
  }
  const settled = { tolerance: 1e-10, iterations: 300 }
  // Both equal to w is a minimum where the pull of one error away from w is no stronger than λ, and no w has less pull
  // on both than the minimum of their sum, where the two pulls are opposite.
  const both = minimizeLbfgs(
    jit((w: Weights): Tensor => add(lossA(w), lossB(w))),
    none,
    settled,
  ).params
  return {
    squaredGap: (lambda) =>
      gap(
        minimizeLbfgs(jit(penalized(loss, tie<Models>(lambda, 'a', 'b', 'squared'))), start, settled).params,
      ),
    normGap: (lambda) => gap(fused(lambda)),
    fusing: item(norm(grad(lossA)(both).weight)),
  }
}

/** How hard a tie pulls at one of two models that are a little apart: the length of its gradient. */
const pull = (form: 'norm' | 'squared', distance: number, direction: Tensor): number => {
  const unit = mul(direction, 1 / item(norm(direction)))
  const at: Models = { a: { weight: mul(unit, distance) }, b: { weight: mul(unit, 0) } }
  return item(
    norm(grad((models: Models) => penaltyValue(tie<Models>(1, 'a', 'b', form), models))(at).a.weight),
  )
}

const tiedPicture = ({ squaredGap, normGap, fusing }: TwoModels, rows: number): Picture => {
  const parts = [0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.05, 1.5, 3, 10]
  const curve = (of: (lambda: number) => number) =>
    parts.map((part) => [part * fusing, of(part * fusing)] as const)
  return {
    kind: 'curves',
    title: {
      en: `Two linear models of ${rows} rows each, tied: how far apart their weights are`,
      bg: `Два свързани линейни модела с по ${rows} реда: разстоянието между теглата им`,
    },
    x: { title: 'λ', scale: 'log' },
    y: { title: '‖A − B‖' },
    series: [
      { name: 'λ‖A − B‖²', mark: 'both', points: curve(squaredGap) },
      { name: 'λ‖A − B‖', mark: 'both', points: curve(normGap) },
    ],
    rules: [{ name: { en: 'equal from here', bg: 'оттук – равни' }, axis: 'x', at: fusing }],
  }
}

/** Two models held together by a price on their distance. */
export const c6 = claim({
  id: 'C6',
  lines: '167–177',
  asWritten: {
    en: 'Parameter tying: the parameters of two models are forced to be close by the penalty ‖W⁽ᴬ⁾ − W⁽ᴮ⁾‖.',
    bg: 'Свързване на параметри: параметрите на два модела се заставят да са близки чрез наказание ‖W⁽ᴬ⁾ − W⁽ᴮ⁾‖.',
  },
  corrected: {
    en: 'It needs a λ, since without one the same models come close or not by the units of their targets. And the form matters: the norm as written pulls with the same force however close the two are, which makes them equal, exactly, once λ is above the pull of one error where both errors together are least; the usual square pulls less and less, and brings them ever closer and never together.',
    bg: 'Нужно е λ: без него едни и същи модели се сближават или не според мерната единица на целите. Формата също има значение: нормата, както е записана, тегли с еднаква сила, колкото и да са близо, и ги прави напълно равни, щом λ надхвърли силата, с която едната грешка дърпа там, където сумата на двете е най-малка; обичайният квадрат тегли все по-слабо, сближава ги все повече, но никога не ги изравнява.',
  },
  condition: {
    en: 'the penalty is weighted by a λ that fits the units of the errors.',
    bg: 'наказанието има тежест λ, съобразена с мерната единица на грешките.',
  },
  measures: {
    closer: {
      name: {
        en: '‖A − B‖ as the penalty: distance of the weights / without it',
        bg: 'наказание ‖A − B‖: разстояние между теглата / без него',
      },
      literal: { atMost: 0.5 },
    },
    closerRescaled: {
      name: {
        en: 'the same where the targets are in smaller units',
        bg: 'същото при по-дребна мерна единица на целите',
      },
      corrected: { atLeast: 0.5 },
      literal: { atMost: 0.5 },
    },
    belowFusing: {
      name: {
        en: 'λ‖A − B‖ with λ 5 % below the least that makes both equal: distance / without',
        bg: 'λ‖A − B‖ с λ 5 % под най-малкото, което ги изравнява: разстояние / без наказание',
      },
      // Of two equal Hessians 1 − 0.95 is left; those of 40 rows differ by less than a factor of ten.
      corrected: { within: [0.005, 0.5] },
    },
    aboveFusing: {
      name: {
        en: 'the same with λ 5 % above it: distance',
        bg: 'същото с λ 5 % над него: разстояние',
      },
      corrected: { within: [0, 0] },
    },
    squaredCloser: {
      name: {
        en: '‖A − B‖² as the penalty: distance / without',
        bg: 'наказание ‖A − B‖²: разстояние / без него',
      },
      // h/(h + 4) along a direction in which each error curves by h; with 5 features and 40 rows h is at most 3.7.
      corrected: { atMost: 0.5 },
    },
    squaredLeft: {
      name: {
        en: 'λ‖A − B‖² with λ = 10,000: distance',
        bg: 'λ‖A − B‖² с λ = 10 000: разстояние',
      },
      corrected: { within: [1e-7, 1e-3] },
    },
    normPull: {
      name: {
        en: 'pull of ‖A − B‖ at a distance of a millionth',
        bg: 'сила на ‖A − B‖ при разстояние една милионна',
      },
      corrected: { within: [1 - 1e-9, 1 + 1e-9] },
    },
    squaredPull: {
      name: {
        en: 'pull of ‖A − B‖² at a distance of a millionth',
        bg: 'сила на ‖A − B‖² при разстояние една милионна',
      },
      corrected: { atMost: 1e-5 },
    },
    equalPull: {
      name: { en: 'pull of ‖A − B‖ where both are equal', bg: 'сила на ‖A − B‖, когато са равни' },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    rows: { name: { en: 'rows for each model', bg: 'редове за всеки модел' }, value: 40, whole: true },
    features: { name: { en: 'features', bg: 'признаци' }, value: 5, whole: true },
    apart: {
      name: { en: 'difference of the true weights (σ)', bg: 'разлика на истинските тегла (σ)' },
      value: 0.3,
    },
    units: {
      name: { en: 'smaller units in one of the targets', bg: 'по-дребни единици в една на целите' },
      // The pull of the errors grows with it, so the way that the same penalty closes falls as 1 / units.
      value: 30,
    },
    steps: { name: { en: 'proximal steps', bg: 'проксимални стъпки' }, value: 2000, whole: true },
  },
  measure: ({ key, settings: { rows, features, apart, units, steps }, progress }) => {
    const planted = normal(foldIn(key, 'weights'), [features, 1], float64)
    const moved = add(planted, mul(normal(foldIn(key, 'moved'), [features, 1], float64), apart))
    const data = (scale: number) => {
      const [a, b] = [planted, moved].map((weight, i) => {
        const { x, y } = plantedRegression(foldIn(foldIn(key, 'data'), i), rows, weight, 0.5)
        return { x, y: mul(y, scale) }
      })
      return { a: a!, b: b! }
    }
    const models = twoModels(foldIn(key, 'rate'), data(1), steps)
    const rescaled = twoModels(foldIn(key, 'rate'), data(units), steps)
    const free = models.squaredGap(0)
    progress(1, 2)
    return {
      figures: {
        closer: models.normGap(1) / free,
        closerRescaled: rescaled.normGap(1) / rescaled.squaredGap(0),
        belowFusing: models.normGap(0.95 * models.fusing) / free,
        aboveFusing: models.normGap(1.05 * models.fusing),
        squaredCloser: models.squaredGap(1) / free,
        squaredLeft: models.squaredGap(1e4),
        normPull: pull('norm', 1e-6, moved),
        squaredPull: pull('squared', 1e-6, moved),
        equalPull: pull('norm', 0, moved),
      },
      pictures: [tiedPicture(models, rows)],
    }
  },
})
