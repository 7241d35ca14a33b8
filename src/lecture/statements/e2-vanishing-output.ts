import fc from 'fast-check'
import { foldIn, normal, type Key } from 'puregrad'
import { counterExample } from 'puregrad/testing'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { amplification } from './deep-linear-network.ts'

/** Weights above 1 in steps of 1/64, and depths. */
const deepNetworks = fc.record({
  p: fc.integer({ min: 1, max: 64 }).map((k) => 1 + k / 64),
  layers: fc.integer({ min: 2, max: 50 }),
})

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const x = normal(foldIn(key, 'x'), [1, 2], { dtype: 'float64' })
  // The first matrix is common to all depths, so what the other 49 do is the ratio of depth 50 to depth 1.
  const growth = (p: number, layers: number): number =>
    amplification(p, layers, x, key) / amplification(p, 1, x, key)
  const found = counterExample(deepNetworks, ({ p, layers }) => growth(p, layers) < 1)
  const [up, down] = [growth(1.5, 50), growth(0.5, 50)]
  return {
    figures: {
      'growth over 50 layers at p = 1.5': up,
      'growth over 50 layers at p = 0.5': down,
    },
    ...(found === undefined
      ? {}
      : {
          counterExample: `p = ${found.p}, L = ${found.layers}: the output grows by ${growth(found.p, found.layers)}`,
        }),
  }
}

/** p > 1 makes the output explode; only p < 1 makes it vanish. */
export const e2 = earlierClaim({
  id: 'E2',
  lines: '426–432',
  asWritten: {
    en: 'With p above 1 and many layers the output vanishes; likewise with p below 1 it becomes very small, and learning takes tiny steps.',
    bg: 'При p над 1 и много слоеве изходът изчезва; по същия начин при p под 1 той става много малък и обучението върви с нищожни стъпки.',
  },
  corrected: {
    en: 'With p above 1 the output explodes: it grows strictly with every layer. With p below 1 it vanishes.',
    bg: 'При p над 1 изходът експлодира: расте строго с всеки слой. При p под 1 той изчезва.',
  },
  marks: {
    'growth over 50 layers at p = 1.5': { within: [4.2e8, 4.3e8] },
    'growth over 50 layers at p = 0.5': { within: [1.7e-15, 1.9e-15] },
  },
  literalMarks: {
    'growth over 50 layers at p = 1.5': { atMost: 1 },
    'growth over 50 layers at p = 0.5': { atMost: 1 },
  },
  measure,
})
