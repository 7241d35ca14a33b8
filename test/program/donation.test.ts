import { describe, expect, it } from 'vitest'
import {
  add,
  ArgumentError,
  DonatedError,
  item,
  jit,
  jitAsync,
  mul,
  ones,
  sum,
  toArray,
  transpose,
  zeros,
  type Tensor,
} from '../../src/index.ts'

interface State {
  readonly w: Tensor
  readonly v: Tensor
}
/** Large enough for memory of its own. */
const start: State = { w: ones([100, 100]), v: zeros([100, 100]) }
const next = ({ w, v }: State, g: Tensor): readonly [State, Tensor] => {
  const moved = add(mul(0.5, v), g)
  return [{ w: add(w, moved), v: moved }, sum(w)]
}
const g = ones([100, 100])

describe('donation', () => {
  it('gives the results of the same function without it, at every step', () => {
    const [plain, donating] = [jit(next), jit(next, { donate: [0] })]
    let [a, b] = [start, start]
    const losses: (readonly [Tensor, Tensor])[] = []
    for (let i = 0; i < 10; i++) {
      const [one, other] = [plain(a, g), donating(b, g)]
      losses.push([one[1], other[1]])
      ;[a, b] = [one[0], other[0]]
    }
    expect(toArray(b.w)).toStrictEqual(toArray(a.w))
    expect(toArray(b.v)).toStrictEqual(toArray(a.v))
    // Losses were kept while the memory of the states they came with was used again.
    for (const [one, other] of losses) expect(item(other)).toBe(item(one))
  })

  it('uses the same two pieces of memory in turn', () => {
    const step = jit(next, { donate: [0] })
    // Elements of their own, as `ones` would be copied at each call.
    const contiguous = add(g, 0)
    const memories = new Set<number>()
    let state = start
    for (let i = 0; i < 50; i++) {
      ;[state] = step(state, contiguous)
      memories.add(process.memoryUsage().arrayBuffers)
    }
    // After the first steps no array buffer of 80 kB is added; the small losses are.
    expect(Math.max(...memories) - Math.min(...memories)).toBeLessThan(4 * 80_000)
  })

  it('makes a tensor that was given up, and views of it, an error to read', () => {
    const step = jit(next, { donate: [0] })
    const [first] = step(start, g)
    const view = transpose(first.w)
    toArray(view)
    const [second] = step(first, g)
    expect(() => toArray(first.w)).toThrow(DonatedError)
    expect(() => toArray(view)).toThrow(DonatedError)
    expect(() => add(first.v, 1)).toThrow(/float32 tensor of shape \[100, 100\] was used after/)
    expect(() => step(first, g)).toThrow(DonatedError)
    expect(toArray(second.w)).toStrictEqual(toArray(jit(next)(jit(next)(start, g)[0], g)[0].w))
  })

  describe('of small results, whose memory comes back many at a time', () => {
    const small: Tensor = ones([30, 30])
    const push = (w: Tensor): Tensor => add(mul(0.5, w), small)

    it('gives the results of the same function without it, and takes what was given up', () => {
      const [plain, donating] = [jit(push), jit(push, { donate: [0] })]
      let [a, b] = [plain(small), donating(small)]
      const first = b
      for (let i = 0; i < 60; i++) {
        ;[a, b] = [plain(a), donating(b)]
        expect(toArray(b)).toStrictEqual(toArray(a))
      }
      expect(() => toArray(first)).toThrow(DonatedError)
    })

    it('never changes a result that was kept', () => {
      const donating = jit((w: Tensor): readonly [Tensor, Tensor] => [push(w), mul(w, 2)], { donate: [0] })
      let state = small
      const kept: (readonly [Tensor, unknown])[] = []
      for (let i = 0; i < 200; i++) {
        const [after, double] = donating(state)
        if (i % 17 === 0) kept.push([double, toArray(double)])
        state = after
        if (i % 17 !== 0) donating(double)
      }
      expect(kept.map(([tensor]) => toArray(tensor))).toStrictEqual(kept.map(([, elements]) => elements))
    })

    it('lets calls under way keep their memory', async () => {
      const donating = jitAsync(push, { donate: [0] })
      const chains = Array.from({ length: 12 }, async (_, c) => {
        let w = await donating(mul(c, small))
        for (let i = 0; i < 30; i++) w = await donating(w)
        return toArray(w)
      })
      const plain = jit(push)
      const expected = Array.from({ length: 12 }, (_, c) =>
        toArray(Array.from({ length: 31 }).reduce<Tensor>((w) => plain(w), mul(c, small))),
      )
      expect(await Promise.all(chains)).toStrictEqual(expected)
    })
  })

  // Native runs read copies; others read the memory itself, when this thread gets to them.
  it.each([30, 200])(
    'leaves memory alone while a run that was asked for before reads it, of %i rows',
    async (n) => {
      const ready = add(ones([n, n]), 0)
      const grow = (w: Tensor): Tensor => add(mul(0.5, w), ready)
      const backend = 'typescript'
      const [donating, reading] = [jit(grow, { backend, donate: [0] }), jitAsync(grow, { backend })]
      const first = donating(ready)
      const promised = reading(first)
      let state = first
      for (let i = 0; i < 40; i++) state = donating(state)
      expect(toArray(await promised)).toStrictEqual(toArray(grow(grow(ready))))
    },
  )

  it('leaves memory alone while one of its tensors was not given up', () => {
    const step = jit((w: Tensor, v: Tensor): readonly [Tensor, Tensor] => [add(w, 1), add(v, w)], {
      donate: [0],
    })
    const [w1, v1] = step(start.w, start.v)
    const [w2, v2] = step(w1, v1)
    expect(toArray(v1)).toStrictEqual(toArray(ones([100, 100])))
    expect(toArray(w2)).toStrictEqual(toArray(mul(3, ones([100, 100]))))
    expect(toArray(v2)).toStrictEqual(toArray(mul(3, ones([100, 100]))))
  })

  it('leaves an argument alone that comes back as a result', () => {
    const step = jit(({ w, v }: State): State => ({ w: add(w, 1), v }), { donate: [0] })
    let state = step(start)
    for (let i = 0; i < 3; i++) state = step(state)
    expect(toArray(state.v)).toStrictEqual(toArray(start.v))
    expect(toArray(state.w)).toStrictEqual(toArray(mul(5, ones([100, 100]))))
  })

  it('never takes the memory of a tensor the caller made', () => {
    const step = jit(next, { donate: [0, 1] })
    step(start, g)
    step(start, g)
    expect(item(sum(start.w))).toBe(10_000)
    expect(item(sum(g))).toBe(10_000)
  })

  it('works for promised results', async () => {
    const step = jitAsync(next, { donate: [0] })
    const [first] = await step(start, g)
    const [second] = await step(first, g)
    expect(() => toArray(first.w)).toThrow(DonatedError)
    expect(item(sum(second.w))).toBe(35_000)
  })

  it('refuses positions that are none', () => {
    expect(() => jit(next, { donate: [-1] })).toThrow(ArgumentError)
    expect(() => jit(next, { donate: [0.5] })).toThrow(/positions of arguments from 0 on, got 0.5/)
  })
})
