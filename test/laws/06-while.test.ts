import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  div,
  DTypeError,
  grad,
  greater,
  hvp,
  item,
  jit,
  jvp,
  leavesOf,
  less,
  logicalAnd,
  matmul,
  mul,
  ShapeError,
  sin,
  square,
  stack,
  stage,
  runStaged,
  sub,
  sum,
  take,
  tensor,
  toArray,
  toTypedArray,
  TreeError,
  UnknownValueError,
  vmap,
  whileLoop,
  type Tensor,
} from '../../src/index.ts'
import { checkGrad, dyadic, programs, runProgram, tensorsOf } from '../../src/testing/index.ts'
import { bitsOf, f64 } from '../program/cases.ts'

type While = <S>(condition: (state: S) => Tensor, body: (state: S) => S, initial: S) => S

/** The loop written out: the condition is read at every step. */
const written: While = (condition, body, initial) =>
  item(condition(initial)) === 0 ? initial : written(condition, body, body(initial))

const looped: While = (condition, body, initial) => whileLoop(condition, body, initial)

const bounded: While = (condition, body, initial) => whileLoop(condition, body, initial, { atMost: 9 })

interface Inputs {
  readonly w: Tensor
  readonly x: Tensor
}

const matrix = tensorsOf([2, 2], { min: -1, max: 1 })

const inputs: fc.Arbitrary<Inputs> = fc.record({ w: matrix, x: matrix })

const count = (n: number): Tensor => tensor(n, { dtype: 'int32' })

/** A loop of a record, with `w` closed over, which ends after some steps or where the state has grown. */
const orbit =
  (f: (x: Tensor) => Tensor, loop: While) =>
  ({ w, x }: Inputs): Tensor =>
    sum(
      loop(
        ({ steps, state }) => logicalAnd(less(steps, 7), less(sum(square(state)), 6)),
        ({ steps, state }) => ({
          state: add(add(mul(state, 1.5), 1), mul(f(matmul(w, state)), 0.125)),
          steps: add(steps, 1),
        }),
        { steps: count(0), state: x },
      ).state,
    )

const expectClose = (a: unknown, b: unknown, tolerance = 1e-10): void => {
  expect(leavesOf(a).map(({ shape }) => shape)).toEqual(leavesOf(b).map(({ shape }) => shape))
  leavesOf(a).forEach((leaf, i) => {
    const expected = toTypedArray(leavesOf(b)[i] as Tensor)
    toTypedArray(leaf).forEach((x, j) => {
      expect(Math.abs(x - (expected[j] ?? NaN)) / (1 + Math.abs(x))).toBeLessThan(tolerance)
    })
  })
}

/** First and second derivatives, the second in all four nestings of modes. */
const derivativesOf = (f: (p: Inputs) => Tensor, p: Inputs, v: Inputs): readonly unknown[] => {
  const along = (q: Inputs): Tensor => jvp(f, [q], [v])[1]
  const inner = (q: Inputs): Tensor => {
    const g = grad((r: Inputs) => f(r))(q)
    return add(sum(mul(g.w, v.w)), sum(mul(g.x, v.x)))
  }
  return [grad(f)(p), along(p), hvp(f)(p, v), grad(inner)(p), grad(along)(p), jvp(along, [p], [v])[1]]
}

/** Newton's steps towards √a: how many differs with a. */
const root =
  (loop: While) =>
  (a: Tensor): Tensor =>
    loop(
      (x: Tensor) => greater(sub(square(x), a), mul(a, 1e-3)),
      (x) => mul(add(x, div(a, x)), 0.5),
      add(a, 1),
    )

describe('law 6: whileLoop is the loop written out', () => {
  test('values, bit for bit, with a bound and without', () => {
    fc.assert(
      fc.property(programs(), inputs, (p, at) => {
        const f = runProgram(p)
        const expected = bitsOf(orbit(f, written)(at))
        expect(bitsOf(orbit(f, looped)(at))).toBe(expected)
        expect(bitsOf(orbit(f, bounded)(at))).toBe(expected)
        expect(bitsOf(jit(orbit(f, bounded), { reproducible: true })(at))).toBe(
          bitsOf(jit(orbit(f, looped), { reproducible: true })(at)),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('first and second derivatives in every mode, compiled too', () => {
    fc.assert(
      fc.property(programs({ maxLength: 3 }), inputs, inputs, (p, at, v) => {
        const f = runProgram(p)
        const expected = derivativesOf(orbit(f, written), at, v)
        expectClose(derivativesOf(orbit(f, looped), at, v), expected)
        expectClose(
          jit((q: Inputs, u: Inputs) => derivativesOf(orbit(f, bounded), q, u))(at, v),
          expected,
          1e-7,
        )
      }),
      { numRuns: 5 },
    )
  }, 60_000)

  test('central differences', () => {
    fc.assert(
      fc.property(dyadic({ min: 0.5, max: 30 }), (a) => {
        expect(checkGrad(root(bounded))(f64(a))).toMatchObject({ kind: 'agrees' })
        expect(checkGrad((x: Tensor) => jvp(root(looped), [x], [f64(1)])[1])(f64(a))).toMatchObject({
          kind: 'agrees',
        })
      }),
      { numRuns: 10 },
    )
  })

  test('under vmap every element ends by itself, whatever is mapped', () => {
    fc.assert(
      fc.property(fc.array(dyadic({ min: 0.5, max: 500 }), { minLength: 2, maxLength: 4 }), (list) => {
        const singles = list.map((a) => f64(a))
        const batch = f64(list)
        const slope = (f: (x: Tensor) => Tensor) => grad(f)
        for (const loop of [looped, bounded])
          for (const wrap of [
            (f: (x: Tensor) => Tensor) => f,
            slope,
            (f: (x: Tensor) => Tensor) => grad(slope(f)),
          ])
            expectClose(vmap(wrap(root(loop)))(batch), stack(singles.map(wrap(root(written)))))
        expectClose(
          grad((xs: Tensor) => sum(vmap(root(looped))(xs)))(batch),
          stack(singles.map(grad(root(written)))),
        )
        expectClose(jit(vmap(grad(root(bounded))))(batch), stack(singles.map(grad(root(written)))), 1e-7)
      }),
      { numRuns: 6 },
    )
  }, 60_000)

  test('where the condition is the same for the whole batch, it stays one', () => {
    const f = (x: Tensor): Tensor =>
      whileLoop(
        ([i]: readonly [Tensor, Tensor]) => less(i, 3),
        ([i, y]) => [add(i, 1), mul(y, x)] as const,
        [count(0), x] as const,
      )[1]
    expect(toArray(vmap(f)(f64([1, 2, 3])))).toEqual([1, 16, 81])
    const { program } = stage(vmap(f))(f64([1, 2, 3]))
    const [loop] = program.equations.filter(({ operation }) => operation === 'while')
    expect(loop?.outputs.map(({ shape }) => shape)).toEqual([[], [3]])
    // The index differs from element to element once it is added to the batch.
    const g = (x: Tensor): Tensor =>
      whileLoop(
        ([i]: readonly [Tensor, Tensor]) => less(i, 10),
        ([i, y]) => [add(i, y), add(y, 1)] as const,
        [f64(0), x] as const,
      )[1]
    expect(toArray(vmap(g)(f64([1, 2, 20])))).toEqual([5, 6, 21])
  })

  test('many steps: derivatives in reverse keep the states of some', () => {
    const powers = (n: number, options: object) => (x: Tensor) =>
      whileLoop(
        ([i]: readonly [Tensor, Tensor]) => less(i, n),
        ([i, y]) => [add(i, 1), sin(mul(y, 1.01))] as const,
        [count(0), x] as const,
        options,
      )[1]
    for (const n of [0, 1, 63, 64, 65, 66, 100, 1000]) {
      const forward = item(jvp(powers(n, {}), [f64(1)], [f64(1)])[1])
      expect(item(grad(powers(n, {}))(f64(1)))).toBeCloseTo(forward, 12)
      expect(item(grad(powers(n, { atMost: n + 7 }))(f64(1)))).toBeCloseTo(forward, 12)
      expect(item(jit(grad(powers(n, { atMost: n + 7 })))(f64(1)))).toBeCloseTo(forward, 12)
    }
  })

  test('elements that have ended contribute exactly 0, and a bound ends a loop that goes on', () => {
    // The body divides by 0 for the element that has ended.
    const f = (x: Tensor): Tensor =>
      whileLoop(
        (y: Tensor) => greater(y, 0),
        (y) => sub(mul(y, 1), div(y, y)),
        x,
        { atMost: 4 },
      )
    expect(toArray(vmap(f)(f64([0, 1, 2.5, 9])))).toEqual([0, 0, -0.5, 5])
    expect(toArray(vmap(grad(f))(f64([0, 1, 2.5, 9])))).toEqual([1, 1, 1, 1])
    expect(toArray(grad((x: Tensor) => sum(vmap(f)(x)))(f64([0, 1, 2.5, 9])))).toEqual([1, 1, 1, 1])
    const forever = (atMost: number) =>
      item(
        whileLoop(
          () => tensor(true),
          (n: Tensor) => add(n, 1),
          tensor(0),
          { atMost },
        ),
      )
    expect([0, 1, 7].map(forever)).toEqual([0, 1, 7])
  })

  test('what is not asked for is not computed', () => {
    const f = (x: Tensor): Tensor =>
      whileLoop(
        ({ i }) => less(i, 3),
        ({ i, y, z }) => ({ i: add(i, 1), y: mul(y, x), z: sin(z) }),
        { i: count(0), y: x, z: x },
      ).y
    const { program } = stage(f)(f64(2))
    const loop = program.equations.find(({ operation }) => operation === 'while')
    expect(loop?.operation === 'while' ? loop.params.body.equations.map((e) => e.operation) : []).toEqual([
      'add',
      'mul',
      'sin',
    ])
    const again = stage(runStaged(stage(f)(f64(2))))(f64(2))
    expect(item(runStaged(again)(f64(2)))).toBe(16)
  })

  test('derivatives in reverse without a bound are refused where steps cannot be counted', () => {
    const f = root(looped)
    for (const staged of [
      () => jit(grad(f))(f64(2)),
      () => stage(grad(f))(f64(2)),
      () => jit(vmap(grad(f)))(f64([2, 3])),
    ]) {
      expect(staged).toThrow(UnknownValueError)
      expect(staged).toThrow(/give a bound as \{ atMost: … \}, or use forward mode/)
    }
    expect(item(jit((x: Tensor) => jvp(f, [x], [f64(1)])[1])(f64(2)))).toBeCloseTo(item(grad(f)(f64(2))), 12)
  })

  test('what does not fit is named', () => {
    const start = f64([1, 2])
    const run =
      (condition: (x: Tensor) => unknown, body: (x: Tensor) => unknown, options = {}) =>
      () =>
        whileLoop(condition as never, body as never, start, options)
    expect(run((x) => sum(x), sin)).toThrow(DTypeError)
    expect(run((x) => sum(x), sin)).toThrow(/expected a condition that gives a bool, got float64/)
    expect(run(() => true, sin)).toThrow(/gives a bool, got true/)
    expect(run((x) => less(x, 0), sin)).toThrow(/gives a scalar, got shape \[2\]; reduce it with any or all/)
    expect(
      run(
        (x) => less(sum(x), 0),
        (x) => sum(x),
      ),
    ).toThrow(ShapeError)
    expect(
      run(
        (x) => less(sum(x), 0),
        (x) => sum(x),
      ),
    ).toThrow('whileLoop: the carried value enters a step as float64[2] and leaves it as float64[]')
    expect(
      run(
        (x) => less(sum(x), 0),
        (x) => [x],
      ),
    ).toThrow(TreeError)
    expect(run((x) => less(sum(x), 0), sin, { atmost: 3 })).toThrow('did you mean atMost?')
    for (const atMost of [-1, 1.5, NaN, Infinity, '3'])
      expect(run((x) => less(sum(x), 0), sin, { atMost })).toThrow(ArgumentError)
    // An index that is in range only while the condition holds is out of range for the elements that have ended.
    const reading = (n: Tensor): Tensor =>
      whileLoop(
        (i: Tensor) => less(i, n),
        (i) => add(i, take(tensor([1, 1, 1], { dtype: 'int32' }), i)),
        count(0),
      )
    expect(item(reading(count(3)))).toBe(3)
  })
})
