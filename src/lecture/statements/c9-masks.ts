import { foldIn, ones, toArray, type Key } from 'puregrad'
import { dropout, network, trainMode } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const [rows, units, steps] = [32, 50, 100]
const rate = 0.3

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const masksOf = (mask: 'per-example' | 'per-batch'): readonly (readonly string[])[] => {
    const net = network(units, dropout('drop', rate, { mask }))
    const { params, state } = net.init(key)
    return Array.from({ length: steps }, (_, step) => {
      const [out] = net.apply(
        trainMode(foldIn(foldIn(key, 'steps'), step)),
        params,
        state,
        ones([rows, units]),
      )
      return (toArray(out) as readonly (readonly number[])[]).map((row) =>
        row.map((value) => (value === 0 ? '0' : '1')).join(''),
      )
    })
  }
  const [example, batch] = [masksOf('per-example'), masksOf('per-batch')]
  const deviations = (masks: readonly (readonly string[])[], independent: number): number => {
    const all = masks.flat().join('')
    const dropped = [...all].filter((bit) => bit === '0').length / all.length
    return Math.abs(dropped - rate) / Math.sqrt((rate * (1 - rate)) / independent)
  }
  return {
    figures: {
      'per example: standard errors from p': deviations(example, rows * units * steps),
      'per batch: standard errors from p': deviations(batch, units * steps),
      'different networks among 100 updates': new Set(batch.map(([first]) => first)).size,
      'most masks in a batch, per batch': Math.max(...batch.map((masks) => new Set(masks).size)),
      'fewest masks in a batch of 32, per example': Math.min(...example.map((masks) => new Set(masks).size)),
    },
  }
}

/** Every update trains a thinner network. */
export const c9 = earlierClaim({
  id: 'C9',
  lines: '208–233',
  asWritten: {
    en: 'Each time before the gradients are computed every neuron drops out with p %; the structure changes, it gets thinner, and the new network is trained.',
    bg: 'Всеки път преди пресмятане на градиентите всеки неврон отпада с p %; структурата се променя, изтънява и се обучава новата мрежа.',
  },
  corrected: {
    en: 'The same, with p a fraction in [0, 1). One mask per mini-batch, as described, or, as is practice, one per example.',
    bg: 'Същото, с p като дял в [0, 1). Една маска за мини-пакет, както е описано, или, както е на практика, по една за пример.',
  },
  condition: {
    en: '“each time” means once per mini-batch; with a mask per example there are as many networks as examples.',
    bg: '„всеки път“ значи веднъж на мини-пакет; с маска за всеки пример мрежите са колкото примерите.',
  },
  marks: {
    'per example: standard errors from p': { atMost: 4 },
    'per batch: standard errors from p': { atMost: 4 },
    'different networks among 100 updates': { within: [100, 100] },
    'most masks in a batch, per batch': { within: [1, 1] },
    'fewest masks in a batch of 32, per example': { within: [32, 32] },
  },
  measure,
})
