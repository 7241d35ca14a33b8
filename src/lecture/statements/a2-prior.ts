import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  add,
  div,
  foldIn,
  grad,
  item,
  jit,
  matmul,
  mul,
  normal,
  square,
  sub,
  sum,
  toTypedArray,
  transpose,
  type Key,
  type Tensor,
} from 'puregrad'
import { l1, l2, penaltyValue, type Penalty } from 'puregrad/nn'
import { logDensity, priorOf } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

type Weights = { readonly weight: Tensor }

const draws = 1000
const width = 8
const lambda = 0.3

/** How far −log prior − λΩ strays from a constant over random weights. */
const compared = (penalty: Penalty<Weights>, key: Key) => {
  const prior = pipe(
    priorOf(penalty),
    E.getOrElseW(({ message }) => {
      throw new Error(message)
    }),
  )
  const both = jit((params: Weights) => [logDensity(prior, params), penaltyValue(penalty, params)] as const)
  const excess = Array.from({ length: draws }, (_, i) => {
    const weight = normal(foldIn(key, i), [width], { std: 2, dtype: 'float64' })
    const [log, value] = both({ weight })
    return -item(log) - item(value)
  })
  return Math.max(...excess) - Math.min(...excess)
}

/** Mean of squared errors plus λ‖w‖² in two unknowns: solved at once, and by descent from two far starts. */
const ridge = (key: Key): number => {
  const x = normal(foldIn(key, 'x'), [40, 2], { dtype: 'float64' })
  const y = normal(foldIn(key, 'y'), [40, 1], { dtype: 'float64' })
  const loss = (w: Tensor): Tensor =>
    add(div(sum(square(sub(matmul(x, w), y))), 40), mul(lambda, sum(square(w))))
  const step = jit((w: Tensor) => sub(w, mul(0.1, grad(loss)(w))))
  const ends = [-50, 50].map((start) =>
    Array.from({ length: 400 }).reduce<Tensor>(
      (w) => step(w),
      add(normal(foldIn(key, 'start'), [2, 1], { dtype: 'float64' }), start),
    ),
  )
  // (XᵀX/m + λI) w = Xᵀy/m, by Cramer's rule.
  const numbers = (of: Tensor): readonly number[] => Array.from(toTypedArray(of), Number)
  const [a = 0, b = 0, , d = 0] = numbers(div(matmul(transpose(x), x), 40))
  const [u = 0, v = 0] = numbers(div(matmul(transpose(x), y), 40))
  const determinant = (a + lambda) * (d + lambda) - b * b
  const solved = [((d + lambda) * u - b * v) / determinant, ((a + lambda) * v - b * u) / determinant]
  return Math.max(...ends.flatMap((end) => numbers(end).map((w, i) => Math.abs(w - (solved[i] ?? NaN)))))
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => ({
  figures: {
    'spread of −log N(0, 1/(2λ)) − λΣw² over 1000 draws': compared(l2(lambda), foldIn(key, 'l2')),
    'spread of −log Laplace(1/λ) − λΣ|w| over 1000 draws': compared(l1(lambda), foldIn(key, 'l1')),
    'ridge solved without a start, away from where descent ends': ridge(foldIn(key, 'ridge')),
  },
})

/** A penalty is a prior: its λ is a parameter of a distribution that is chosen before the data. */
export const a2 = earlierClaim({
  id: 'A2',
  lines: '25–32',
  asWritten: {
    en: 'Parameters are found by fitting the model to the data. A hyper-parameter belongs to a prior distribution and is set before any data is seen. Every algorithm needs its parameters initialized.',
    bg: 'Параметрите се намират, като моделът се напасва към данните. Хиперпараметърът е параметър на априорно разпределение и се избира, преди да са видени данните. Всеки алгоритъм изисква начални стойности на параметрите.',
  },
  corrected: {
    en: 'In the strict sense this is so for the weight of a penalty: λΣw² is, up to a constant, minus the logarithm of N(0, 1/(2λ)), and λΣ|w| that of Laplace(1/λ). Learning rate, widths and batch size are settings of the procedure and belong to no prior. Iterative algorithms need a start; one that solves for the parameters, as ridge regression can, needs none.',
    bg: 'В тесен смисъл това важи за тежестта на наказанието: λΣw² е, с точност до константа, минус логаритъмът на N(0, 1/(2λ)), а λΣ|w| — на Laplace(1/λ). Скоростта на обучение, широчините и големината на пакета са настройки на процедурата и не принадлежат на априорно разпределение. Начало е нужно на итеративните алгоритми; където параметрите се намират с решаване, както при ридж регресията, не е нужно.',
  },
  marks: {
    'spread of −log N(0, 1/(2λ)) − λΣw² over 1000 draws': { atMost: 1e-10 },
    'spread of −log Laplace(1/λ) − λΣ|w| over 1000 draws': { atMost: 1e-10 },
    'ridge solved without a start, away from where descent ends': { atMost: 1e-9 },
  },
  measure,
})
