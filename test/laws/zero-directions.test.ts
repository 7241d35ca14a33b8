import { describe, expect, test } from 'vitest'
import {
  cond,
  custom,
  div,
  exp,
  grad,
  greater,
  jit,
  jvp,
  linearize,
  mul,
  reshape,
  runStaged,
  scan,
  sin,
  sqrt,
  stage,
  sum,
  toArray,
  vjp,
  vmap,
  where,
  stack,
  cos,
  type Tensor,
} from '../../src/index.ts'
import { f64 } from '../program/cases.ts'

const x = f64([0.5, 2])
const zero = f64([0, 0])

const functions: Readonly<Record<string, readonly [f: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor]>> =
  {
    sin: [sin, cos],
    'sin of a column': [(y) => reshape(sin(reshape(y, [-1, 1])), y.shape), cos],
    'sin that is chosen': [(y) => where(greater(y, 0), sin(y), 7), cos],
    exp: [exp, exp],
    quotient: [(y) => div(1, y), (y) => div(-1, mul(y, y))],
    sqrt: [sqrt, (y) => div(0.5, sqrt(y))],
  }

describe('what is linear in a direction has its slope at the direction 0 too', () => {
  test.each(Object.entries(functions))('%s', (_, [f, slope]) => {
    const ways: Readonly<Record<string, (d: Tensor) => Tensor>> = {
      jvp: (d) => jvp(f, [x], [d])[1],
      linearize: (d) => linearize(f, x)[1](d),
      vjp: (d) => vjp(f, x)[1](d)[0],
      'vjp of a branch': (d) =>
        vjp(
          (y: Tensor) =>
            cond(
              greater(sum(d), -1),
              (e: Tensor) => f(e),
              (e: Tensor) => mul(f(e), 2),
              y,
            ),
          x,
        )[1](d)[0],
      'vjp of a loop': (d) =>
        vjp((y: Tensor) => scan((c: Tensor, e: Tensor) => [c, f(e)] as const, sum(zero), y)[1], x)[1](d)[0],
      'staged jvp': (d) => runStaged(stage((e: Tensor) => jvp(f, [x], [e])[1])(zero))(d),
      'vmap of jvp': (d) => sum(vmap((e: Tensor) => jvp(f, [x], [e])[1])(stack([d])), { axis: 0 }),
    }
    const expected = toArray(slope(x)) as number[]
    for (const [name, way] of Object.entries(ways)) {
      const loss = (d: Tensor): Tensor => sum(way(d))
      for (const found of [grad(loss)(zero), jit(grad(loss))(zero), jvp(way, [zero], [f64([1, 1])])[1]])
        (toArray(found) as number[]).forEach((value, i) => {
          expect(value, name).toBeCloseTo(expected[i] as number, 12)
        })
    }
  })

  test.each(Object.entries(functions))('a rule of one’s own that differentiates: %s', (_, [f, slope]) => {
    const rules = [
      custom((y: Tensor) => f(y), { jvp: ([y], [d]) => jvp(f, [y], [d])[1] }),
      custom((y: Tensor) => f(y), { vjp: (y) => vjp(f, y) }),
    ]
    for (const g of rules)
      for (const h of [g, runStaged(stage((y: Tensor) => g(y))(x))]) {
        const loss = (y: Tensor): Tensor => sum(h(y))
        for (const found of [grad(loss)(x), jit(grad(loss))(x), jvp(h, [x], [f64([1, 1])])[1]])
          (toArray(found) as number[]).forEach((value, i) => {
            expect(value).toBeCloseTo((toArray(slope(x)) as number[])[i] as number, 12)
          })
      }
  })
})
