import {
  abs,
  add,
  foldIn,
  item,
  max,
  mul,
  normal,
  sign,
  square,
  sum,
  tensor,
  type Key,
  type Tensor,
} from 'puregrad'
import { adam, momentum } from 'puregrad/optim'
import { trajectory } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

interface Params {
  readonly w: Tensor
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const g = mul(normal(foldIn(key, 'gradient'), [1000], { dtype: 'float64' }), 10 ** 3)
  // Far from 0, where ε does not count.
  const gradient = add(g, mul(sign(g), 1))
  const params: Params = { w: gradient }
  const rate = 0.01
  const optimizer = adam<Params>({ learningRate: rate })
  const context = { params, step: 0, value: 0 }
  const move = (state: readonly unknown[], steps: number): Tensor => {
    const [step, next] = optimizer.update({ w: gradient }, state, context)
    return steps === 1 ? step.w : move(next, steps - 1)
  }
  const error = (steps: number): number =>
    item(max(abs(add(move(optimizer.init(params), steps), mul(sign(gradient), rate))))) / rate
  // Curvatures 1 and 100: the best constant rates of descent and of momentum are known.
  const scale = tensor([1, 100], { dtype: 'float64' })
  const bowl = ({ w }: Params): Tensor => mul(0.5, sum(mul(scale, square(w))))
  const start = { w: normal(foldIn(key, 'start'), [2], { dtype: 'float64' }) }
  const stepsTo = (by: Parameters<typeof trajectory<Params>>[2]['by']): number =>
    trajectory(bowl, start, { steps: 1000, by }).findIndex(({ value }) => value < 1e-6)
  const plain = stepsTo(2 / 101)
  const heavy = stepsTo(momentum<Params>({ learningRate: (2 / 11) ** 2, beta: (9 / 11) ** 2 }))
  return {
    figures: {
      'first step of Adam, relative distance from −η sign(g)': error(1),
      'tenth step on a constant gradient, the same': error(10),
      'steps of plain descent / steps with momentum': plain / heavy,
    },
  }
}

/** What the lecture leaves out: moments, adaptive rates, decay, clipping. */
export const f9 = earlierClaim({
  id: 'F9',
  lines: 'absent',
  asWritten: {
    en: 'Nothing is said of momentum, adaptive rates, decay of the rate or clipping.',
    bg: 'Нищо не се казва за инерция, адаптивни скорости, намаляване на скоростта или ограничаване на градиента (clipping).',
  },
  corrected: {
    en: 'They are transformations that compose: Adam’s first step is −η·sign(g) whatever the size of the gradient, its bias correction is exact on constant gradients, and momentum needs a fraction of the steps in a long valley.',
    bg: 'Те са преобразувания, които се композират: първата стъпка на Adam е −η·sign(g) независимо от големината на градиента, корекцията на отместването е точна при постоянен градиент, а инерцията иска малка част от стъпките в дълга долина.',
  },
  marks: {
    'first step of Adam, relative distance from −η sign(g)': { atMost: 1e-6 },
    'tenth step on a constant gradient, the same': { atMost: 1e-6 },
    'steps of plain descent / steps with momentum': { atLeast: 3 },
  },
  measure,
})
