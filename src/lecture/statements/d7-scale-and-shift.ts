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
  type Key,
  type Tensor,
} from 'puregrad'
import { batchNorm, network, trainMode, type BatchNormSpec } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const epsilon = 1e-5
const [rows, width] = [32, 8]
type Form = BatchNormSpec['form']

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const batch = (name: string): Tensor =>
    add(mul(normal(foldIn(key, name), [rows, width], { dtype: 'float64' }), 0.5), 2)
  const [z, other] = [batch('z'), batch('other')]
  const beta = mean(z, { axis: 0 })
  const gammas = {
    slide: add(std(z, { axis: 0 }), epsilon),
    standard: sqrt(add(variance(z, { axis: 0 }), epsilon)),
  }
  const left = (form: Form, gamma: Tensor, of: Tensor): number => {
    const net = network(width, batchNorm('norm', { form, epsilon }))
    const { state } = net.init(key, { dtype: 'float64' })
    const [out] = net.apply(trainMode(key), { norm: { gamma, beta } }, state, of)
    return item(max(abs(sub(out, of))))
  }
  return {
    figures: {
      'slide’s form, γ = σ + ε, β = μ: distance from z': left('slide', gammas.slide, z),
      'standard form, γ = √(σ² + ε), β = μ: distance from z': left('standard', gammas.standard, z),
      'standard form with the slide’s γ: distance from z': left('standard', gammas.slide, z),
      'the same γ and β on another batch: distance from its z': left('standard', gammas.standard, other),
    },
  }
}

/** Scale and shift can undo the normalization. */
export const d7 = earlierClaim({
  id: 'D7',
  lines: '363–369',
  asWritten: {
    en: 'γz̃ + β with learned γ and β; for γ = σ + ε and β = μ it gives z back.',
    bg: 'γz̃ + β с научавани γ и β; при γ = σ + ε и β = μ се получава обратно z.',
  },
  corrected: {
    en: 'The same for the batch whose μ and σ they are, not for another one; in the standard form γ has to be √(σ² + ε).',
    bg: 'Същото за пакета, от който са μ и σ, но не и за друг; при стандартния вид γ трябва да е √(σ² + ε).',
  },
  marks: {
    'slide’s form, γ = σ + ε, β = μ: distance from z': { atMost: 1e-12 },
    'standard form, γ = √(σ² + ε), β = μ: distance from z': { atMost: 1e-12 },
    'standard form with the slide’s γ: distance from z': { within: [1e-6, 1e-4] },
    'the same γ and β on another batch: distance from its z': { atLeast: 0.01 },
  },
  measure,
})
