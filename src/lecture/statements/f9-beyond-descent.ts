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
  toTypedArray,
  type Tensor,
} from 'puregrad'
import { adam, momentum } from 'puregrad/optim'
import { contourGrid, trajectory, type Waypoint } from 'puregrad/study'
import { claim } from '../claim.ts'

interface Params {
  readonly w: Tensor
}

const pathOf = (way: readonly Waypoint<Params>[]): readonly (readonly [number, number])[] =>
  way.map(({ params }) => {
    const [a = NaN, b = NaN] = toTypedArray(params.w)
    return [a, b]
  })

/** What the lecture leaves out: moments, adaptive rates, decay, clipping. */
export const f9 = claim({
  id: 'F9',
  lines: 'absent',
  asWritten: {
    en: 'Steps of −η∇C are all that the lecture descends by. Nothing is said of momentum, adaptive rates, decay of the rate or clipping.',
    bg: 'Стъпките −η∇C са всичко, с което лекцията слиза. Нищо не се казва за инерция (momentum), адаптивни скорости, намаляване на скоростта на обучение или ограничаване на градиента (clipping).',
  },
  corrected: {
    en: 'Such steps get there. Others are transformations that compose with them and often get there sooner: momentum needs a fraction of the steps in a long valley; Adam’s first step is −η·sign(g) whatever the size of the gradient, and its bias correction is exact on constant gradients.',
    bg: 'Такива стъпки стигат. Останалите са преобразувания, които се композират с тях и често стигат по-скоро: инерцията иска малка част от стъпките в дълга долина; първата стъпка на Adam е −η·sign(g) независимо от големината на градиента, а корекцията му на отместването е точна при постоянен градиент.',
  },
  remark: {
    en: 'The lecture is silent here; what is measured of its words is that plain descent suffices.',
    bg: 'Тук лекцията мълчи; от думите ѝ се измерва, че простото спускане е достатъчно.',
  },
  measures: {
    plainSteps: {
      name: {
        en: 'plain descent at its best rate in a long valley: steps to 1e-6',
        bg: 'просто спускане с най-добрата скорост в дълга долина: стъпки до 1e-6',
      },
      literal: { atMost: 1000 },
    },
    ratio: {
      name: {
        en: 'steps of plain descent / steps with momentum',
        bg: 'стъпки на простото спускане / стъпки с инерция',
      },
      corrected: { atLeast: 3 },
    },
    adamFirst: {
      name: {
        en: 'first step of Adam: relative distance from −η sign(g)',
        bg: 'първа стъпка на Adam: относително разстояние от −η sign(g)',
      },
      corrected: { atMost: 1e-6 },
    },
    adamTenth: {
      name: {
        en: 'its tenth step on a constant gradient: the same',
        bg: 'десетата му стъпка при постоянен градиент: същото',
      },
      corrected: { atMost: 1e-6 },
    },
  },
  settings: {
    curvature: {
      name: { en: 'curvature across the valley; along it 1', bg: 'кривина напряко на долината; надлъж е 1' },
      value: 100,
      min: 2,
    },
    rate: { name: { en: 'learning rate of Adam', bg: 'скорост на обучение на Adam' }, value: 0.01 },
  },
  measure: ({ key, settings: { curvature, rate } }) => {
    const g = mul(normal(foldIn(key, 'gradient'), [1000], { dtype: 'float64' }), 10 ** 3)
    // Far from 0, where ε does not count.
    const gradient = add(g, sign(g))
    const optimizer = adam<Params>({ learningRate: rate })
    const context = { params: { w: gradient }, step: 0, value: 0 }
    const move = (state: readonly unknown[], steps: number): Tensor => {
      const [step, next] = optimizer.update({ w: gradient }, state, context)
      return steps === 1 ? step.w : move(next, steps - 1)
    }
    const error = (steps: number): number =>
      item(max(abs(add(move(optimizer.init({ w: gradient }), steps), mul(sign(gradient), rate))))) / rate
    // The best constant rates of descent and of momentum on these curvatures, after Polyak.
    const scale = tensor([1, curvature], { dtype: 'float64' })
    const bowl = ({ w }: Params): Tensor => mul(0.5, sum(mul(scale, square(w))))
    const start = { w: normal(foldIn(key, 'start'), [2], { dtype: 'float64' }) }
    const root = Math.sqrt(curvature)
    const heavy = momentum<Params>({
      learningRate: (2 / (root + 1)) ** 2,
      beta: ((root - 1) / (root + 1)) ** 2,
    })
    const ways = ([2 / (1 + curvature), heavy] as const).map((by) =>
      trajectory(bowl, start, { steps: 1000, by }),
    )
    const reached = ways.map((way) => {
      const step = way.findIndex(({ value }) => value < 1e-6)
      return step < 0 ? Infinity : step
    })
    const [plain, withMomentum] = [reached[0]!, reached[1]!]
    const paths = ways.map((way) => pathOf(way.slice(0, 40)))
    const reach = (i: 0 | 1): number => 1.2 * Math.max(...paths.flat().map((point) => Math.abs(point[i])))
    const [x, y] = [reach(0), reach(1)]
    return {
      figures: {
        plainSteps: plain,
        ratio: plain / withMomentum,
        adamFirst: error(1),
        adamTenth: error(10),
      },
      pictures: [
        {
          kind: 'isolines',
          title: {
            en: `A valley of curvatures 1 and ${curvature}: the first 40 steps`,
            bg: `Долина с кривини 1 и ${curvature}: първите 40 стъпки`,
          },
          x: { title: 'w₁' },
          y: { title: 'w₂' },
          grid: contourGrid((w) => bowl({ w }), { x: [-x, x], y: [-y, y], points: 61 }),
          value: { title: { en: 'cost', bg: 'функция на разходите' }, levels: 'log' },
          paths: [
            { name: { en: 'plain descent', bg: 'просто спускане' }, points: paths[0]! },
            { name: { en: 'with momentum', bg: 'с инерция' }, points: paths[1]! },
          ],
        },
      ],
    }
  },
})
