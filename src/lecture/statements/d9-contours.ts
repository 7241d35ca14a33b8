import {
  add,
  dot,
  foldIn,
  foriLoop,
  grad,
  item,
  jit,
  matmul,
  mean,
  min,
  mul,
  normal,
  sin,
  slice,
  square,
  sub,
  sum,
  tanh,
  tensor,
  toTypedArray,
  uniform,
  vmap,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  allForTraining,
  conditionReport,
  gramMatrix,
  regressionDataset,
  scaled,
  standardize,
  whiten,
} from 'puregrad/data'
import { contourGrid } from 'puregrad/study'
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'
import { decimalComma } from './decimal-comma.ts'
import { descentGap, stepsOf } from './descent-gap.ts'

const start = tensor([1, 0.2], { dtype: 'float64' })

/** Two features of means 0, the second ten times as wide. */
const features = (key: Key, rows: number, correlation: number): Tensor =>
  matmul(
    normal(key, [rows, 2], { dtype: 'float64' }),
    tensor(
      [
        [1, 10 * correlation],
        [0, 10 * Math.sqrt(1 - correlation ** 2)],
      ],
      { dtype: 'float64' },
    ),
  )

/** Hessians of a linear model on features as they are, as z-scores and whitened. */
const hessiansOf = (x: Tensor, key: Key): Readonly<Record<'raw' | 'zScore' | 'whitened', Tensor>> => {
  const y = normal(foldIn(key, 'y'), [x.shape[0] ?? 0], { dtype: 'float64' })
  const train = allForTraining(regressionDataset({ x, y }))
  return {
    raw: gramMatrix(x),
    zScore: gramMatrix(scaled(train, certainly(standardize(train))).x),
    whitened: gramMatrix(scaled(train, certainly(whiten(train))).x),
  }
}

/** The longest axis of a contour over the shortest. */
const elongation = (hessian: Tensor): number => Math.sqrt(conditionReport(hessian).condition)

const descended = (hessian: Tensor, steps: number): readonly (readonly [number, number])[] => {
  const rate = conditionReport(hessian).rateBound / 2
  return Array.from({ length: steps })
    .reduce<readonly Tensor[]>(
      (path) => {
        const at = path.at(-1) ?? start
        return [...path, sub(at, mul(matmul(hessian, at), rate))]
      },
      [start],
    )
    .map((place) => {
      const [x = NaN, y = NaN] = toTypedArray(place)
      return [x, y] as const
    })
}

/**
 * One tanh unit on a normalized feature, v·tanh(wx + b) + c against sin 3x: the share of random starts from which
 * descent ends within a hundredth of the best cost that any of them finds.
 */
const shareAtBest = (key: Key, starts: number): number => {
  const x = uniform(foldIn(key, 'x'), [100], { low: -Math.sqrt(3), high: Math.sqrt(3), dtype: 'float64' })
  const y = sin(mul(x, 3))
  const cost = (theta: Tensor): Tensor => {
    const at = (i: number): Tensor => slice(theta, [i], [i + 1])
    return mean(square(sub(add(mul(at(2), tanh(add(mul(at(0), x), at(1)))), at(3)), y)))
  }
  const slope = grad((all: Tensor) => sum(vmap(cost)(all)))
  const descend = jit((all: Tensor) =>
    foriLoop(0, 2000, (_, at: Tensor) => sub(at, mul(slope(at), 0.3)), all),
  )
  const ends = vmap(cost)(descend(normal(foldIn(key, 'starts'), [starts, 4], { dtype: 'float64' })))
  const best = item(min(ends))
  const values = Array.from(toTypedArray(ends), Number)
  return values.filter((value) => value <= 1.01 * best).length / starts
}

const formNames = {
  raw: { en: 'features as they are', bg: 'признаците, както са' },
  zScore: { en: 'z-scores', bg: 'z-оценки' },
  whitened: { en: 'whitened features', bg: 'избелени признаци' },
} as const

const contourPicture = (form: keyof typeof formNames, hessian: Tensor, correlation: number) =>
  ({
    kind: 'isolines',
    title: {
      en: `Contours of the cost at correlation ${correlation}, and 20 steps of descent: ${formNames[form].en}`,
      bg: `Изолинии на функцията на разходите при корелация ${decimalComma(correlation)} и 20 стъпки на спускането: ${formNames[form].bg}`,
    },
    x: { title: { en: 'first weight, from the minimum', bg: 'първо тегло, спрямо минимума' } },
    y: { title: { en: 'second weight, from the minimum', bg: 'второ тегло, спрямо минимума' } },
    grid: contourGrid((at: Tensor) => dot(at, matmul(hessian, at)), { x: [-1.2, 1.2], y: [-1.2, 1.2] }),
    value: { title: { en: 'cost above its minimum', bg: 'разход над минимума' } },
    paths: [{ name: { en: 'descent', bg: 'спускане' }, points: descended(hessian, 20) }],
    places: [{ name: { en: 'minimum', bg: 'минимум' }, at: [0, 0] }],
  }) as const

/** Round contours need features without correlation. */
export const d9 = claim({
  id: 'D9',
  lines: '386–393',
  asWritten: {
    en: 'Without normalizing the cost is asymmetric; with it the cost is symmetric and the global minima are reached faster.',
    bg: 'Без нормализиране функцията на разходите е несиметрична; с него тя е симетрична и глобалните минимуми се достигат по-бързо.',
  },
  corrected: {
    en: 'Z-scores make contours round only where features are uncorrelated: at correlation 0.99 they stay 14 times as long as wide, and descent, though much faster than on raw features, takes hundreds of steps. Whitening makes them round, and one step is enough. The minimum reached is the global one only where the cost is convex: with one tanh unit a part of the starts ends elsewhere.',
    bg: 'Z-оценките правят изолиниите кръгли само при некорелирани признаци: при корелация 0,99 те остават 14 пъти по-дълги, отколкото широки, и спускането, макар и много по-бързо, отколкото при суровите признаци, иска стотици стъпки. Избелването ги прави кръгли и стига една стъпка. Достигнатият минимум е глобален само при изпъкнала функция на разходите: с един неврон tanh част от началата завършват другаде.',
  },
  condition: {
    en: 'the features are uncorrelated too (or whitened), and the cost is convex.',
    bg: 'признаците са и некорелирани (или избелени), а функцията на разходите е изпъкнала.',
  },
  measures: {
    raw: {
      name: {
        en: 'longest axis of a contour / shortest, features as they are',
        bg: 'най-дълга ос на изолиния / най-къса, признаците, както са',
      },
      corrected: { atLeast: 5 },
      literal: { atLeast: 2 },
    },
    zScore: {
      name: { en: 'the same after z-scores', bg: 'същото след z-оценки' },
      corrected: { within: [12.8, 15.4] },
      literal: { atMost: 1.1 },
    },
    uncorrelated: {
      name: {
        en: 'the same after z-scores of uncorrelated features',
        bg: 'същото след z-оценки на некорелирани признаци',
      },
      corrected: { atMost: 1.1 },
    },
    whitened: {
      name: { en: 'the same after whitening', bg: 'същото след избелване' },
      corrected: { atMost: 1.01 },
    },
    faster: {
      name: {
        en: 'steps of descent, features as they are / z-scores',
        bg: 'стъпки на спускането, признаците, както са / z-оценки',
      },
      corrected: { atLeast: 5 },
      literal: { atLeast: 2 },
    },
    zScoreSteps: {
      name: {
        en: 'steps until a millionth of the way is left, z-scores',
        bg: 'стъпки, докато остане милионна от пътя, z-оценки',
      },
      corrected: { atLeast: 300 },
    },
    whitenedSteps: {
      name: { en: 'the same, whitened', bg: 'същото, избелени' },
      corrected: { atMost: 2 },
    },
    atBest: {
      name: {
        en: 'share of starts that end at the best minimum, one tanh unit',
        bg: 'дял на началата, които завършват в най-добрия минимум, един неврон tanh',
      },
      corrected: { atMost: 0.95 },
      literal: { atLeast: 1 },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 2000, whole: true, min: 10, max: 20000 },
    correlation: {
      name: { en: 'correlation of the features', bg: 'корелация на признаците' },
      value: 0.99,
      min: 0,
      max: 0.9999,
    },
    starts: {
      name: { en: 'random starts', bg: 'случайни начала' },
      value: 100,
      whole: true,
      min: 2,
      max: 1000,
    },
  },
  measure: ({ key, settings: { rows, correlation, starts }, progress }) => {
    const hessians = hessiansOf(features(foldIn(key, 'x'), rows, correlation), key)
    const independent = hessiansOf(features(foldIn(key, 'uncorrelated'), rows, 0), key)
    const steps = (form: keyof typeof hessians): number =>
      stepsOf(descentGap(hessians[form], start, { steps: 200_000 }))
    const [rawSteps, zScoreSteps, whitenedSteps] = [steps('raw'), steps('zScore'), steps('whitened')]
    progress(1, 2)
    return {
      figures: {
        raw: elongation(hessians.raw),
        zScore: elongation(hessians.zScore),
        uncorrelated: elongation(independent.zScore),
        whitened: elongation(hessians.whitened),
        faster: rawSteps / zScoreSteps,
        zScoreSteps,
        whitenedSteps,
        atBest: shareAtBest(foldIn(key, 'unit'), starts),
      },
      pictures: (['raw', 'zScore', 'whitened'] as const).map((form) =>
        contourPicture(form, hessians[form], correlation),
      ),
    }
  },
})
