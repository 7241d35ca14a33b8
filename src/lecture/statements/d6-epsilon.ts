import {
  add,
  cast,
  div,
  full,
  grad,
  isFinite,
  item,
  key,
  mean,
  mul,
  sqrt,
  square,
  std,
  sub,
  sum,
  tensor,
  type Tensor,
} from 'puregrad'
import { batchNorm, network, trainMode, type BatchNormSpec } from 'puregrad/nn'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'

type Form = BatchNormSpec['form']

const normalized =
  (form: Form, epsilon: number) =>
  (z: Tensor): Tensor => {
    const net = network(1, batchNorm('norm', { form, epsilon }))
    // Nothing is random in these parameters, ones and zeros.
    const { params, state } = net.init(key(0), { dtype: 'float64' })
    return net.apply(trainMode(key(0)), params, state, z)[0]
  }

/** The formula as it stands on the slide, with σ = √(mean (z − μ)²), and nothing else. */
const asOnTheSlide =
  (epsilon: number) =>
  (z: Tensor): Tensor => {
    const deviations = sub(z, mean(z))
    return div(deviations, add(sqrt(mean(square(deviations))), epsilon))
  }

const pair = tensor([[-1], [1]], { dtype: 'float64' })

/** The standard deviation of the normalized values of a batch of deviation σ. */
const spreadAfter = (form: Form, epsilon: number, sigma: number): number =>
  item(std(normalized(form, epsilon)(mul(pair, sigma))))

const constant = full([4, 1], 3, { dtype: 'float64' })

const finiteShare = (of: Tensor): number => item(mean(cast(isFinite(of), 'float64')))

const slopesOnConstant = (of: (z: Tensor) => Tensor): Tensor =>
  grad((z: Tensor) => sum(square(of(z))))(constant)

/** Where ε stands. */
export const d6 = claim({
  id: 'D6',
  lines: '357–359',
  asWritten: {
    en: 'z̃ = (z − μ) / (σ + ε), with a small ε against division by zero.',
    bg: 'z̃ = (z − μ) / (σ + ε), с малко ε срещу деление на нула.',
  },
  corrected: {
    en: 'The values are finite, but not the gradients: on a constant batch σ has an infinite derivative, and the formula typed in as it stands gives NaN. It can be trained only where that derivative is taken as 0. The standard form (z − μ) / √(σ² + ε) has no such place. They agree while σ is large; at σ = 0.001 and ε = 0.00001 one gives a standard deviation of 0.99, the other 0.30.',
    bg: 'Стойностите са крайни, но не и градиентите: при константна партида производната на σ е безкрайна и формулата, както е написана, дава NaN. С нея може да се учи само ако тази производна се приема за 0. Стандартният вид (z − μ) / √(σ² + ε) няма такова място. Двата съвпадат при голямо σ; при σ = 0,001 и ε = 0,00001 единият дава стандартно отклонение 0,99, другият 0,30.',
  },
  condition: {
    en: 'the derivative of σ on a constant batch is taken as 0; ε is then not the one of the standard form.',
    bg: 'производната на σ при константна партида се приема за 0; ε тогава не е това от стандартния вид.',
  },
  remark: {
    en: 'The formula is in the text; that ε is there against division by zero is not.',
    bg: 'Формулата е в текста; че ε е срещу деление на нула, не е.',
  },
  measures: {
    finiteValues: {
      name: {
        en: 'the formula as written on a constant batch: share of finite values',
        bg: 'формулата, както е написана, при константна партида: дял на крайните стойности',
      },
      corrected: { atLeast: 1 },
      literal: { atLeast: 1 },
    },
    finiteSlopes: {
      name: { en: 'the same: share of finite gradients', bg: 'същата: дял на крайните градиенти' },
      corrected: { atMost: 0 },
      literal: { atLeast: 1 },
    },
    slideSlopes: {
      name: {
        en: 'the same with derivative 0 of σ there: share of finite gradients',
        bg: 'същата с производна 0 на σ там: дял на крайните градиенти',
      },
      corrected: { atLeast: 1 },
    },
    standardSlopes: {
      name: {
        en: '√(σ² + ε) on a constant batch: share of finite gradients',
        bg: '√(σ² + ε) при константна партида: дял на крайните градиенти',
      },
      corrected: { atLeast: 1 },
    },
    slideSpread: {
      name: {
        en: 'σ + ε: standard deviation after it where σ is small',
        bg: 'σ + ε: стандартно отклонение след нея при малко σ',
      },
      corrected: { within: [0.985, 0.995] },
      literal: { within: [0.95, 1.05] },
    },
    standardSpread: {
      name: {
        en: '√(σ² + ε): standard deviation after it where σ is small',
        bg: '√(σ² + ε): стандартно отклонение след нея при малко σ',
      },
      corrected: { within: [0.2965, 0.3065] },
    },
    apart: {
      name: { en: 'difference of the two at σ = 1', bg: 'разлика между двата вида при σ = 1' },
      corrected: { atMost: 2e-5 },
    },
  },
  settings: {
    epsilon: { name: { en: 'the small number ε', bg: 'малкото число ε' }, value: 1e-5 },
    sigma: { name: { en: 'a small σ', bg: 'малко σ' }, value: 1e-3 },
  },
  measure: ({ settings: { epsilon, sigma } }) => {
    const sigmas = Array.from({ length: 33 }, (_, i) => 10 ** (-6 + i / 8))
    return {
      figures: {
        finiteValues: finiteShare(asOnTheSlide(epsilon)(constant)),
        finiteSlopes: finiteShare(slopesOnConstant(asOnTheSlide(epsilon))),
        slideSlopes: finiteShare(slopesOnConstant(normalized('slide', epsilon))),
        standardSlopes: finiteShare(slopesOnConstant(normalized('standard', epsilon))),
        slideSpread: spreadAfter('slide', epsilon, sigma),
        standardSpread: spreadAfter('standard', epsilon, sigma),
        apart: Math.abs(spreadAfter('slide', epsilon, 1) - spreadAfter('standard', epsilon, 1)),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `A batch of two rows: standard deviation of the normalized values, ε = ${epsilon}`,
            bg: `Партида от два реда: стандартно отклонение на нормализираните стойности, ε = ${decimalComma(epsilon)}`,
          },
          x: { title: { en: 'σ of the batch', bg: 'σ на партидата' }, scale: 'log' },
          y: { title: { en: 'σ after normalization', bg: 'σ след нормализация' } },
          series: (['slide', 'standard'] as const).map((form) => ({
            name: form === 'slide' ? 'σ + ε' : '√(σ² + ε)',
            points: sigmas.map((s) => [s, spreadAfter(form, epsilon, s)] as const),
          })),
        },
      ],
    }
  },
})
