import { expect, test } from 'vitest'
import {
  abs,
  cast,
  checkpoint,
  cond,
  foriLoop,
  grad,
  greater,
  jit,
  mul,
  scan,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import { f64 } from '../program/cases.ts'

const int = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'int32' })

/** Σ a · k for an integer k that passed through the operation beside a and is multiplied by itself on the way. */
const through: Readonly<Record<string, (a: Tensor, k: Tensor) => readonly [Tensor, Tensor]>> = {
  checkpoint: checkpoint((a: Tensor, k: Tensor): readonly [Tensor, Tensor] => [mul(a, 2), k]),
  scan: (a, k) => {
    const [, [ys, ks]] = scan(
      (
        [x, n]: readonly [Tensor, Tensor],
        _: Tensor,
      ): readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]] => [
        [x, mul(n, n)],
        [x, n],
      ],
      [a, k],
      int([0, 0]),
    )
    return [sum(ys, { axis: 0 }), sum(ks, { axis: 0 })]
  },
  cond: (a, k) =>
    cond(
      greater(sum(a), 0),
      (x: Tensor, n: Tensor): readonly [Tensor, Tensor] => [mul(x, 2), mul(n, n)],
      (x: Tensor, n: Tensor): readonly [Tensor, Tensor] => [x, n],
      a,
      k,
    ),
  foriLoop: (a, k) =>
    foriLoop(0, 2, (_, [x, n]): readonly [Tensor, Tensor] => [x, mul(n, n)], [mul(a, 2), k] as readonly [
      Tensor,
      Tensor,
    ]),
}

test.each(Object.entries(through))('integers carry no derivative through %s', (_, f) => {
  const loss = (a: Tensor): Tensor => {
    const [x, k] = f(a, int([2]))
    return mul(sum(x), cast(sum(abs(mul(k, k))), 'float64'))
  }
  // Computed with whole numbers only, so exact.
  const slope = toArray(grad((a: Tensor) => loss(a))(f64([1])))
  const [x, k] = f(f64([1]), int([2]))
  const expected = (toArray(sum(x)) as number) * (toArray(sum(abs(mul(k, k)))) as number)
  expect(slope).toEqual([expected])
  expect(toArray(jit(grad(loss))(f64([1])))).toEqual([expected])
})
