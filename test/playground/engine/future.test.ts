import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  forked,
  reached,
  rewound,
  trained,
  walk,
  type Future,
} from '../../../playground/src/engine/future.ts'
import { rateNow } from '../../../playground/src/engine/frame.ts'
import type { Settings } from '../../../playground/src/engine/settings.ts'
import { bytesOf, imprintOf, layer, right, small, startOf } from './trainings.ts'

/** Settings in which much is random and much is remembered. */
const busy: Partial<Settings> = {
  hidden: [layer(4, { normalization: 'batch', dropout: 0.3 }), layer(3, { activation: 'relu' })],
  labelNoise: 0.1,
  l2: 0.001,
  schedule: 'cosine',
  optimizer: 'momentum',
}

describe('a training', () => {
  it('has the same weights from the same settings, also after a reset, and others from another seed', () => {
    const start = startOf(busy)
    expect(bytesOf(startOf(busy).state.params)).toBe(bytesOf(start.state.params))
    const end = trained(start, 3)
    expect(imprintOf(trained(startOf(busy), 3))).toEqual(imprintOf(end))
    expect(imprintOf(rewound(end, 0)).weights).toBe(bytesOf(start.state.params))
    expect(bytesOf(startOf({ ...busy, seed: 1 }).state.params)).not.toBe(bytesOf(start.state.params))
    const otherRows = startOf({ ...busy, dataSeed: 1 })
    expect(bytesOf(otherRows.state.params)).toBe(bytesOf(start.state.params))
    expect(bytesOf(otherRows.rows.train.x)).not.toBe(bytesOf(start.rows.train.x))
  })

  it('rewound to any epoch runs as it ran first, bit for bit', () => {
    const end = trained(startOf(busy), 12)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), (back, on) => {
        const there = trained(rewound(end, back), back)
        expect(there.state.epoch).toBe(back)
        expect(reached(there)).toBe(12)
        const again = trained(trained(there, Math.max(back, on)), 12)
        expect(imprintOf(again)).toEqual(imprintOf(end))
      }),
      { numRuns: 8 },
    )
  })

  it('stopped in the middle of an epoch goes on as if it had not been', () => {
    const end = trained(startOf(busy), 2)
    const places: Future[] = []
    for (const future of walk(startOf(busy))) {
      if (future.state.epoch >= 2) break
      places.push(future)
    }
    expect(places.length).toBeGreaterThan(6)
    places.forEach((place) => expect(imprintOf(trained(place, 2))).toEqual(imprintOf(end)))
  })

  it('keeps a bounded number of states, and comes back to the others', () => {
    const end = trained(startOf({ epochs: 500, rows: 20, batchSize: 50 }), 450)
    expect(end.kept.states.size).toBeLessThanOrEqual(200)
    expect(end.kept.every).toBe(4)
    expect(end.kept.states.has(0)).toBe(true)
    const back = rewound(end, 399)
    expect([back.state.epoch, back.returningTo]).toEqual([396, 399])
    const walked = [...walk(back)]
    expect(walked).toHaveLength(6)
    expect(walked.at(-1)?.returningTo).toBeUndefined()
    expect(imprintOf(trained(walked.at(-1)!, 450))).toEqual(imprintOf(end))
    expect(() => rewound(end, 451)).toThrow('expected an epoch from 0 to 450, got 451')
  })

  it('ends at its budget or by its patience, and says so', () => {
    const budget = trained(startOf({ epochs: 3 }), 99)
    expect([budget.state.epoch, budget.stopped]).toEqual([3, 'budget'])
    const patience = trained(
      startOf({ earlyStopping: true, patience: 2, labelNoise: 0.5, learningRate: 0.3 }),
      99,
    )
    expect(patience.stopped).toBe('patience')
    expect(patience.state.epoch).toBeLessThan(99)
    const losses = patience.history.slice(1).map(({ devLoss }) => devLoss)
    expect(losses[patience.state.best.epoch - 1]).toBe(Math.min(...losses))
    expect(patience.state.epoch - patience.state.best.epoch).toBe(2)
  })
})

describe('a fork', () => {
  const unforked = trained(startOf(busy), 8)

  it('with the same settings is the training itself, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom<Partial<Settings>>(
          {},
          { l2: 0.001 },
          { optimizer: 'momentum', seed: 0, rows: small.rows },
        ),
        (epoch, changes) => {
          const fork = right(forked(unforked, epoch, changes))
          expect(fork.timeline.forks).toEqual([])
          expect(imprintOf(trained(fork, 8))).toEqual(imprintOf(unforked))
        },
      ),
      { numRuns: 5 },
    )
  })

  it.each<Partial<Settings>>([
    { l2: 0.5 },
    { l1: 0.05 },
    { learningRate: 0.5 },
    { optimizer: 'adam' },
    { batchSize: 7 },
    { hidden: [layer(4, { normalization: 'batch', dropout: 0 }), layer(3, { activation: 'tanh' })] },
    { seed: 5 },
    { clip: 0.01 },
    { momentum: 0.1 },
    { schedule: 'step', decayEvery: 2 },
  ])('to %o leaves the past alone, changes what follows and can be walked again', (changes) => {
    const fork = right(forked(unforked, 4, changes))
    const end = trained(fork, 8)
    expect(end.history.slice(0, 5)).toEqual(unforked.history.slice(0, 5))
    expect(end.history[8]).not.toEqual(unforked.history[8])
    // From its timeline alone, as from a link.
    const anew = { ...rewound(unforked, 0), timeline: fork.timeline, history: unforked.history.slice(0, 1) }
    expect(imprintOf(trained(anew, 8))).toEqual(imprintOf(end))
    expect(imprintOf(trained(rewound(end, 2), 8))).toEqual(imprintOf(end))
    expect(imprintOf(trained(rewound(end, 6), 8))).toEqual(imprintOf(end))
    expect(imprintOf(trained(unforked, 8))).toEqual(imprintOf(unforked))
  })

  it('to another batch size leaves the schedule where it is', () => {
    const at = (future: Future): number => rateNow(trained(future, 6))
    const fork = right(forked(unforked, 4, { batchSize: 7 }))
    expect(at(fork)).toBeCloseTo(at(rewound(unforked, 6)), 12)
    expect(at(right(forked(trained(fork, 5), 5, { batchSize: 3 })))).toBeCloseTo(at(fork), 12)
    expect(at(fork)).toBeLessThan(rateNow(fork))
  })

  it('at one epoch changes more at a time or one after the other', () => {
    const together = right(forked(unforked, 3, { l2: 0, learningRate: 0.1 }))
    const inTurn = right(forked(right(forked(unforked, 3, { l2: 0 })), 3, { learningRate: 0.1 }))
    expect(inTurn.timeline).toEqual(together.timeline)
    expect(imprintOf(trained(inTurn, 5))).toEqual(imprintOf(trained(together, 5)))
    // A change that is taken back is none.
    const back = right(forked(right(forked(unforked, 3, { l2: 0 })), 3, { l2: 0.001 }))
    expect(imprintOf(trained(back, 8))).toEqual(imprintOf(unforked))
  })

  it.each<readonly [Partial<Settings>, RegExp]>([
    [{ rows: 100 }, /other rows/],
    [{ initializer: 'zeros' }, /how the weights start/],
    [{ hidden: [layer(4)] }, /no weights yet/],
    [{ hidden: [layer(5, { normalization: 'batch' }), layer(3)] }, /no weights yet/],
    [{ hidden: [layer(4), layer(3)] }, /no weights yet/],
    [{ l2: -1 }, /L2 coefficient λ \(l2\): expected a number from/],
  ])('to %o is refused with a reason', (changes, reason) => {
    const fork = forked(unforked, 4, changes)
    expect(E.isLeft(fork) && fork.left[0]?.message.en).toMatch(reason)
    expect(E.isLeft(fork) && fork.left[0]?.message.bg).toMatch(/[а-я]/)
  })
})
