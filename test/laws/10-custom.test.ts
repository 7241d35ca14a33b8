import { describe, expect, test } from 'vitest'
import {
  add,
  cos,
  custom,
  div,
  exp,
  grad,
  jit,
  jvp,
  mul,
  printProgram,
  runStaged,
  sin,
  stack,
  stage,
  sum,
  tensor,
  toArray,
  TreeError,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { f64 } from '../program/cases.ts'

interface Pair {
  readonly a: Tensor
  readonly b: Tensor
}

/** (a, b) ↦ (a·b, sin b), with keys of every record in an order of its own. */
const body = (p: Pair): Pair => ({ a: mul(p.a, p.b), b: sin(p.b) })

const rules = {
  'in forward form': custom(body, {
    jvp: ([p], [d]) => ({ b: mul(d.b, cos(p.b)), a: add(mul(d.a, p.b), mul(p.a, d.b)) }),
  }),
  'in forward form, by its result': custom(body, {
    jvp: ([p], [d], result) => ({
      a: add(mul(d.a, div(result.a, p.a)), mul(d.b, div(result.a, p.b))),
      b: mul(d.b, cos(p.b)),
    }),
  }),
  'in reverse form': custom(body, {
    vjp: (p) => [
      { b: sin(p.b), a: mul(p.a, p.b) },
      (ct: Pair): [Pair] => [{ b: add(mul(ct.a, p.a), mul(ct.b, cos(p.b))), a: mul(ct.a, p.b) }],
    ],
  }),
}

describe('a derivative of one’s own', () => {
  const p: Pair = { a: f64([3, -1]), b: f64([0.5, 2]) }
  const weighed =
    (f: (p: Pair) => Pair) =>
    (x: Pair): Tensor => {
      const { a, b } = f(x)
      return sum(add(a, mul(b, 10)))
    }
  const close = (found: Pair, expected: Pair): void => {
    for (const key of ['a', 'b'] as const)
      (toArray(expected[key]) as number[]).forEach((x, i) => {
        expect((toArray(found[key]) as number[])[i], key).toBeCloseTo(x, 12)
      })
  }

  test.each(Object.entries(rules))('is matched by the keys of records, not their order, %s', (_, f) => {
    const expected = grad(weighed(body))(p)
    for (const g of [f, runStaged(stage(f)(p)), (x: Pair) => ({ b: f(x).b, a: f(x).a })]) {
      close(g(p), body(p))
      close(grad(weighed(g))(p), expected)
      close(jit(grad(weighed(g)))(p), expected)
      const d: Pair = { a: f64([1, 10]), b: f64([100, 0.5]) }
      close(jvp(g, [p], [d])[1], jvp(body, [p], [d])[1])
      const batch: Pair = { a: stack([p.a, p.b]), b: stack([p.b, p.a]) }
      const first = vmap(grad(weighed(g)))(batch)
      const all = vmap(grad(weighed(body)))(batch)
      expect(toArray(sum(first.a))).toBeCloseTo(toArray(sum(all.a)) as number, 12)
      expect(toArray(sum(mul(first.b, batch.a)))).toBeCloseTo(toArray(sum(mul(all.b, batch.a))) as number, 12)
      const second = (h: (q: Pair) => Pair) => grad((q: Pair) => weighed((r: Pair) => grad(weighed(h))(r))(q))
      close(second(g)(p), second(body)(p))
    }
  })

  test('has the structure of the result', () => {
    const f = custom(body, { jvp: ([x]) => ({ a: x.a }) as Pair })
    expect(() => jvp(f, [p], [p])).toThrow(TreeError)
    expect(() => jvp(f, [p], [p])).toThrow(/custom: the tangent/)
    const g = custom(body, { vjp: (x) => [body(x), () => [{ a: x.a }] as unknown as [Pair]] })
    expect(() => grad(weighed(g))(p)).toThrow(/custom: the pullback/)
  })

  test('is written down without what only the result needs', () => {
    const f = custom((x: Tensor) => exp(sin(x)), {
      vjp: (x) => [exp(sin(x)), (ct: Tensor): [Tensor] => [mul(ct, cos(x))]],
    })
    expect(printProgram(stage(f)(tensor(1)).program)).toBe(
      [
        '(a: float32[]) {',
        '  b: float32[] = custom(a) mode=vjp',
        '    body = (a: float32[]) {',
        '      b: float32[] = sin(a)',
        '      c: float32[] = exp(b)',
        '      return c',
        '    }',
        '    derivative = (a: float32[], b: float32[]) {',
        '      c: float32[] = cos(a)',
        '      d: float32[] = mul(b, c)',
        '      return d',
        '    }',
        '  return b',
        '}',
      ].join('\n'),
    )
  })
})
