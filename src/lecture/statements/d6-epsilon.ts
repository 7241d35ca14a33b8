import {
  full,
  grad,
  item,
  mul,
  square,
  std,
  sum,
  tensor,
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import { batchNorm, network, trainMode, type BatchNormSpec } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const epsilon = 1e-5
type Form = BatchNormSpec['form']

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const normalized =
    (form: Form) =>
    (z: Tensor): Tensor => {
      const net = network(1, batchNorm('norm', { form, epsilon }))
      const { params, state } = net.init(key, { dtype: 'float64' })
      return net.apply(trainMode(key), params, state, z)[0]
    }
  const pair = tensor([[-1], [1]], { dtype: 'float64' })
  const deviation = (form: Form, sigma: number): number => item(std(normalized(form)(mul(pair, sigma))))
  const onConstant = (form: Form): number => {
    const slopes = grad((z: Tensor) => sum(square(normalized(form)(z))))(
      full([4, 1], 3, { dtype: 'float64' }),
    )
    return Math.max(...Array.from(toTypedArray(slopes), (slope) => Math.abs(slope)))
  }
  const sigmas = Array.from({ length: 33 }, (_, i) => 10 ** (-6 + i / 8))
  return {
    figures: {
      'σ + ε: deviation of the output at σ = 0.001': deviation('slide', 1e-3),
      '√(σ² + ε): deviation of the output at σ = 0.001': deviation('standard', 1e-3),
      'σ + ε: difference from 1 at σ = 1': Math.abs(deviation('slide', 1) - 1),
      '√(σ² + ε): difference from 1 at σ = 1': Math.abs(deviation('standard', 1) - 1),
      'σ + ε: largest gradient on a constant batch': onConstant('slide'),
      '√(σ² + ε): largest gradient on a constant batch': onConstant('standard'),
    },
    pictures: [
      {
        title: 'Deviation of the normalized values, ε = 0.00001',
        x: { title: 'σ of the batch', scale: 'log' },
        y: { title: 'deviation after normalization' },
        mark: 'line',
        series: (['slide', 'standard'] as const).map((form) => ({
          name: form === 'slide' ? 'σ + ε' : '√(σ² + ε)',
          points: sigmas.map((sigma) => [sigma, deviation(form, sigma)] as const),
        })),
      },
    ],
  }
}

/** Where ε stands. */
export const d6 = earlierClaim({
  id: 'D6',
  lines: '357–359',
  asWritten: {
    en: 'z̃ = (z − μ) / (σ + ε), with a small ε against division by zero.',
    bg: 'z̃ = (z − μ) / (σ + ε), с малко ε срещу деление на нула.',
  },
  corrected: {
    en: 'The standard form is (z − μ) / √(σ² + ε). They agree while σ is large; at σ = 0.001 and ε = 0.00001 one gives a deviation of 0.99, the other 0.30. On a constant batch the derivative of σ is infinite and has to be taken as 0, which makes the slide’s form finite too.',
    bg: 'Стандартният вид е (z − μ) / √(σ² + ε). Двата съвпадат при голямо σ; при σ = 0.001 и ε = 0.00001 единият дава отклонение 0.99, другият 0.30. При константен пакет производната на σ е безкрайна и трябва да се приеме за 0, с което и видът от слайда остава краен.',
  },
  condition: {
    en: 'the derivative of σ on a constant batch is taken as 0; ε is then not the one of the standard form.',
    bg: 'производната на σ при константен пакет се приема за 0; ε тогава не е това от стандартния вид.',
  },
  marks: {
    'σ + ε: deviation of the output at σ = 0.001': { within: [0.985, 0.995] },
    '√(σ² + ε): deviation of the output at σ = 0.001': { within: [0.2965, 0.3065] },
    'σ + ε: difference from 1 at σ = 1': { atMost: 2e-5 },
    '√(σ² + ε): difference from 1 at σ = 1': { atMost: 2e-5 },
    'σ + ε: largest gradient on a constant batch': { atMost: 1e-9 },
    '√(σ² + ε): largest gradient on a constant batch': { atMost: 1e-9 },
  },
  measure,
})
