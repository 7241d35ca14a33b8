import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paretoFrontChart, toSvg } from '../../src/report/index.ts'
import { dominates } from '../../src/criteria/index.ts'

const entry = fc.integer({ min: -8, max: 8 }).map((i) => i / 2)
const points = fc.array(fc.tuple(entry, entry), { maxLength: 8 })
const direction = fc.constantFrom('min' as const, 'max' as const)
interface Value {
  readonly x: number
  readonly y: number
  readonly method: string
  readonly rank: number
}
const valuesOf = (chart: ReturnType<typeof paretoFrontChart>) =>
  (chart['data'] as { readonly values: readonly Value[] }).values

describe('the picture of a front', () => {
  test('holds every point of every method, and which of them no other of the method dominates', () => {
    fc.assert(
      fc.property(direction, direction, points, points, (dx, dy, weightedSum, other) => {
        const chart = paretoFrontChart({
          x: { title: 'a', direction: dx },
          y: { title: 'b', direction: dy },
          weightedSum,
          others: [{ name: 'other', points: other }],
        })
        const values = valuesOf(chart)
        expect(values.map(({ x, y }) => [x, y])).toEqual([...weightedSum, ...other])
        for (const { x, y, method, rank } of values) {
          const own = method === 'other' ? other : weightedSum
          expect(rank === 0).toBe(!own.some((point) => dominates([dx, dy], point, [x, y])))
        }
      }),
    )
  })
  test('is drawn, with the baseline first, hypervolumes in the legend, and the chosen point with its price', async () => {
    const chart = paretoFrontChart({
      title: 'Loss against size',
      x: { title: 'size', direction: 'min' },
      y: { title: 'loss', direction: 'min' },
      weightedSum: [
        [0, 3],
        [3, 0],
        [NaN, 1],
      ],
      others: [{ name: 'MGDA', points: [[1, 1]] }],
      reference: [4, 4],
      chosen: { point: [1, 1], lambda: 0.5 },
    })
    expect(chart['usermeta']).toEqual({ methods: ['weighted sum (hypervolume 7)', 'MGDA (hypervolume 9)'] })
    expect(valuesOf(chart).length).toBe(3)
    const lines = (chart['layer'] as readonly { readonly data?: { readonly values: unknown } }[]).flatMap(
      ({ data }) => (data === undefined ? [] : [data.values]),
    )
    // y + 0.5x is 1.5 all along the line.
    expect(lines[0]).toEqual([
      { x: 0, y: 1.5 },
      { x: 3, y: 0 },
    ])
    const svg = await toSvg(chart)()
    if (svg._tag === 'Left') throw new Error(svg.left.message)
    for (const text of [
      'Loss against size',
      'weighted sum (hypervolume 7)',
      'MGDA (hypervolume 9)',
      '#4c78a8',
    ])
      expect(svg.right).toContain(text)
  })
  test('needs different names', () => {
    expect(() =>
      paretoFrontChart({
        x: { title: 'a', direction: 'min' },
        y: { title: 'b', direction: 'min' },
        weightedSum: [],
        others: [{ name: 'weighted sum', points: [] }],
      }),
    ).toThrow('paretoFrontChart: two methods are called weighted sum')
  })
})
