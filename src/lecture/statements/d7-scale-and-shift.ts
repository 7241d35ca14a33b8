import {
  abs,
  add,
  foldIn,
  item,
  max,
  mean,
  mul,
  normal,
  sqrt,
  std,
  sub,
  variance,
  type Tensor,
} from 'puregrad'
import { batchNorm, meanSquaredError, network, trainMode, type BatchNormSpec } from 'puregrad/nn'
import { trajectory } from 'puregrad/study'
import { claim } from '../claim.ts'

const width = 8
type Form = BatchNormSpec['form']

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** Scale and shift can undo the normalization. */
export const d7 = claim({
  id: 'D7',
  lines: '363–369',
  asWritten: {
    en: 'γz̃ + β with learned γ and β; for γ = σ + ε and β = μ it gives z back.',
    bg: 'γz̃ + β с научавани γ и β; при γ = σ + ε и β = μ се получава обратно z.',
  },
  corrected: {
    en: 'The same for the batch whose μ and σ they are, not for another one; in the standard form γ has to be √(σ² + ε). Gradient descent finds them.',
    bg: 'Същото за партидата, от която са μ и σ, но не и за друга; при стандартния вид γ трябва да е √(σ² + ε). Градиентното спускане ги намира.',
  },
  measures: {
    slide: {
      name: {
        en: 'slide’s form, γ = σ + ε, β = μ: distance from z',
        bg: 'видът от слайда, γ = σ + ε, β = μ: разстояние до z',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    learned: {
      name: {
        en: 'slide’s form, γ and β learned by descent: distance from z',
        bg: 'видът от слайда, γ и β, научени чрез спускане: разстояние до z',
      },
      corrected: { atMost: 1e-6 },
      literal: { atMost: 1e-6 },
    },
    standard: {
      name: {
        en: 'standard form, γ = √(σ² + ε), β = μ: distance from z',
        bg: 'стандартен вид, γ = √(σ² + ε), β = μ: разстояние до z',
      },
      corrected: { atMost: 1e-12 },
    },
    mixed: {
      name: {
        en: 'standard form with the slide’s γ: distance from z',
        bg: 'стандартен вид с γ от слайда: разстояние до z',
      },
      corrected: { within: [1e-6, 1e-4] },
    },
    other: {
      name: {
        en: 'the same γ and β on another batch: distance from its z',
        bg: 'същите γ и β при друга партида: разстояние до нейните z',
      },
      corrected: { atLeast: 0.01 },
    },
  },
  settings: {
    rows: {
      name: { en: 'rows of a batch', bg: 'редове в партида' },
      value: 32,
      whole: true,
      min: 10,
      max: 20000,
    },
    epsilon: { name: { en: 'the small number ε', bg: 'малкото число ε' }, value: 1e-5 },
    steps: { name: { en: 'steps of descent', bg: 'стъпки на спускането' }, value: 100, whole: true },
  },
  measure: ({ key, settings: { rows, epsilon, steps } }) => {
    const batch = (name: string): Tensor =>
      add(mul(normal(foldIn(key, name), [rows, width], { dtype: 'float64' }), 2), 2)
    const [z, other] = [batch('z'), batch('other')]
    const beta = mean(z, { axis: 0 })
    const gammas = {
      slide: add(std(z, { axis: 0 }), epsilon),
      standard: sqrt(add(variance(z, { axis: 0 }), epsilon)),
    }
    const norm = (form: Form) => {
      const net = network(width, batchNorm('norm', { form, epsilon }))
      const { params, state } = net.init(key, { dtype: 'float64' })
      const output = (at: typeof params, of: Tensor): Tensor => net.apply(trainMode(key), at, state, of)[0]
      return { start: params, output }
    }
    const left = (form: Form, gamma: Tensor, of: Tensor): number =>
      apart(norm(form).output({ norm: { gamma, beta } }, of), of)
    const { start, output } = norm('slide')
    // z̃ has mean 0 and variance 1, so that all curvatures of the squared error are 2/width: half the way in each step.
    const way = trajectory((p: typeof start) => meanSquaredError(output(p, z), z), start, {
      steps,
      by: width / 4,
    })
    const distances = way.map(({ params }) => apart(output(params, z), z))
    return {
      figures: {
        slide: left('slide', gammas.slide, z),
        learned: distances.at(-1) ?? NaN,
        standard: left('standard', gammas.standard, z),
        mixed: left('standard', gammas.slide, z),
        other: left('standard', gammas.standard, other),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `γ and β learn to give z back, a batch of ${rows} rows`,
            bg: `γ и β се учат да връщат z, партида от ${rows} реда`,
          },
          x: { title: { en: 'step', bg: 'стъпка' }, whole: true },
          y: {
            title: { en: 'largest distance from z', bg: 'най-голямо разстояние до z' },
            scale: 'log',
          },
          series: [
            {
              name: { en: 'slide’s form', bg: 'видът от слайда' },
              points: distances.map((d, i) => [i, d] as const),
            },
          ],
        },
      ],
    }
  },
})
