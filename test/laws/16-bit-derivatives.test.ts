import { describe, expect, it } from 'vitest'
import {
  add,
  broadcastTo,
  cast,
  checkpoint,
  concat,
  cond,
  custom,
  flip,
  grad,
  greater,
  jit,
  jvp,
  less,
  mul,
  pad,
  scan,
  slice,
  stack,
  sum,
  take,
  tensor,
  toArray,
  transpose,
  vmap,
  whileLoop,
  type Tensor,
} from '../../src/index.ts'

/** Numbers kept in another dtype, and taken out again. */
type Kept = (x: Tensor) => Tensor

const out: Kept = (x) => cast(x, 'float32')

const weighed = (x: Tensor): Tensor => sum(mul(out(x), tensor([1, 2, 3])))

/**
 * Functions `[2, 3]` → `[]` that keep some of their values and hand them to everything that computes derivatives by itself.
 * All numbers are small integers, so that 16 bits hold them exactly.
 */
const functions: Readonly<Record<string, (keep: Kept, x: Tensor) => Tensor>> = {
  'used twice': (keep, x) => {
    const kept = keep(x)
    return add(weighed(kept), weighed(flip(kept)))
  },
  'parts of one value': (keep, x) => {
    const kept = keep(x)
    return add(weighed(slice(kept, [0], [1])), weighed(slice(kept, [1], [], [1, -1])))
  },
  'taken twice': (keep, x) => weighed(take(keep(x), [0, 0, 1])),
  broadcast: (keep, x) => weighed(broadcastTo(keep(x), [2, 2, 3])),
  joined: (keep, x) => weighed(concat([keep(x), keep(mul(x, 2)), keep(x)])),
  stacked: (keep, x) => weighed(stack([keep(x), keep(x)])),
  padded: (keep, x) =>
    weighed(
      pad(transpose(keep(x)), [
        [1, 2],
        [0, 1],
      ]),
    ),
  'the result of a checkpoint': (keep, x) => weighed(checkpoint(keep)(x)),
  'the argument of a checkpoint': (keep, x) => weighed(checkpoint((y: Tensor) => flip(y))(keep(x))),
  'the argument of a compiled function': (keep, x) => weighed(jit((y: Tensor) => flip(y))(keep(x))),
  'a rule of one’s own, forwards': (keep, x) =>
    weighed(
      custom((y: Tensor) => flip(y), { jvp: (_: readonly [Tensor], [t]: readonly [Tensor]) => flip(t) })(
        keep(x),
      ),
    ),
  'a rule of one’s own, backwards': (keep, x) =>
    weighed(
      custom((y: Tensor) => flip(y), { vjp: (y: Tensor) => [flip(y), (ct: Tensor): [Tensor] => [flip(ct)]] })(
        keep(x),
      ),
    ),
  'a branch': (keep, x) =>
    weighed(
      cond(
        greater(sum(x), 2),
        (y: Tensor) => flip(y),
        (y: Tensor) => y,
        keep(x),
      ),
    ),
  'captured by a branch': (keep, x) => {
    const kept = keep(x)
    return sum(
      cond(
        greater(sum(x), 2),
        (y: Tensor) => mul(out(kept), y),
        (y: Tensor) => y,
        x,
      ),
    )
  },
  'the state of a loop': (keep, x) =>
    weighed(scan((c: Tensor, e: Tensor) => [keep(add(out(c), e)), []], keep(mul(x, 2)), stack([x, x]))[0]),
  'the elements of a loop': (keep, x) =>
    scan((c: Tensor, e: Tensor) => [add(c, weighed(e)), []], tensor(0), keep(x))[0],
  'what a loop stacks': (keep, x) =>
    weighed(scan((c: Tensor, e: Tensor) => [c, keep(e)], tensor(0), x)[1] as Tensor),
  'captured by a loop': (keep, x) => {
    const kept = keep(x)
    return scan((c: Tensor, e: Tensor) => [add(c, sum(mul(out(kept), e))), []], tensor(0), x)[0]
  },
  'the state of a loop with a condition': (keep, x) =>
    weighed(
      whileLoop(
        (c: Tensor) => less(sum(out(c)), 40),
        (c: Tensor) => keep(add(out(c), x)),
        keep(x),
        { atMost: 3 },
      ),
    ),
}

const x = tensor([
  [1, 2, 3],
  [4, 1, -2],
])
const direction = tensor([
  [1, 0, 2],
  [-1, 3, 1],
])
/** Of a function as one of the argument: compiled, the argument is not known. */
const derivatives: Readonly<Record<string, (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor>> = {
  'in reverse mode': grad,
  'in forward mode': (f) => (y) => jvp(f, [y], [direction])[1],
  'batched, in reverse mode': (f) => (y) => vmap(grad(f))(stack([y, mul(y, 2)])),
  'batched, in forward mode': (f) => (y) =>
    vmap((z: Tensor) => jvp(f, [z], [direction])[1])(stack([y, mul(y, 2)])),
  'in reverse mode of forward mode': (f) =>
    grad((y: Tensor) => jvp((z: Tensor) => mul(f(z), f(z)), [y], [direction])[1]),
}

describe.each(['float16', 'bfloat16'] as const)('what is kept in %s has the derivative', (dtype) => {
  describe.each(Object.entries(functions))('of float32: %s', (_, f) => {
    it.each(Object.entries(derivatives))('%s', (__, of) => {
      const expected = toArray(of((y) => f(out, y))(x))
      expect(JSON.stringify(expected)).toMatch(/[1-9]/)
      const kept = of((y) => f((z) => cast(z, dtype), y))
      expect(toArray(kept(x))).toEqual(expected)
      for (const backend of ['native', 'wasm', 'typescript'] as const)
        expect(toArray(jit(kept, { backend })(x)), backend).toEqual(expected)
    })
  })
})
