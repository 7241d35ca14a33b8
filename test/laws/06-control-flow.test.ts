import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  cast,
  cond,
  div,
  DTypeError,
  foriLoop,
  grad,
  greater,
  hvp,
  item,
  jvp,
  key,
  leavesOf,
  less,
  log,
  mapTree,
  matmul,
  mul,
  runStaged,
  scan,
  ShapeError,
  sin,
  slice,
  square,
  squeeze,
  stack,
  stage,
  sum,
  tanh,
  tensor,
  toArray,
  toTypedArray,
  TreeError,
  uniform,
  vmap,
  zipTrees,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { checkGrad, dyadic, programs, runProgram, tensorsOf } from '../../src/testing/index.ts'
import { bitsOf, f64 } from '../program/cases.ts'

type Step<C, X, Y> = (carried: C, element: X) => readonly [C, Y]
type Loop = <C, X, Y>(step: Step<C, X, Y>, initial: C, sequences: X, reverse?: boolean) => readonly [C, Y]

const matrix = tensorsOf([2, 2], { min: -1, max: 1 })

const bits = (tree: unknown): readonly string[] => leavesOf(tree).map(bitsOf)

const expectClose = (a: unknown, b: unknown, tolerance = 1e-10): void => {
  expect(leavesOf(a).map(({ shape }) => shape)).toEqual(leavesOf(b).map(({ shape }) => shape))
  leavesOf(a).forEach((leaf, i) => {
    const expected = toTypedArray(leavesOf(b)[i] as Tensor)
    toTypedArray(leaf).forEach((x, j) => {
      expect(Math.abs(x - (expected[j] ?? NaN)) / (1 + Math.abs(x))).toBeLessThan(tolerance)
    })
  })
}

const elementOf = <X>(sequences: X, i: number): X =>
  mapTree(sequences, (leaf) => squeeze(slice(leaf, [i], [i + 1]), { axis: 0 }))

/** The loop written out: one step after another as plain function calls. */
const unrolled: Loop = <C, X, Y>(step: Step<C, X, Y>, initial: C, sequences: X, reverse = false) => {
  const length = leavesOf(sequences)[0]?.shape[0] ?? 0
  const indices = Array.from({ length }, (_, i) => (reverse ? length - 1 - i : i))
  const { carried, results } = indices.reduce<{ readonly carried: C; readonly results: readonly Y[] }>(
    (sofar, i) => {
      const [next, y] = step(sofar.carried, elementOf(sequences, i))
      return { carried: next, results: [...sofar.results, y] }
    },
    { carried: initial, results: [] },
  )
  const [first, ...others] = reverse ? results.toReversed() : results
  return [carried, zipTrees(first as Y, others, (leaves) => stack(leaves))]
}

const looped: Loop = (step, initial, sequences, reverse = false) =>
  scan(step, initial, sequences, { reverse })

/** Every element of every tensor, with weights of its own. */
const weighted = (tree: unknown): Tensor =>
  leavesOf(tree)
    .map((leaf, i): Tensor =>
      sum(mul(cast(leaf, 'float64'), uniform(key(i), leaf.shape, { low: 0.5, high: 1.5, dtype: 'float64' }))),
    )
    .reduce((a, b) => add(a, b))

const inner = (a: unknown, b: unknown): Tensor =>
  leavesOf(a)
    .map((leaf, i): Tensor => sum(mul(leaf, leavesOf(b)[i] as Tensor)))
    .reduce((s, t) => add(s, t))

/** First and second derivatives, the second in all four nestings of modes. */
const derivativesOf = <P>(f: (p: P) => Tensor, p: P, v: P): readonly unknown[] => {
  const along = (q: P): Tensor => jvp(f, [q], [v])[1]
  return [
    grad(f)(p),
    along(p),
    hvp(f)(p, v),
    grad((q: P) => inner(grad((r: P) => f(r))(q), v))(p),
    grad(along)(p),
    jvp(along, [p], [v])[1],
  ]
}

interface Inputs {
  readonly w: Tensor
  readonly initial: { readonly state: Tensor; readonly total: readonly Tensor[] }
  readonly xs: { readonly x: Tensor }
}

const inputsOf = (length: number): fc.Arbitrary<Inputs> =>
  fc
    .tuple(matrix, matrix, tensorsOf([], { min: -1, max: 1 }), tensorsOf([length, 2, 2], { min: -1, max: 1 }))
    .map(([w, state, total, x]) => ({ w, initial: { state, total: [total] }, xs: { x } }))

/** A loop with a record as its carried value, and `w` closed over. */
const recurrence =
  (f: (x: Tensor) => Tensor, g: (x: Tensor) => Tensor, loop: Loop, reverse = false) =>
  ({ w, initial, xs }: Inputs): unknown =>
    loop(
      ({ state, total }, { x }) => {
        const next = f(add(mul(state, 0.5), matmul(tanh(w), x)))
        return [
          { state: next, total: [add(mul(total[0] as Tensor, 0.5), sum(next))] },
          { seen: g(next), before: total[0] as Tensor },
        ]
      },
      initial,
      xs,
      reverse,
    )

/** A choice as it stands in a program: the predicate is not known when the function runs. */
const inProgram = (f: (x: Tensor) => Tensor, like: Tensor): ((x: Tensor) => Tensor) =>
  runStaged(stage(f)(like))

describe('law 6: scan is the loop written out', () => {
  test('values, bit for bit, forwards and backwards', () => {
    fc.assert(
      fc.property(programs(), programs(), inputsOf(3), fc.boolean(), (p, q, inputs, reverse) => {
        const [f, g] = [runProgram(p), runProgram(q)]
        expect(bits(recurrence(f, g, looped, reverse)(inputs))).toEqual(
          bits(recurrence(f, g, unrolled, reverse)(inputs)),
        )
      }),
      { numRuns: 100 },
    )
  })

  test('first and second derivatives in every mode', () => {
    fc.assert(
      fc.property(
        programs({ maxLength: 3 }),
        programs({ maxLength: 2 }),
        inputsOf(3),
        inputsOf(3),
        fc.boolean(),
        (p, q, at, v, reverse) => {
          const [f, g] = [runProgram(p), runProgram(q)]
          const loss =
            (loop: Loop) =>
            (inputs: Inputs): Tensor =>
              weighted(recurrence(f, g, loop, reverse)(inputs))
          expectClose(derivativesOf(loss(looped), at, v), derivativesOf(loss(unrolled), at, v))
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  test('central differences, first and second order', () => {
    fc.assert(
      fc.property(programs({ maxLength: 3 }), inputsOf(2), inputsOf(2), (p, at, v) => {
        const f = runProgram(p)
        const loss = (inputs: Inputs): Tensor => weighted(recurrence(f, tanh, looped)(inputs))
        expect(checkGrad(loss)(at)).toMatchObject({ kind: 'agrees' })
        expect(checkGrad((inputs: Inputs) => jvp(loss, [inputs], [v])[1])(at)).toMatchObject({
          kind: 'agrees',
        })
      }),
      { numRuns: 15 },
    )
  }, 60_000)

  test('vmap is a loop of single runs, whatever is mapped', () => {
    fc.assert(
      fc.property(
        programs({ maxLength: 3 }),
        fc.array(inputsOf(3), { minLength: 2, maxLength: 3 }),
        fc.subarray(['w', 'initial', 'xs'] as const, { minLength: 1 }),
        fc.boolean(),
        (p, batch, mapped, reverse) => {
          const f = runProgram(p)
          const [first] = batch
          const run = (w: Tensor, initial: Inputs['initial'], xs: Inputs['xs']): unknown =>
            recurrence(f, tanh, looped, reverse)({ w, initial, xs })
          const slopes = (w: Tensor, initial: Inputs['initial'], xs: Inputs['xs']): unknown =>
            grad((inputs: Inputs) => weighted(recurrence(f, tanh, looped, reverse)(inputs)))({
              w,
              initial,
              xs,
            })
          const rows = batch.map((row) => ({
            ...(first as Inputs),
            ...Object.fromEntries(mapped.map((name) => [name, row[name]])),
          }))
          const stackedRows = zipTrees(rows[0] as Inputs, rows.slice(1), (leaves) => stack(leaves))
          const names = ['w', 'initial', 'xs'] as const
          const axes = names.map((name) => (mapped.includes(name) ? 0 : null))
          const argument = <N extends keyof Inputs>(name: N): Inputs[N] =>
            mapped.includes(name) ? stackedRows[name] : (first as Inputs)[name]
          for (const one of [run, slopes]) {
            const singles = rows.map(({ w, initial, xs }) => one(w, initial, xs))
            const expected = zipTrees(singles[0], singles.slice(1), (leaves) => stack(leaves))
            expectClose(vmap(one, { in: axes })(argument('w'), argument('initial'), argument('xs')), expected)
          }
        },
      ),
      { numRuns: 30 },
    )
  }, 60_000)

  test('loops in loops', () => {
    const nested =
      (loop: Loop) =>
      (p: { readonly x: Tensor; readonly rows: Tensor }): Tensor =>
        weighted(
          loop(
            (outer: Tensor, row: Tensor) => {
              const [last, seen] = loop(
                (c: Tensor, e: Tensor): readonly [Tensor, Tensor] => [
                  sin(add(mul(c, e), outer)),
                  mul(c, p.x),
                ],
                mul(outer, p.x),
                row,
                true,
              )
              return [last, seen]
            },
            p.x,
            p.rows,
          ),
        )
    const at = {
      x: f64(0.75),
      rows: f64([
        [0.5, -1, 2],
        [1, 0.25, -0.5],
      ]),
    }
    const v = {
      x: f64(1),
      rows: f64([
        [1, 0.5, -1],
        [2, -0.25, 1],
      ]),
    }
    expectClose(nested(looped)(at), nested(unrolled)(at))
    expectClose(derivativesOf(nested(looped), at, v), derivativesOf(nested(unrolled), at, v))
  })

  test('values that carry no derivative go along', () => {
    const run =
      (loop: Loop) =>
      (x: Tensor): unknown =>
        loop(
          ({ count, flag, y }, i: Tensor) => [
            { count: add(count, i), flag: less(count, i), y: mul(y, cast(add(count, 1), 'float64')) },
            { count, flag },
          ],
          { count: tensor(1, { dtype: 'int32' }) as Tensor, flag: tensor(true) as Tensor, y: x },
          tensor([1, 2, 3], { dtype: 'int32' }),
        )
    expect(bits(run(looped)(f64(0.5)))).toEqual(bits(run(unrolled)(f64(0.5))))
    expectClose(
      derivativesOf((x: Tensor) => weighted(run(looped)(x)), f64(0.5), f64(1)),
      derivativesOf((x: Tensor) => weighted(run(unrolled)(x)), f64(0.5), f64(1)),
    )
    expectClose(
      vmap(run(looped))(f64([1, 2])),
      zipTrees(run(unrolled)(f64(1)), [run(unrolled)(f64(2))], (l) => stack(l)),
    )
  })

  test('the keys of the carried record may come in any order', () => {
    const [last] = scan(
      ({ a, b }: { readonly a: Tensor; readonly b: Tensor }, x: Tensor) => [
        { b: add(b, 10), a: add(a, x) },
        undefined,
      ],
      { a: f64(0), b: f64(0) },
      f64([1, 2]),
    )
    expect([item(last.a), item(last.b)]).toEqual([3, 20])
  })

  test('no elements: the carried value as it was, empty stacks, derivative 1', () => {
    const none = zeros([0, 2], { dtype: 'float64' }) as Tensor
    const run = (initial: Tensor, w: Tensor): readonly [Tensor, Tensor] =>
      scan(
        (c: Tensor, x: Tensor): readonly [Tensor, Tensor] => [mul(c, add(x, w)), stack([c, c])],
        initial,
        none,
      )
    const [last, seen] = run(f64([1, 2]), f64([3, 4]))
    expect(toArray(last)).toEqual([1, 2])
    expect(seen.shape).toEqual([0, 2, 2])
    expect(seen.dtype).toBe('float64')
    const slopes = grad((p: readonly Tensor[]) => weighted(run(p[0] as Tensor, p[1] as Tensor)))([
      f64([1, 2]),
      f64([3, 4]),
    ])
    expect(toArray(slopes[0] as Tensor)).toEqual(toArray(grad((x: Tensor) => weighted(x))(f64([1, 2]))))
    expect(toArray(slopes[1] as Tensor)).toEqual([0, 0])
    const batched = vmap(run, { in: [0, null] })(
      f64([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      f64([3, 4]),
    )
    expect(toArray(batched[0])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(batched[1].shape).toEqual([3, 0, 2, 2])
    const toSequence = grad((xs: Tensor) =>
      sum(scan((c: Tensor, x: Tensor) => [add(c, x), undefined], f64([1, 2]), xs)[0]),
    )
    expect(toSequence(none).shape).toEqual([0, 2])
    expect(toArray(hvp((x: Tensor) => weighted(run(x, x)))(f64([1, 2]), f64([1, 1])))).toEqual([0, 0])
  })

  test('without sequences the length is given; a number is a scalar', () => {
    expect(item(scan((c: Tensor) => [mul(c, 2), undefined], tensor(1), undefined, { length: 5 })[0])).toBe(32)
    const [last, seen] = scan((c: Tensor) => [add(c, 1), 7], 0 as unknown as Tensor, undefined, { length: 2 })
    expect(item(last)).toBe(2)
    expect(toArray(seen as unknown as Tensor)).toEqual([7, 7])
  })

  test('the step runs once, and nothing changes', () => {
    const calls: number[] = []
    const [initial, xs] = [
      f64([1, 2]),
      f64([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ]
    const before = bits([initial, xs])
    const run = (c: Tensor): readonly [Tensor, Tensor] =>
      scan(
        (carried: Tensor, x: Tensor): readonly [Tensor, Tensor] => {
          calls.push(1)
          return [sin(mul(carried, x)), carried]
        },
        c,
        xs,
      )
    const first = bits([run(initial), grad((c: Tensor) => weighted(run(c)))(initial)])
    expect(calls.length).toBe(2)
    expect(bits([run(initial), grad((c: Tensor) => weighted(run(c)))(initial)])).toEqual(first)
    expect(bits([initial, xs])).toEqual(before)
  })

  test('what does not fit is named', () => {
    const keep = <C>(c: C): readonly [C, undefined] => [c, undefined]
    const step = (f: (c: Tensor) => unknown) => () =>
      scan((c: Tensor) => [f(c) as Tensor, undefined], f64([1, 2]), f64([1]))
    expect(step((c) => sum(c))).toThrow(ShapeError)
    expect(step((c) => sum(c))).toThrow(
      /carried value enters a step as float64\[2\] and leaves it as float64\[\]/,
    )
    expect(step((c) => cast(c, 'float32'))).toThrow(/float64\[2\] and leaves it as float32\[2\]/)
    expect(step((c) => [c])).toThrow(TreeError)
    expect(() =>
      scan(
        ({ a }: { readonly a: readonly Tensor[] }) => [{ a: [sum(a[0] as Tensor)] }, undefined],
        { a: [f64([1, 2])] },
        f64([1]),
      ),
    ).toThrow(/carried value a\[0\] enters/)
    expect(() => scan(({ n }) => [{ n: n + 1 }, undefined], { n: 0 }, f64([1]))).toThrow(TreeError)
    expect(() => scan(keep, f64(1), f64(1))).toThrow(/scan: the sequence is a scalar/)
    expect(() => scan(keep, f64(1), { a: f64([1]), b: f64([1, 2]) })).toThrow(
      /scan: b has 2 elements, expected 1/,
    )
    expect(() => scan(keep, f64(1), f64([1, 2]), { length: 3 })).toThrow(/2 elements, expected 3/)
    expect(() => scan(keep, f64(1), undefined)).toThrow(ArgumentError)
    expect(() => scan(keep, f64(1), undefined)).toThrow(/given as `length`/)
    expect(() => scan(keep, f64(1), undefined, { length: 1.5 })).toThrow(/length of 0 or more, got 1\.5/)
    expect(() => scan(keep, f64(1), undefined, { length: -1 })).toThrow(ArgumentError)
  })
})

describe('law 6: cond is the choice of JavaScript', () => {
  const chooses =
    (f: (x: Tensor) => Tensor, g: (x: Tensor) => Tensor) =>
    (x: Tensor): Tensor =>
      cond(less(sum(x), 0), f, g, x)
  const plain =
    (f: (x: Tensor) => Tensor, g: (x: Tensor) => Tensor) =>
    (x: Tensor): Tensor =>
      item(sum(x)) < 0 ? f(x) : g(x)

  test('values bit for bit, and derivatives, known and in a program', () => {
    fc.assert(
      fc.property(programs({ maxLength: 3 }), programs({ maxLength: 3 }), matrix, matrix, (p, q, x, v) => {
        const [f, g] = [runProgram(p), runProgram(q)]
        const expected = plain(f, g)
        for (const found of [chooses(f, g), inProgram(chooses(f, g), x)]) {
          expect(bitsOf(found(x))).toBe(bitsOf(expected(x)))
          expectClose(
            derivativesOf((y: Tensor) => weighted(found(y)), x, v),
            derivativesOf((y: Tensor) => weighted(expected(y)), x, v),
          )
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)

  test('central differences, first and second order', () => {
    fc.assert(
      fc.property(programs({ maxLength: 3 }), programs({ maxLength: 3 }), matrix, matrix, (p, q, x, v) => {
        fc.pre(Math.abs(item(sum(x))) > 0.01)
        const loss = inProgram((y) => weighted(chooses(runProgram(p), runProgram(q))(y)), x)
        expect(checkGrad(loss)(x)).toMatchObject({ kind: 'agrees' })
        expect(checkGrad((y: Tensor) => jvp(loss, [y], [v])[1])(x)).toMatchObject({ kind: 'agrees' })
      }),
      { numRuns: 20 },
    )
  }, 60_000)

  test('vmap is a loop of single runs, one predicate or one for each', () => {
    fc.assert(
      fc.property(
        programs({ maxLength: 3 }),
        programs({ maxLength: 3 }),
        fc.array(matrix, { minLength: 1, maxLength: 4 }),
        matrix,
        (p, q, xs, shared) => {
          const [f, g] = [runProgram(p), runProgram(q)]
          const onTrue = (x: Tensor): Tensor => f(mul(x, shared))
          const batch = stack(xs)
          for (const one of [chooses(onTrue, g), inProgram(chooses(onTrue, g), shared)]) {
            expectClose(vmap(one)(batch), stack(xs.map(plain(onTrue, g))))
            expectClose(
              vmap(grad((x: Tensor) => weighted(one(x))))(batch),
              stack(xs.map(grad((x: Tensor) => weighted(plain(onTrue, g)(x))))),
            )
            expectClose(
              grad((ys: Tensor): Tensor => sum(vmap((x: Tensor) => weighted(one(x)))(ys)))(batch),
              stack(xs.map(grad((x: Tensor) => weighted(plain(onTrue, g)(x))))),
            )
          }
          const byShared = (x: Tensor, s: Tensor): Tensor => cond(less(sum(s), 0), onTrue, g, x)
          const expected = stack(xs.map((x) => (item(sum(shared)) < 0 ? onTrue(x) : g(x))))
          expectClose(vmap(byShared, { in: [0, null] })(batch, shared), expected)
          const inside = (ys: Tensor, s: Tensor): Tensor => vmap(byShared, { in: [0, null] })(ys, s)
          expectClose(runStaged(stage(inside)(batch, shared))(batch, shared), expected)
          const operations = stage(inside)(batch, shared).program.equations.map(({ operation }) => operation)
          expect(operations).toContain('cond')
        },
      ),
      { numRuns: 30 },
    )
  }, 60_000)

  test('one choice after another inside a loop, as in plain JavaScript', () => {
    // x ← 3x below 1, x/2 otherwise: exact in floating point.
    const plainOrbit = (start: number): number =>
      Array.from({ length: 12 }).reduce<number>((x) => (x < 1 ? 3 * x : x / 2), start)
    const orbit = (x: Tensor): Tensor =>
      foriLoop(
        0,
        12,
        (_, y: Tensor) =>
          cond(
            less(y, 1),
            (z: Tensor): Tensor => mul(z, 3),
            (z: Tensor): Tensor => div(z, 2),
            y,
          ),
        x,
      )
    fc.assert(
      fc.property(fc.array(dyadic({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }), (starts) => {
        expect(starts.map((x) => item(orbit(f64(x))))).toEqual(starts.map(plainOrbit))
        expect(toArray(vmap(orbit)(f64(starts)))).toEqual(starts.map(plainOrbit))
        // The orbit is linear near its start, so its derivative is value / start.
        const slopes = toTypedArray(vmap(grad(orbit))(f64(starts)))
        starts.forEach((x, i) => {
          expect(slopes[i]).toBe(item(grad(orbit)(f64(x))))
          if (x !== 0) expect(slopes[i]).toBe(plainOrbit(x) / x)
        })
      }),
      { numRuns: 30 },
    )
  })

  test('an untaken branch contributes exactly 0', () => {
    const safe = (x: Tensor): Tensor =>
      cond(
        greater(x, 0),
        (y: Tensor): Tensor => log(y),
        (y: Tensor): Tensor => mul(y, 0),
        x,
      )
    expect(toArray(vmap(grad(safe))(f64([0, 2])))).toEqual([0, 0.5])
    expect(toArray(vmap(grad(grad(safe)))(f64([0, 2])))).toEqual([0, -0.25])
    expect(item(grad(inProgram(safe, f64(0)))(f64(0)))).toBe(0)
    expect(toArray(grad((xs: Tensor): Tensor => sum(vmap(safe)(xs)))(f64([0, 2])))).toEqual([0, 0.5])
  })

  test('branches may close over values of every transformation around them', () => {
    const f = (x: Tensor, y: Tensor): Tensor =>
      cond(
        less(x, y),
        () => mul(x, square(y)),
        () => add(x, y),
      ) as Tensor
    const staged = runStaged(stage(f)(f64(0), f64(0)))
    for (const g of [f, staged]) {
      expect(item(grad((x: Tensor) => g(x, f64(3)))(f64(2)))).toBe(9)
      expect(item(grad((y: Tensor) => g(f64(2), y))(f64(3)))).toBe(12)
      expect(item(grad((y: Tensor) => g(f64(2), y))(f64(1)))).toBe(1)
      expect(item(grad(grad((y: Tensor) => g(f64(2), y)))(f64(3)))).toBe(4)
      expect(toArray(vmap((x: Tensor) => grad((y: Tensor) => g(x, y))(f64(3)))(f64([2, 4])))).toEqual([12, 1])
      expect(item(jvp((x: Tensor) => grad((y: Tensor) => g(x, y))(f64(3)), [f64(2)], [f64(1)])[1])).toBe(6)
    }
  })

  test('the keys of the results may come in any order', () => {
    const f = (x: Tensor): { readonly a: Tensor; readonly b: Tensor } =>
      cond(
        less(x, 0),
        () => ({ a: mul(x, 2), b: mul(x, 3) }),
        () => ({ b: mul(x, 5), a: mul(x, 4) }),
      )
    const staged = runStaged(stage(f)(f64(0)))
    for (const g of [f, staged]) expect([item(g(f64(1)).a), item(g(f64(1)).b)]).toEqual([4, 5])
    const batched = vmap(f)(f64([-1, 1]))
    expect([toArray(batched.a), toArray(batched.b)]).toEqual([
      [-2, 4],
      [-3, 5],
    ])
  })

  test('only the chosen branch runs; nothing changes', () => {
    const ran: string[] = []
    const branch =
      (name: string) =>
      (x: Tensor): Tensor => {
        ran.push(name)
        return sin(x)
      }
    const x = f64(-1)
    const before = bitsOf(x)
    const run = (y: Tensor): Tensor => cond(less(y, 0), branch('true'), branch('false'), y)
    run(x)
    grad(run)(x)
    expect(ran).toEqual(['true', 'true'])
    expect(bits([run(x), grad(run)(x)])).toEqual(bits([run(x), grad(run)(x)]))
    expect(bitsOf(x)).toBe(before)
  })

  test('what does not fit is named', () => {
    const at = f64([1, 2])
    const choose = (onTrue: (x: Tensor) => unknown, onFalse: (x: Tensor) => unknown) => () =>
      stage((x: Tensor) => cond(less(sum(x), 0), onTrue, onFalse, x))(at)
    expect(() => cond(sum(at), sin, sin, at)).toThrow(DTypeError)
    expect(() => cond(sum(at), sin, sin, at)).toThrow(/expected a bool predicate, got float64/)
    expect(() => cond(less(at, 0), sin, sin, at)).toThrow(ShapeError)
    expect(() => cond(less(at, 0), sin, sin, at)).toThrow(/scalar predicate, got shape \[2\]; where/)
    expect(
      choose(
        (x) => x,
        (x) => sum(x),
      ),
    ).toThrow(ShapeError)
    expect(
      choose(
        (x) => x,
        (x) => sum(x),
      ),
    ).toThrow(/branches return float64\[2\] and float64\[\]/)
    expect(
      choose(
        (x) => x,
        (x) => cast(x, 'float32'),
      ),
    ).toThrow(/float64\[2\] and float32\[2\]/)
    expect(
      choose(
        (x) => ({ a: [x] }),
        (x) => ({ a: [sum(x)] }),
      ),
    ).toThrow(/at a\[0\]/)
    expect(
      choose(
        (x) => ({ a: x }),
        (x) => ({ b: x }),
      ),
    ).toThrow(TreeError)
    expect(
      choose(
        (x) => ({ x, kind: 'one' }),
        (x) => ({ x, kind: 'two' }),
      ),
    ).toThrow(/kind.*"one" against "two"/)
    expect(
      choose(
        () => 1,
        () => 2,
      ),
    ).not.toThrow()
  })
})

describe('law 6: foriLoop counts', () => {
  test('from start up to end', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 10 }), (start, end) => {
        let expected = 1
        for (let i = start; i < end; i++) expected = 2 * expected + i
        const found = foriLoop(
          start,
          end,
          (i, n: Tensor) => add(mul(n, 2), i),
          tensor(1, { dtype: 'int32' }) as Tensor,
        )
        expect(item(found)).toBe(expected)
      }),
    )
    expect(() => foriLoop(0, 2.5, (_, x) => x, f64(1))).toThrow(ArgumentError)
    expect(() => foriLoop(NaN, 2, (_, x) => x, f64(1))).toThrow(/whole numbers, got NaN and 2/)
  })

  test('powers and their derivatives of every order', () => {
    const power = (x: Tensor): Tensor => foriLoop(0, 5, (_, y: Tensor) => mul(y, x), f64(1))
    fc.assert(
      fc.property(dyadic({ min: -2, max: 2 }), (x) => {
        expect(item(power(f64(x)))).toBeCloseTo(x ** 5, 10)
        expect(item(grad(power)(f64(x)))).toBeCloseTo(5 * x ** 4, 10)
        expect(item(grad(grad(power))(f64(x)))).toBeCloseTo(20 * x ** 3, 10)
        expect(item(grad(grad(grad(power)))(f64(x)))).toBeCloseTo(60 * x ** 2, 10)
      }),
      { numRuns: 20 },
    )
  })
})
