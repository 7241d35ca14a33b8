import { expect, test } from 'vitest'
import {
  add,
  broadcastTo,
  jit,
  minimum,
  mul,
  reshape,
  scan,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'

test('a value that a reduction spreads over its space is stored where it is needed again', () => {
  const f = (a: Tensor, b: Tensor): Tensor => {
    const narrow = minimum(broadcastTo(reshape(b, [2, 1, 1]), [2, 2, 1]), broadcastTo(a, [2, 2, 1])) as Tensor
    const total = sum(mul(narrow, b) as Tensor)
    return scan((c: Tensor, _: Tensor) => [add(c, total) as Tensor, c], narrow, tensor([0, 0]))[0]
  }
  const [a, b] = [tensor([[3], [5]]), tensor([2, 4])]
  const expected = toArray(f(a, b))
  expect(expected).toEqual([
    [[134], [134]],
    [[135], [136]],
  ])
  for (const backend of ['native', 'wasm', 'typescript'] as const)
    for (const reproducible of [false, true])
      expect(toArray(jit(f, { backend, reproducible })(a, b))).toEqual(expected)
})
