import fc from 'fast-check'
import { expect, describe, test } from 'vitest'
import { item, toArray } from '../../src/core/autodiff/read.ts'
import { tensor } from '../../src/core/numeric/index.ts'
import { reduceOnPlateau, type PlateauOptions, type PlateauState } from '../../src/optim/index.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

interface Params {
  readonly w: Tensor
}
const params: Params = { w: tensor([0]) }

/** The scale after each loss, of a transformation that goes on from a state. */
const scales = (options: PlateauOptions, losses: readonly number[]): readonly number[] => {
  const { init, update } = reduceOnPlateau<Params>(options)
  return losses.reduce<{ readonly seen: readonly number[]; readonly state: PlateauState }>(
    ({ seen, state }, value, step) => {
      const [, next] = update({ w: tensor([1]) }, state, { params, step, value })
      return { seen: [...seen, item(next.scale)], state: next }
    },
    { seen: [], state: init(params) },
  ).seen
}

/** The rule as published for PyTorch's ReduceLROnPlateau, in numbers; its patience counts one more. */
const published = (
  { factor, patience, threshold, thresholdMode, mode, cooldown, minimum }: Required<PlateauOptions>,
  losses: readonly number[],
): readonly number[] => {
  let [best, bad, cooling, scale] = [mode === 'min' ? Infinity : -Infinity, 0, 0, 1]
  return losses.map((loss) => {
    const margin = Number.isFinite(best)
      ? thresholdMode === 'relative'
        ? threshold * Math.abs(best)
        : threshold
      : 0
    if (mode === 'min' ? loss < best - margin : loss > best + margin) [best, bad] = [loss, 0]
    else bad++
    if (cooling > 0) [cooling, bad] = [cooling - 1, 0]
    if (bad >= patience) [scale, cooling, bad] = [Math.max(scale * factor, minimum), cooldown, 0]
    return scale
  })
}

describe('the plateau', () => {
  test('is the published rule in numbers, for every option', () => {
    const loss = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -16, max: 16 }).map((i) => i / 8) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
    )
    const options = fc.record({
      factor: fc.constantFrom(0.5, 0.25),
      patience: fc.integer({ min: 1, max: 3 }),
      every: fc.constant(1),
      threshold: fc.constantFrom(0, 0.125, 0.5),
      thresholdMode: fc.constantFrom<'relative' | 'absolute'>('relative', 'absolute'),
      mode: fc.constantFrom<'min' | 'max'>('min', 'max'),
      cooldown: fc.integer({ min: 0, max: 3 }),
      minimum: fc.constantFrom(0, 0.125),
    })
    fc.assert(
      fc.property(options, fc.array(loss, { maxLength: 30 }), (chosen, losses) => {
        expect(scales(chosen, losses)).toEqual(published(chosen, losses))
      }),
      { numRuns: 60 },
    )
  })
  test('a steady fall counts, however little each period brings', () => {
    const falling = Array.from({ length: 400 }, (_, i) => 0.995 ** i)
    expect(scales({ threshold: 1e-2 }, falling).at(-1)).toBe(1)
  })
  test('NaN is one period without an improvement and leaves the bar where it was', () => {
    expect(scales({ factor: 0.5, patience: 2 }, [1, NaN, 0.5, NaN, 0.25, 0.125, NaN, NaN, 0.1])).toEqual([
      1, 1, 1, 1, 1, 1, 1, 0.5, 0.5,
    ])
    // In a period of several steps too, and the next period begins anew.
    expect(
      scales({ factor: 0.5, patience: 2, every: 2 }, [1, 1, NaN, 0, 0.5, 0.5, 0.9, 0.9, 0.8, 0.8]),
    ).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5])
  })
  test('a rise is good where it is to be large', () => {
    const rising = Array.from({ length: 50 }, (_, i) => i)
    expect(scales({ mode: 'max', patience: 2 }, rising).at(-1)).toBe(1)
    expect(scales({ mode: 'min', patience: 2 }, rising).at(-1)).toBeLessThan(1)
  })
  test('after a fall some periods are not counted', () => {
    expect(scales({ factor: 0.5, patience: 1, cooldown: 2 }, [1, 1, 1, 1, 1, 1])).toEqual([
      1, 0.5, 0.5, 0.5, 0.25, 0.25,
    ])
  })
  test('its state holds tensors alone, so a checkpoint holds it', () => {
    const state = reduceOnPlateau<Params>().init(params)
    expect(Object.keys(state).sort()).toEqual(['best', 'cooling', 'gathered', 'scale', 'since', 'total'])
    expect(toArray(state.cooling)).toBe(0)
  })
})
