import {
  add,
  argmax,
  argsort,
  broadcastTo,
  concat,
  cond,
  cumsum,
  diag,
  exp,
  flip,
  grad,
  greater,
  key,
  matmul,
  max,
  mul,
  pad,
  reshape,
  scan,
  slice,
  softmax,
  stack,
  sum,
  take,
  tensor,
  transpose,
  uniform,
  zeros,
  type Tensor,
} from '../../src/index.ts'

export const v = tensor([1, 2, 10, 20])
export const one = tensor([1, 1])
export const xs = tensor([
  [1, 0],
  [0, 1],
  [2, 2],
])

export type Case = readonly [f: (...args: readonly Tensor[]) => unknown, ...args: readonly Tensor[]]

const captured = (view: (x: Tensor) => Tensor): Case => [
  (x: Tensor) => scan((s: Tensor, e: Tensor) => [s, sum(mul(sum(s), mul(view(x), sum(e))))], one, xs)[1],
  v,
]

export const cases: Readonly<Record<string, Case>> = {
  'a slice captured by a loop': [
    (x) => {
      const a = slice(x, [2])
      return scan((s: Tensor, _: Tensor) => [s, sum(mul(s, a))], one, xs)[1]
    },
    v,
  ],
  'a slice as the operand of a branch': [
    (x) =>
      cond(
        greater(sum(x), 0),
        (a: Tensor) => sum(mul(a, 3)),
        (a: Tensor) => sum(mul(a, 5)),
        slice(x, [2]),
      ),
    v,
  ],
  'computed values captured by a loop': captured((x) => exp(mul(x, 0.1))),
  'a product captured by a loop': captured((x) => mul(x, 2)),
  'a softmax captured by a loop': captured((x) => softmax(x)),
  'a reversed view captured by a loop': captured((x) => flip(x)),
  'a broadcast sum captured by a loop': captured((x) => broadcastTo(sum(x), [4])),
  'a transposed matrix captured by a loop': captured((x) => transpose(reshape(x, [2, 2]))),
  'a diagonal captured by a loop': captured((x) => diag(reshape(x, [2, 2]))),
  'a captured prefix that the body returns': [
    (x) => {
      const a = slice(x, [0], [2])
      return scan((s: Tensor, _: Tensor) => [mul(s, 2), a], one, xs)[1]
    },
    v,
  ],
  'a prefix captured by a loop within a loop': [
    (x) => {
      const a = slice(x, [0], [2])
      return scan(
        (s: Tensor, _: Tensor) => {
          const [t, y] = scan((u: Tensor, _: Tensor) => [mul(u, 2), a], s, xs)
          return [mul(add(t, sum(y, { axis: 0 })), 0.1), t]
        },
        a,
        xs,
      )[0]
    },
    v,
  ],
  'carried values that change places, reversed': [
    (x) =>
      scan(
        ([a, b, c]: readonly [Tensor, Tensor, Tensor], e: Tensor) =>
          [[b, flip(c), a] as const, add(a, sum(e))] as const,
        [slice(x, [0], [2]), slice(x, [2]), one] as readonly [Tensor, Tensor, Tensor],
        xs,
      ),
    v,
  ],
  'a carried value that becomes a view of itself': [
    (x) => scan((s: Tensor, _: Tensor) => [flip(s), s], x, xs),
    v,
  ],
  'elements of the sequence carried and stacked': [
    (x) => scan((s: Tensor, e: Tensor) => [e, [s, e, x]], one, xs, { reverse: true }),
    v,
  ],
  'a loop of no steps': [(x) => scan((s: Tensor, e: Tensor) => [mul(s, e), s], x, zeros([0, 4])), v],
  'a loop of one step': [(x) => scan((s: Tensor, e: Tensor) => [mul(s, e), s], x, reshape(x, [1, 4])), v],
  'a loop within a branch within a loop': [
    (x) =>
      scan(
        (s: Tensor, e: Tensor) => [
          cond(
            greater(sum(e), 1),
            (u: Tensor) => scan((t: Tensor, y: Tensor) => [add(t, mul(y, slice(x, [1], [3]))), t], u, xs)[0],
            (u: Tensor) => flip(u),
            s,
          ),
          s,
        ],
        one,
        xs,
      ),
    v,
  ],
  'a sum over axes around a kept one, the first of size 1': [
    (x) => sum(reshape(mul(x, x), [1, 2, 2]), { axis: [0, 2] }),
    v,
  ],
  'a total of a transposed value that a branch takes as it is': [
    (x) => {
      const b = mul(reshape(concat([x, x]), [2, 2, 2]), 2)
      const c = transpose(b)
      return cond(
        greater(sum(c), 1),
        (d: Tensor) => add(d, c),
        (d: Tensor) => d,
        b,
      )
    },
    v,
  ],
  'a value read as it is and transposed': [
    (x) => {
      const b = mul(reshape(x, [2, 2]), 2)
      return [mul(transpose(b), b), b]
    },
    v,
  ],
  'no indices': [(y) => take(y, []), tensor([1, 2])],
  'an empty part': [(y) => concat([y, zeros([0])]), tensor([1])],
  'running sums of nothing': [() => cumsum(broadcastTo(tensor(1), [2, 0]) as Tensor, { axis: 1 }), tensor(1)],
  'the gradient of a product without rows': [
    grad((w: Tensor) => sum(matmul(zeros([2, 0]) as Tensor, w))),
    zeros([0, 3]),
  ],
  'the gradient of a loop of no steps': [
    grad((x: Tensor, e: Tensor) => scan((c: Tensor, y: Tensor) => [mul(c, y), c], x, e)[0]),
    tensor(3),
    tensor([]),
  ],
  'empty sums, positions, products and views': [
    (x) => [
      sum(x, { axis: 0 }),
      sum(x),
      max(reshape(x, [3, 0]), { axis: 0 }),
      argmax(reshape(x, [3, 0]), { axis: 0 }),
      argsort(x),
      matmul(reshape(x, [3, 0]), x),
      stack([x, x]),
      pad(x, [
        [1, 1],
        [0, 0],
      ]),
      slice(x, [0], [0]),
      take(x, []),
      uniform(key(1), [0, 2]),
    ],
    zeros([0, 3]),
  ],
}
