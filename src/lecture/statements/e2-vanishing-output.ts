import fc from 'fast-check'
import { counterExample } from 'puregrad/testing'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { amplification, randomInput } from './deep-linear-network.ts'

/** Weights above 1 in steps of 1/64, and depths. */
const deepNetworks = fc.record({
  p: fc.integer({ min: 1, max: 64 }).map((k) => 1 + k / 64),
  layers: fc.integer({ min: 2, max: 50 }),
})

/** p > 1 makes the output explode; only p < 1 makes it vanish. */
export const e2 = claim({
  id: 'E2',
  lines: '426–432',
  asWritten: {
    en: 'With p above 1 and many layers the output vanishes; likewise with p below 1 it becomes very small.',
    bg: 'При p над 1 и много слоеве изходът изчезва; по същия начин при p под 1 той става много малък.',
  },
  corrected: {
    en: 'With p above 1 the output explodes: it grows strictly with every layer. With p below 1 it vanishes.',
    bg: 'При p над 1 изходът експлодира: расте строго с всеки слой. При p под 1 той изчезва.',
  },
  measures: {
    up: {
      name: {
        en: 'growth from the first layer to the last, p above 1',
        bg: 'нарастване от първия до последния слой, p над 1',
      },
      corrected: { within: [4.2e8, 4.3e8] },
      literal: { atMost: 1e-3 },
    },
    down: {
      name: {
        en: 'growth from the first layer to the last, p below 1',
        bg: 'нарастване от първия до последния слой, p под 1',
      },
      corrected: { within: [1.7e-15, 1.9e-15] },
      literal: { atMost: 1e-3 },
    },
  },
  settings: {
    layers: { name: { en: 'layers', bg: 'слоеве' }, value: 50, whole: true, min: 2, max: 200 },
    above: { name: { en: 'p above 1', bg: 'p над 1' }, value: 1.5 },
    below: { name: { en: 'p below 1', bg: 'p под 1' }, value: 0.5 },
  },
  measure: ({ key, settings: { layers, above, below } }) => {
    const x = randomInput(key)
    // The first matrix is common to all depths, so what the others do is the ratio of the depth to depth 1.
    const growth = (p: number, depth: number): number =>
      amplification(p, depth, x, key) / amplification(p, 1, x, key)
    const found = counterExample(deepNetworks, ({ p, layers: depth }) => growth(p, depth) < 1)
    const depths = Array.from({ length: layers }, (_, i) => i + 1)
    return {
      figures: { up: growth(above, layers), down: growth(below, layers) },
      ...(found === undefined
        ? {}
        : {
            counterExample: {
              en: `p = ${found.p}, L = ${found.layers}: the output grows by ${growth(found.p, found.layers)}`,
              bg: `p = ${decimalComma(found.p)}, L = ${found.layers}: изходът нараства ${decimalComma(growth(found.p, found.layers))} пъти`,
            },
          }),
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `A linear network of up to ${layers} layers: the output against that of one layer`,
            bg: `Линейна мрежа с до ${layers} слоя: изходът спрямо този на един слой`,
          },
          x: { title: { en: 'layers', bg: 'слоеве' }, whole: true },
          y: { title: { en: 'growth', bg: 'нарастване' }, scale: 'log' },
          series: [above, below].map((p) => ({
            name: { en: `p = ${p}`, bg: `p = ${decimalComma(p)}` },
            points: depths.map((depth) => [depth, growth(p, depth)] as const),
          })),
        },
      ],
    }
  },
})
