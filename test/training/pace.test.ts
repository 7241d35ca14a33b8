import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paceOf } from '../../src/training/index.ts'

test('speed is that of this run alone, and the rest of the steps at that speed is the time left', () => {
  const count = fc.integer({ min: 1, max: 50 })
  fc.assert(
    fc.property(count, count, fc.nat(99), fc.nat(99), count, (epochs, batchesPerEpoch, a, b, seconds) => {
      const of = epochs * batchesPerEpoch
      const [from, step] = [(Math.min(a, b) * of) / 100, (Math.max(a, b) * of) / 100]
      const pace = paceOf({ epochs, batchesPerEpoch }, { from, step, seconds })
      expect(pace).toMatchObject({ done: step, of })
      expect(pace.stepsPerSecond * seconds).toBeCloseTo(step - from, 9)
      if (step > from) expect(pace.stepsPerSecond * pace.secondsLeft).toBeCloseTo(of - step, 6)
    }),
  )
})

test('at the end nothing is left, also for a run that was resumed there', () => {
  expect(paceOf({ epochs: 2, batchesPerEpoch: 5 }, { from: 10, step: 10, seconds: 0 }).secondsLeft).toBe(0)
  expect(
    paceOf({ epochs: Infinity, batchesPerEpoch: 5 }, { from: 0, step: 10, seconds: 1 }).secondsLeft,
  ).toBe(Infinity)
})
