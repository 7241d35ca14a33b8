import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dominates } from '../../src/criteria/index.ts'
import { pictureChart, type FrontPicture } from '../../src/report/index.ts'

const entry = fc.integer({ min: -8, max: 8 }).map((i) => i / 2)
const points = fc.array(fc.tuple(entry, entry), { maxLength: 8 })
const direction = fc.constantFrom('min' as const, 'max' as const)

interface Layer {
  readonly mark: { readonly type: string; readonly opacity?: number; readonly color?: string }
  readonly data: { readonly values: readonly { readonly x: number; readonly y: number }[] }
}

const layersOf = (picture: FrontPicture): readonly Layer[] =>
  pictureChart(picture)['layer'] as readonly Layer[]
const pairs = (layer: Layer | undefined) => (layer?.data.values ?? []).map(({ x, y }) => [x, y])

describe('the picture of a front', () => {
  test('joins exactly those points of each method that no other of its own dominates, and shows all', () => {
    fc.assert(
      fc.property(direction, direction, points, points, (dx, dy, first, second) => {
        const layers = layersOf({
          kind: 'front',
          title: 'Front',
          x: { title: 'a', direction: dx },
          y: { title: 'b', direction: dy },
          methods: [
            { name: 'first', points: first },
            { name: 'second', points: [...second, [NaN, 0]] },
          ],
        })
        ;[first, second].forEach((own, m) => {
          const [stairs, beaten, best] = layers.slice(3 * m, 3 * m + 3)
          const front = own.filter((point) => !own.some((other) => dominates([dx, dy], other, point)))
          expect(pairs(stairs)).toEqual(front)
          expect(pairs(best)).toEqual(front)
          expect(pairs(beaten)).toEqual(own.filter((point) => !front.includes(point)))
        })
      }),
      { numRuns: 60 },
    )
  })
  test('gives hypervolumes in the legend', () => {
    const chart = JSON.stringify(
      pictureChart({
        kind: 'front',
        title: 'Loss against size',
        x: { title: 'size', direction: 'min' },
        y: { title: 'loss', direction: 'min' },
        methods: [
          {
            name: 'weighted sum',
            points: [
              [0, 3],
              [3, 0],
              [NaN, 1],
            ],
          },
          { name: 'MGDA', points: [[1, 1]] },
        ],
        reference: [4, 4],
        chosen: [1, 1],
      }),
    )
    expect(chart).toContain('weighted sum (hypervolume 7)')
    expect(chart).toContain('MGDA (hypervolume 9)')
  })
})

test('the line through a chosen point has the slope −λ, and the front of a convex problem lies on or above it', () => {
  // ℓ = (w − 1)², Ω = w²: the minimum of ℓ + λΩ is at w = 1 / (1 + λ).
  const at = (lambda: number) => ({
    lambda,
    loss: (lambda / (1 + lambda)) ** 2,
    penalty: 1 / (1 + lambda) ** 2,
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), (pick) => {
      const all = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 4, 9].map(at)
      const chosen = all[pick]!
      const layers = pictureChart({
        kind: 'lambda-front',
        title: 'Front',
        loss: { title: 'ℓ' },
        penalty: { title: 'Ω' },
        points: all,
        chosen: chosen.lambda,
      })['layer'] as readonly Layer[]
      const [from, to] = layers[2]!.data.values
      expect((to!.y - from!.y) / (to!.x - from!.x)).toBeCloseTo(-chosen.lambda, 9)
      for (const { loss, penalty } of all) {
        const line = chosen.loss - chosen.lambda * (penalty - chosen.penalty)
        expect(loss).toBeGreaterThanOrEqual(line - 1e-12)
      }
    }),
    { numRuns: 20 },
  )
})
