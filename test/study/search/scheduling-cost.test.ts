import { describe, expect, test } from 'vitest'
import { key } from '../../../src/index.ts'
import { paretoRanks } from '../../../src/criteria/index.ts'
import { frontRanks } from '../../../src/criteria/front-ranks.ts'
import { isBetter } from '../../../src/criteria/objective-order.ts'
import { thinnedFront } from '../../../src/criteria/thinned-front.ts'
import {
  ask,
  bestOf,
  emptyHistory,
  spaces,
  successiveHalving,
  tell,
  type History,
} from '../../../src/search/index.ts'

/** Points that no other dominates, and points of which some do. */
const front = (n: number) => Array.from({ length: n }, (_, i) => [i, n - i + Math.sin(i) / 3])
const cloud = (n: number) =>
  Array.from({ length: n }, (_, i) => [(Math.sin(i * 12.9) * 1e4) % 1, (Math.cos(i * 78.2) * 1e4) % 1])

describe('what choosing among trials costs, counted', () => {
  test('sorting by dominance takes at most n (log₂ n + 1) comparisons with two objectives', () => {
    for (const n of [10, 100, 1000])
      for (const points of [front(n), cloud(n), front(n).map(([x = 0]) => [x, x])]) {
        const counted = { comparisons: 0 }
        const ranks = frontRanks(points, (a, b) => {
          counted.comparisons += 1
          return isBetter(a, b)
        })
        expect(ranks).toEqual(paretoRanks(['min', 'min'], points))
        expect(counted.comparisons).toBeLessThanOrEqual(n * (Math.ceil(Math.log2(n)) + 1))
      }
  })
  test('thinning a front reads its boxes some times each, however many are dropped', () => {
    const reads = (n: number): number => {
      const counted = { reads: 0 }
      const boxes = front(n).map(
        (point) =>
          new Proxy(
            point.map((x) => 2 * n - x),
            {
              get: (box, name) => {
                counted.reads += 1
                return Reflect.get(box, name) as unknown
              },
            },
          ),
      )
      expect(thinnedFront(boxes, 10).length).toBe(10)
      return counted.reads
    }
    for (const n of [100, 1000]) expect(reads(n)).toBeLessThan(n * 2 * (Math.log2(n) + 10))
  })
  test('thinning is dropping the least contribution again and again', () => {
    for (const width of [2, 3]) {
      const boxes = Array.from({ length: 12 }, (_, i) =>
        width === 2 ? [i + 1, 13 - i] : [i + 1, 1 + ((i * 5) % 12), 13 - i],
      )
      const volume = (kept: readonly number[]): number => {
        // Whole numbers: the cells that some box covers.
        const cells = new Set<string>()
        for (const i of kept) {
          const [x = 1, y = 1, z = 1] = boxes[i]!
          for (let a = 0; a < x; a++)
            for (let b = 0; b < y; b++) for (let c = 0; c < z; c++) cells.add(`${a} ${b} ${c}`)
        }
        return cells.size
      }
      const dropped = (kept: readonly number[], count: number): readonly number[] => {
        if (kept.length <= count) return kept
        const left = kept.map((i) => volume(kept.filter((j) => j !== i)))
        const worst = left.lastIndexOf(Math.max(...left))
        return dropped(
          kept.filter((_, place) => place !== worst),
          count,
        )
      }
      for (const count of [1, 4, 9])
        expect(thinnedFront(boxes, count)).toEqual(dropped([...boxes.keys()], count))
    }
  })
  test('a promotion is looked for once, and configurations are drawn once', () => {
    const drawn = { times: 0 }
    const unit = spaces.uniform(0, 1)
    const space = {
      ...unit,
      sample: (own: Parameters<typeof unit.sample>[0]) => {
        drawn.times += 1
        return unit.sample(own)
      },
    }
    const search = successiveHalving(space, {
      trials: 90,
      eta: 3,
      directions: ['min', 'min'],
      key: key(0),
    })
    const points = front(90)
    const next = (history: History): History => {
      const [task] = ask(search, history)
      return task === undefined
        ? history
        : next(
            tell(search, history, {
              id: task.id,
              budget: task.budget,
              result: { kind: 'measured', objectives: points[task.id]! },
            }),
          )
    }
    const history = next(emptyHistory)
    expect(history.length).toBe(90 + 30 + 10 + 3 + 1)
    expect(drawn.times).toBe(90)
    const promoted = bestOf(
      ['min', 'min'],
      points.map((objectives, id) => ({ id, objectives })),
      30,
    )
    expect(history.filter(({ budget }) => budget === 3).map(({ id }) => id)).toEqual(
      promoted.map(({ id }) => id).sort((a, b) => a - b),
    )
  })
})
