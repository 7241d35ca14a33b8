import { expect, test } from 'vitest'
import {
  attention,
  grad,
  item,
  jit,
  jvp,
  key,
  mul,
  normal,
  sub,
  sum,
  abs,
  max,
  type Tensor,
} from '../../src/index.ts'
import { tensor } from '../../src/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'

// Longer than a block of queries, and no multiple of it.
const [queries, keys] = [150, 70]
const inputs = (dtype: 'float32' | 'float64') =>
  [queries, keys, keys].map((n, i) => normal(key(i), [2, n, 5], { dtype }))
const options = [
  {},
  { causal: true },
  {
    mask: tensor(
      Array.from({ length: keys }, (_, j) => j % 3),
      { dtype: 'bool' },
    ),
  },
]

test.each(options)('attention and its derivatives on every executor (%#)', (given) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const xs = inputs(dtype)
    const f = (q: Tensor, k: Tensor, v: Tensor): Tensor => attention(q, k, v, given)
    const loss = (p: readonly Tensor[]): Tensor => {
      const y = f(p[0]!, p[1]!, p[2]!)
      return sum(mul(y, y))
    }
    const tolerance = dtype === 'float32' ? 1e-4 : 1e-10
    onEveryExecutor((q, k, v) => f(q, k, v), xs, tolerance)
    for (const i of [0, 1, 2]) onEveryExecutor((...p) => grad(loss)(p)[i]!, xs, tolerance)
    onEveryExecutor((...p) => jvp(loss, [p], [p])[1], xs, 10 * tolerance)
  }
})

test('takes memory linear in the length', () => {
  const n = 6000
  const xs = [0, 1, 2].map((i) => normal(key(i), [1, n, 4]))
  const far = jit((q: Tensor, k: Tensor, v: Tensor) => attention(q, k, v))
  const [found, eager] = [far(xs[0]!, xs[1]!, xs[2]!), attention(xs[0]!, xs[1]!, xs[2]!)]
  expect(item(max(abs(sub(found, eager))))).toBeLessThan(1e-5)
})
