import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  DonatedError,
  jit,
  jitAsync,
  mul,
  ones,
  slice,
  sum,
  take,
  tensor,
  toArray,
  toNdarray,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'

/** Sizes whose memory is lent in pieces for several calls, and alone. */
const sides = [30, 120] as const

/** Something done to one or two of the states, as the compiled functions and as plain numbers. */
type Move = {
  readonly kind: 'step' | 'stepAsync' | 'pair' | 'total' | 'totalAsync' | 'viewAsync' | 'settle'
  readonly state: number
  readonly other: number
}

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Move['kind']>(
      'step',
      'stepAsync',
      'pair',
      'total',
      'totalAsync',
      'viewAsync',
      'settle',
    ),
    state: fc.nat(2),
    other: fc.nat(2),
  }),
  { minLength: 4, maxLength: 24 },
)

const scale = 2 ** -10

/** The compiled functions of one side length, made once so that memory is used again from run to run. */
const machine = (side: number) => ({
  side,
  step: jit((s: Tensor) => add(s, 1), { donate: [0] }),
  stepAsync: jitAsync((s: Tensor) => add(s, 1), { donate: [0] }),
  pair: jit((a: Tensor, b: Tensor) => [add(a, 1), add(b, mul(a, scale))] as const, { donate: [0] }),
  total: jit((s: Tensor) => sum(s)),
  totalAsync: jitAsync((s: Tensor) => sum(s)),
  viewAsync: jitAsync((s: Tensor) => sum(s, { axis: 0 })),
})

const expectAlike = (x: Tensor, value: number, tolerance: number): void => {
  const odd = toTypedArray(x).find((element) => !(Math.abs(element - value) <= tolerance * value))
  expect(odd, `an element that is not ${String(value)}`).toBeUndefined()
}

/** Every element of a state is alike, so that one number describes it: what was computed from other memory differs. */
const play = async (m: ReturnType<typeof machine>, game: readonly Move[]): Promise<void> => {
  const size = m.side * m.side
  const states = [0, 1, 2].map((i) => m.step(mul(ones([m.side, m.side]), i)))
  const values = [1, 2, 3]
  const pending: Promise<void>[] = []
  const expectTotal = (total: Tensor, value: number): void => {
    expect(toArray(total)).toBeCloseTo(value * size, 0)
  }
  /** A result that comes later is right, or its argument had been given up before it was read. */
  const later = (promise: Promise<void>): void => {
    pending.push(
      promise.catch((error: unknown) => {
        if (!(error instanceof DonatedError)) throw error
      }),
    )
  }
  for (const { kind, state, other } of game) {
    const [s, value] = [states[state]!, values[state]!]
    switch (kind) {
      case 'step':
        states[state] = m.step(s)
        values[state] = value + 1
        break
      case 'stepAsync':
        later(
          m.stepAsync(s).then((next) => {
            expect(new Set(toTypedArray(next))).toEqual(new Set([Math.fround(value + 1)]))
          }),
        )
        // Nobody may use it any more; a fresh one takes its place.
        states[state] = m.step(mul(ones([m.side, m.side]), value - 1))
        break
      case 'pair': {
        if (state === other) break
        const [first, second] = m.pair(s, states[other]!)
        states[state] = first
        states[other] = second
        values[other] = Math.fround(values[other]! + value * scale)
        values[state] = value + 1
        break
      }
      case 'total':
        expectTotal(m.total(s), value)
        break
      case 'totalAsync':
        later(m.totalAsync(s).then((total) => expectTotal(total, value)))
        break
      case 'viewAsync':
        later(
          m.viewAsync(slice(s, [0, 0], [2, m.side])).then((total) => {
            expectAlike(total, 2 * value, 1e-3)
          }),
        )
        break
      case 'settle':
        await Promise.all(pending.splice(0))
    }
  }
  await Promise.all(pending)
  states.forEach((s, i) => {
    expectAlike(s, values[i]!, 1e-4)
  })
}

describe('compiled functions on this and other threads, with states given up between them', () => {
  const rounds = Number(process.env['PUREGRAD_ROUNDS'] ?? 60)
  for (const side of sides) {
    const compiled = machine(side)
    it(`give the numbers of the eager functions or a DonatedError, ${String(side)} × ${String(side)}`, async () => {
      await fc.assert(
        fc.asyncProperty(moves, (game) => play(compiled, game)),
        { numRuns: rounds },
      )
    })
  }

  it('keep a state that is given up while it is read, and take it afterwards', async () => {
    const step = jit((s: Tensor) => add(s, 1), { donate: [0] })
    const total = jitAsync((s: Tensor) => sum(mul(s, s)))
    let state = step(ones([300, 300]))
    let taken = 0
    for (let i = 0; i < 20; i++) {
      const value = i + 2
      const reading = total(state)
      const before = state
      state = step(state)
      const next = step(state)
      state = next
      state = step(mul(ones([300, 300]), value))
      expect(toArray(await reading)).toBeCloseTo(value * value * 90_000, -3)
      try {
        toArray(before)
      } catch (error) {
        expect(error).toBeInstanceOf(DonatedError)
        taken += 1
      }
    }
    expect(taken).toBe(20)
  })

  it('give the same results where several of them give up one state', async () => {
    const step = jitAsync((s: Tensor, by: number) => add(s, by), { donate: [0] })
    const state = await step(ones([200, 200]), 1)
    const results = await Promise.all([1, 2, 3, 4].map((by) => step(state, by)))
    results.forEach((result, i) => expect(new Set(toTypedArray(result))).toEqual(new Set([3 + i])))
    expect(() => toArray(state)).toThrow(DonatedError)
  })
})

describe('an argument that is given up', () => {
  const step = jit((s: Tensor) => add(s, 1), { donate: [0] })
  const state = (): Tensor => step(ones([100, 100]))

  it('may be another argument too', () => {
    const twice = jit((a: Tensor, b: Tensor) => add(a, mul(2, b)), { donate: [0] })
    const both = jit((a: Tensor, b: Tensor) => add(a, mul(2, b)), { donate: [0, 1] })
    for (const f of [twice, both]) {
      const s = state()
      expect(new Set(toTypedArray(f(s, s)))).toEqual(new Set([6]))
      expect(() => toArray(s)).toThrow(DonatedError)
      const t = state()
      expect(new Set(toTypedArray(f(t, transpose(t) as Tensor)))).toEqual(new Set([6]))
      expect(() => toArray(t)).toThrow(DonatedError)
    }
  })

  it('keeps its memory where a result lies on it, by whichever argument', () => {
    const swap = jit((a: Tensor, b: Tensor) => [add(a, 1), b] as const, { donate: [0] })
    const s = state()
    const [next, same] = swap(s, s)
    expect(new Set(toTypedArray(same))).toEqual(new Set([2]))
    expect(new Set(toTypedArray(next))).toEqual(new Set([3]))
    const t = state()
    const [, row] = swap(t, slice(t, [0, 0], [1, 100]))
    expect(new Set(toTypedArray(row))).toEqual(new Set([2]))
  })

  it('is not given up by a call that fails', async () => {
    const pick = (s: Tensor, i: Tensor) => [add(s, 1), take(s, i)] as const
    const outside = tensor([100], { dtype: 'int32' })
    const s = state()
    const picked = jit(pick, { donate: [0] })
    for (let i = 0; i < 5; i++) expect(() => picked(s, outside)).toThrow(/100/)
    await expect(jitAsync(pick, { donate: [0] })(s, outside)).rejects.toThrow(/100/)
    expect(new Set(toTypedArray(s))).toEqual(new Set([2]))
    const [next] = picked(s, tensor([99], { dtype: 'int32' }))
    expect(new Set(toTypedArray(next))).toEqual(new Set([3]))
    expect(() => toArray(s)).toThrow(DonatedError)
  })

  it('stays where an ndarray shows it', () => {
    const s = state()
    const shown = toNdarray(s)
    step(s)
    step(state())
    expect(shown.get(99, 99)).toBe(2)
    expect(shown.get(0, 0)).toBe(2)
  })

  it('takes views of it along, those made before too', async () => {
    const s = state()
    const views = [transpose(s), slice(s, [5, 5], [6, 6]), slice(s, [0, 0], [100, 100], [2, 2])]
    step(s)
    for (const view of views) {
      expect(() => toArray(view)).toThrow(DonatedError)
      expect(() => toNdarray(view)).toThrow(DonatedError)
      expect(() => step(view)).toThrow(DonatedError)
      await expect(jitAsync((x: Tensor) => sum(x))(view)).rejects.toThrow(DonatedError)
    }
  })
})
