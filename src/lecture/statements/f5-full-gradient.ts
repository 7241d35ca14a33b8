import {
  abs,
  foldIn,
  grad,
  item,
  matmul,
  max,
  mean,
  normal,
  square,
  sub,
  vmap,
  type Key,
  type Tensor,
} from 'puregrad'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const sizes = [10, 100, 1000]
  const w = normal(foldIn(key, 'w'), [4], { dtype: 'float64' })
  const runs = sizes.map((n) => {
    const x = normal(foldIn(foldIn(key, 'x'), n), [n, 4], { dtype: 'float64' })
    const y = normal(foldIn(foldIn(key, 'y'), n), [n], { dtype: 'float64' })
    const counted: number[] = []
    const residuals = (at: Tensor, rows: Tensor, targets: Tensor): Tensor => {
      // eslint-disable-next-line functional/immutable-data -- counting calls is what is measured here
      counted.push(rows.shape[0] ?? 0)
      return sub(matmul(rows, at), targets)
    }
    const whole = grad((at: Tensor) => mean(square(residuals(at, x, y))))(w)
    const single = vmap((row: Tensor, target: Tensor) =>
      grad((at: Tensor) => square(sub(matmul(row, at), target)))(w),
    )(x, y)
    return {
      evaluations: counted.reduce((total, rows) => total + rows, 0) / n,
      error: item(max(abs(sub(whole, mean(single, { axis: 0 }))))),
    }
  })
  return {
    figures: {
      'fewest evaluations of an example per gradient, / N': Math.min(
        ...runs.map(({ evaluations }) => evaluations),
      ),
      'most evaluations of an example per gradient, / N': Math.max(
        ...runs.map(({ evaluations }) => evaluations),
      ),
      'distance from the mean of single gradients': Math.max(...runs.map(({ error }) => error)),
    },
  }
}

/** The gradient of a mean over N examples needs every example once. */
export const f5 = earlierClaim({
  id: 'F5',
  lines: '567–579',
  asWritten: {
    en: 'The cost h(x) is the mean over N examples of f(x; yᵢ), so one gradient costs O(N).',
    bg: 'Цената h(x) е средното по N примера на f(x; yᵢ), затова един градиент струва O(N).',
  },
  corrected: {
    en: 'The same (x are the parameters here and y the data): the gradient is the mean of N single gradients and evaluates every example exactly once.',
    bg: 'Същото (тук x са параметрите, а y данните): градиентът е средното на N единични градиента и пресмята всеки пример точно веднъж.',
  },
  marks: {
    'fewest evaluations of an example per gradient, / N': { within: [1, 1] },
    'most evaluations of an example per gradient, / N': { within: [1, 1] },
    'distance from the mean of single gradients': { atMost: 1e-12 },
  },
  measure,
})
