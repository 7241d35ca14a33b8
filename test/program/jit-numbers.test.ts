import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abs,
  add,
  bernoulli,
  cond,
  cos,
  div,
  equal,
  foldIn,
  full,
  grad,
  greater,
  isTensor,
  item,
  jit,
  jitAsync,
  key,
  leavesOf,
  less,
  mapTree,
  maximum,
  minimum,
  mul,
  notEqual,
  ones,
  oneHot,
  pow,
  reshape,
  scan,
  scatterAdd,
  square,
  sub,
  sum,
  take,
  tensor,
  toArray,
  toTypedArray,
  traceCount,
  uniform,
  UnknownValueError,
  valueAndGrad,
  vmap,
  where,
  zeros,
  type DType,
  type Tensor,
} from '../../src/index.ts'
import { softThreshold, rateAt } from '../../src/optim/index.ts'

const x = tensor([1, -2, 3])
const d = tensor([0.5, 2, -3], { dtype: 'float64' })
const k = tensor([4, 3, 0], { dtype: 'int32' })
const u = tensor([4, 3, 0], { dtype: 'uint32' })

/** A tree with dtype, shape and every bit of its tensors, and its other leaves, in the open. */
const laidOpen = (value: unknown): unknown =>
  isTensor(value)
    ? [value.dtype, [...value.shape], [...toTypedArray(value)]]
    : Array.isArray(value)
      ? value.map(laidOpen)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, laidOpen(part)]))
        : value

const outcome = (f: () => unknown): unknown => {
  try {
    return laidOpen(f())
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error
  }
}

/** Functions of one number, exact enough that compiled and eager agree to the bit. */
const functions: Readonly<Record<string, (n: number) => unknown>> = {
  'times float32': (n) => mul(x, n),
  'from float32': (n) => sub(n, x),
  'plus float64': (n) => add(d, n),
  'by float64': (n) => div(n, d),
  'compared with float32': (n) => [equal(x, n), less(n, x), notEqual(x, n)],
  'compared with float64': (n) => [equal(n, d), greater(d, n)],
  'limits and choices': (n) => [maximum(x, n), minimum(n, d), where(greater(x, n), n, 0)],
  'number with number': (n) => [mul(n, 3), add(n, n), abs(n), less(n, 2)],
  'power of two exponents': (n) => pow(ones([2]), n),
  itself: (n) => n,
  'in records': (n) => ({ rate: n, list: [n, { inner: n, scaled: mul(x, n) }], name: 'sgd' }),
  'through trees': (n) => mapTree({ x, n }, (leaf) => mul(leaf, n)),
  'as a tensor': (n) => [tensor(n), tensor(n, { dtype: 'float64' }), full([2, 1], n)],
  'as a boolean': (n) => [tensor(n, { dtype: 'bool' }), tensor([0, n, 1], { dtype: 'bool' })],
  'among elements': (n) => [
    tensor([
      [n, 1],
      [2, n],
    ]),
    tensor([n]),
    tensor([n], { dtype: 'float64' }),
  ],
  'constant loss': (n) => valueAndGrad((_: Tensor) => mul(n, 1))(x),
  'the loss itself': (n) => grad((_: Tensor): Tensor => n as never)(x),
  'second derivatives': (n) =>
    grad((w: Tensor) => mul(grad((v: Tensor) => mul(square(v), n))(w), n))(tensor(2)),
  'a loop begins with it': (n) =>
    scan((c: Tensor, e: Tensor) => [add(c, e), c] as const, n as never as Tensor, x),
  'in branches': (n) =>
    cond(
      greater(n, 1),
      (v: Tensor) => mul(v, n),
      (v: Tensor) => v,
      x,
    ),
  'under vmap': (n) => vmap((v: Tensor) => mul(v, n))(x),
  'an argument of vmap': (n) => vmap((v: Tensor, m: number) => add(v, m), { in: [0, null] })(x, n),
  'result of vmap': (n) => vmap((_: Tensor): Tensor => n as never)(x),
  'a jit inside': (n) => jit((v: Tensor, m: number) => [mul(v, m), m] as const)(x, n),
  'a jit inside, without tensors of this one': (n) => jit((m: number) => [mul(m, 2), m] as const)(n),
  'closed over by a jit inside': (n) => [
    jit((v: Tensor) => mul(v, n))(x),
    jit((v: Tensor) => [v, n] as const)(x),
  ],
  probabilities: (n) => bernoulli(key(1), n, [8]),
  thresholds: (n) => softThreshold(0.5).apply({ weight: d }, n),
  rates: (n) => rateAt(n, 3),
}

/** Functions whose sums and products may be rounded otherwise. */
const roundedFunctions: Readonly<Record<string, (n: number) => unknown>> = {
  'loss of a derivative': (n) => valueAndGrad((w: Tensor) => sum(mul(w, n)))(x),
  'in loops': (n) => scan((c: Tensor, e: Tensor) => [add(c, mul(e, n)), c] as const, tensor(1), x),
  'carried by loops': (n) =>
    scan(
      (c: { w: Tensor; n: number }, e: Tensor) => [{ w: add(c.w, mul(e, c.n)), n: c.n }, c.n] as const,
      { w: tensor(1), n },
      x,
    ),
}

/** What a whole number may do besides. */
const wholeFunctions: Readonly<Record<string, (n: number) => unknown>> = {
  'times int32': (n) => [mul(k, n), add(n, u), sub(k, n), maximum(k, n)],
  'compared with int32': (n) => [equal(k, n), less(n, u), greater(k, n)],
  'chosen among int32': (n) => where(greater(k, 1), k, n),
  'as an int32 tensor': (n) => tensor(n, { dtype: 'int32' }),
  'an index': (n) => take(d, n),
  'an index among others': (n) => take(d, [n, 0]),
  'a label': (n) => oneHot(n, 3),
  'a label among others': (n) => oneHot([0, n], 3),
  'where updates go': (n) => scatterAdd(zeros([3]), [n], tensor([5])),
  'an address of randomness': (n) => uniform(foldIn(key(7), n), [3]),
}

const numbers = [2.5, 1, 0, -0, NaN, Infinity, -Infinity, 3, -1, 1e-3, 0.1, 1e300, 5e-324, 16777217]

describe('a number among the arguments of a compiled function', () => {
  it('gives what the eager function gives, to the bit and by one program', () => {
    for (const [name, f] of Object.entries(functions)) {
      const compiled = jit(f)
      for (const n of numbers)
        expect(
          outcome(() => compiled(n)),
          `${name}, ${n}`,
        ).toEqual(outcome(() => f(n)))
      expect(traceCount(compiled), name).toBe(1)
    }
  })

  it('gives it up to rounding where the program sums in another order', () => {
    for (const [name, f] of Object.entries(roundedFunctions)) {
      const compiled = jit(f)
      for (const n of [2.5, 0, 1e-3, 0.1, NaN, Infinity, 16777217]) {
        const [actual, expected] = [compiled(n), f(n)].map(leavesOf)
        actual!.forEach((leaf, i) => {
          expect([leaf.dtype, leaf.shape]).toEqual([expected![i]!.dtype, expected![i]!.shape])
          const exact = toTypedArray(expected![i]!)
          toTypedArray(leaf).forEach((value, j) => {
            const near = Math.abs(value - exact[j]!) <= 1e-6 * Math.abs(exact[j]!)
            expect(near || Object.is(value, exact[j]), `${name}, ${n}: ${value} for ${exact[j]!}`).toBe(true)
          })
        })
      }
      expect(traceCount(compiled), name).toBe(1)
    }
  })

  it('where it is whole also among integers, as an index and as an address', () => {
    for (const [name, f] of Object.entries(wholeFunctions)) {
      const compiled = jit(f)
      for (const n of [1, 0, 2])
        expect(
          outcome(() => compiled(n)),
          `${name}, ${n}`,
        ).toEqual(outcome(() => f(n)))
      expect(traceCount(compiled), name).toBe(1)
    }
  })

  it('is refused at a call where the eager function refuses it, with the same words', () => {
    for (const [name, f] of Object.entries(wholeFunctions)) {
      const compiled = jit(f)
      for (const n of [1, 2.5, -1, NaN, 2 ** 33, 0])
        expect(
          outcome(() => compiled(n)),
          `${name}, ${n}`,
        ).toEqual(outcome(() => f(n)))
    }
  })

  it('of any value and at any depth is one program, on every backend', () => {
    const f = (w: Tensor, { rate, more: [shift] }: { rate: number; more: readonly [number] }) =>
      add(mul(w, rate), shift)
    for (const backend of ['native', 'wasm', 'typescript'] as const)
      for (const dtype of ['float32', 'float64'] as const satisfies readonly DType[]) {
        const w = tensor([1, -0.5, 8], { dtype })
        const compiled = jit(f, { backend })
        fc.assert(
          fc.property(fc.double(), fc.double(), (rate, shift) => {
            const expected = f(w, { rate, more: [shift] })
            const actual = compiled(w, { rate, more: [shift] })
            // A product and a sum may be rounded once.
            const [a, e] = [toTypedArray(actual), toTypedArray(expected)]
            a.forEach((value, i) => {
              const exact = e[i]!
              if (Object.is(value, exact)) return
              // Rounded once, a product that overflows by itself need not.
              const product = (toTypedArray(w)[i] ?? NaN) * rate
              const largest = dtype === 'float32' ? 3.4028234e38 : Number.MAX_VALUE
              if (Number.isFinite(rate) && !(Math.abs(product) <= largest)) return
              const size = Math.abs(rate) * 8 + Math.abs(shift) + 2 ** (dtype === 'float32' ? -125 : -1021)
              expect(Math.abs(value - exact) <= size * 2 ** (dtype === 'float32' ? -22 : -51)).toBe(true)
            })
          }),
          { numRuns: 60 },
        )
        expect(traceCount(compiled)).toBe(1)
      }
  })

  it('in random functions of numbers and tensors of one dtype gives the eager values and dtypes', () => {
    // Multiples of 1/64 of moderate size: sums and few products are exact, in whatever order they are taken.
    const dyadic = fc.integer({ min: -64, max: 64 }).map((n) => n / 64)
    type Term =
      | { readonly op: 'number'; readonly index: number }
      | { readonly op: 'tensor'; readonly index: number }
      | { readonly op: 'literal'; readonly value: number }
      | { readonly op: 'add' | 'sub' | 'mul' | 'max' | 'min' | 'where'; readonly of: readonly [Term, Term] }
    const { term } = fc.letrec<{ term: Term }>((tie) => ({
      term: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.record({ op: fc.constantFrom('number', 'tensor') as fc.Arbitrary<'number'>, index: fc.nat(2) }),
        dyadic.map((value) => ({ op: 'literal' as const, value })),
        fc.record({
          op: fc.constantFrom('add', 'sub', 'mul', 'max', 'min', 'where') as fc.Arbitrary<'add'>,
          of: fc.tuple(tie('term'), tie('term')),
        }),
      ),
    }))
    const pick = { add, sub, mul, max: maximum, min: minimum }
    const evaluate = (t: Term, xs: readonly Tensor[], ns: readonly number[]): Tensor | number => {
      if (t.op === 'number') return ns[t.index]!
      if (t.op === 'tensor') return xs[t.index]!
      if (t.op === 'literal') return t.value
      const [a, b] = t.of.map((part) => evaluate(part, xs, ns)) as [Tensor, Tensor]
      return t.op === 'where' ? where(less(a, b), a, b) : pick[t.op](a, b)
    }
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(dyadic, dyadic, dyadic), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('float32', 'float64'),
        (terms, calls, dtype) => {
          const xs = [
            tensor([0.5, -1, 2], { dtype }),
            tensor(0.25, { dtype }),
            tensor([[1], [-0.5]], { dtype }),
          ]
          const f = (ns: readonly number[]) => terms.map((t) => evaluate(t, xs, ns))
          const compiled = jit(f)
          for (const ns of calls) expect(outcome(() => compiled(ns))).toEqual(outcome(() => f(ns)))
          expect(traceCount(compiled)).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 120 },
    )
  })

  it('costs one program for 2,000 rates', () => {
    const step = jit((w: Tensor, rate: number) => sub(w, mul(rate, cos(w))))
    let w = tensor([1, 2])
    for (let i = 0; i < 2000; i++) w = step(w, 0.1 / (1 + i))
    expect(traceCount(step)).toBe(1)
  })

  it('keeps results of earlier calls as they were', async () => {
    const f = (n: number) => ({ scalar: tensor(n), spread: full([3], n), moved: add(x, n) })
    const [compiled, later] = [jit(f), jitAsync(f)]
    const results = numbers.map((n) => compiled(n))
    const promised = await Promise.all(numbers.map((n) => later(n)))
    numbers.forEach((n, i) => {
      expect(laidOpen(results[i])).toEqual(laidOpen(f(n)))
      expect(laidOpen(promised[i])).toEqual(laidOpen(f(n)))
    })
  })

  it('agrees under grad, vmap and an outer jit', () => {
    const f = jit((w: Tensor, n: number) => sum(mul(square(w), n)))
    const g = (w: Tensor, n: number) => sum(mul(square(w), n))
    for (const n of [0.5, 3, -2]) {
      expect(toArray(grad(f)(x, n))).toEqual(toArray(grad(g)(x, n)))
      expect(toArray(jit(grad(f))(x, n))).toEqual(toArray(grad(g)(x, n)))
      const each = vmap((v: Tensor) => f(v, n))
      expect(toArray(each(x))).toEqual(toArray(vmap((v: Tensor) => g(v, n))(x)))
      expect(item(jit((v: Tensor, m: number) => f(v, m))(x, n))).toBe(item(g(x, n)))
    }
  })
})

describe('a traced number that JavaScript computes with', () => {
  const misuses: Readonly<Record<string, (n: number) => unknown>> = {
    product: (n) => mul(x, n * 2),
    comparison: (n) => (n > 0.5 ? x : d),
    'loose equality': (n) => ((n as unknown) == 0.5 ? x : d),
    'Math function': (n) => mul(x, Math.sqrt(n)),
    text: (n) => `${n}`,
    concatenation: (n) => 'rate ' + String(n),
    JSON: (n) => JSON.stringify({ n }),
    toFixed: (n) => n.toFixed(2),
    axis: (n) => sum(tensor([[1]]), { axis: n }),
    shape: (n) => reshape(x, [n]),
    'full shape': (n) => zeros([n]),
    count: (n) => Array.from({ length: n }, () => x),
    'table entry': (n) => [x, d][n],
    spread: (n) => [...(n as never as number[])],
    bound: (n) => uniform(key(0), [2], { low: n }),
  }

  it('throws an error that names the argument and static', () => {
    for (const [name, f] of Object.entries(misuses)) {
      const compiled = jit((_: Tensor, options: { readonly depth: { readonly n: number } }) =>
        f(options.depth.n),
      )
      const call = (): unknown => compiled(x, { depth: { n: 1 } })
      expect(call, name).toThrow(UnknownValueError)
      expect(call, name).toThrow(/argument 1\.depth\.n .*static: \['1\.depth\.n'\]/)
      expect(() => jit(f)(1), name).toThrow(/argument 0 .*static: \[0\]/)
    }
  })

  it('is found out where the function decides by it', () => {
    const [one, other] = [tensor([1, 2]), tensor([3, 4])]
    const decisions: Readonly<Record<string, (n: number) => unknown>> = {
      truth: (n) => (n ? mul(x, 2) : x),
      'a default': (n) => mul(x, n || 5),
      'a default in a record': (n) => ({ x, n: n || 5 }),
      'a default among elements': (n) => mul(tensor([n || 1, 2, 3]), x),
      negation: (n) => ({ x, off: !n }),
      'equality with the number of the call': (n) => (n === 3 ? x : mul(x, n)),
      'equality with 0': (n) => (n === 0 ? x : mul(x, n)),
      'choice of a literal': (n) => mul(x, n === 3 ? 7 : 8),
      'choice of a constant': (n) => mul(tensor([5, 6]), n === 3 ? one : other),
      'choice of a text': (n) => ({ x, name: n === 3 ? 'a' : 'b' }),
      switch: (n) => {
        switch (n) {
          case 3:
            return x
          default:
            return mul(x, x)
        }
      },
      'kind of value': (n) => (typeof n === 'number' ? mul(x, 2) : x),
      'dtype by kind of value': (n) => mul(typeof n === 'number' ? tensor(n, { dtype: 'float64' }) : n, 2),
      'Number.isInteger': (n) => (Number.isInteger(n) ? x : mul(x, n)),
      'Object.is': (n) => (Object.is(n, 3) ? x : mul(x, n)),
      membership: (n) => ([1, 2, 3].includes(n) ? x : mul(x, n)),
      'a look-up': (n) => new Map([[3, x]]).get(n) ?? mul(x, 3),
      'a length': (n) => Array.from(new Array<number>(n), () => x),
      'in a loop body': (n) => scan((c: Tensor, e: Tensor) => [n ? add(c, e) : c, c] as const, tensor(1), x),
      'inside a derivative': (n) => grad((w: Tensor) => sum(n === 3 ? square(w) : w))(x),
    }
    for (const [name, f] of Object.entries(decisions)) {
      const compiled = jit((_: Tensor, o: { readonly a: number; readonly n: number }) => [
        mul(x, o.a),
        f(o.n),
      ])
      const call = (): unknown => compiled(x, { a: 2, n: 3 })
      expect(call, name).toThrow(/decides by the number at argument 1\.n .*static: \['1\.n'\]/)
      expect(call, name).toThrow(UnknownValueError)
      const known = jit(f, { static: [0] })
      for (const n of [3, 0, 3])
        expect(
          outcome(() => known(n)),
          name,
        ).toEqual(outcome(() => f(n)))
    }
  })

  it('is not suspected where it only passes through, whatever the function does besides', () => {
    const passes: Readonly<Record<string, (n: number) => unknown>> = {
      'tests of other things': (n) => (x.rank === 1 ? mul(x, n) : x),
      'a default for nothing': (n: number | undefined) => mul(x, n ?? 3),
      'randomness of JavaScript': (n) => [
        mul(x, n),
        mul(x, Math.random()),
        tensor([Math.random()]),
        new Date(),
      ],
      'kinds that come to the same': (n) => mul(typeof n === 'number' ? tensor(n) : n, x),
      'constants made anew': (n) => mul(add(tensor([1, 2, 3]), new Date(0).getTime()), n),
      'typed arrays': (n) => mul(tensor(new Float32Array([1, 2, 3])), n),
      'elements that are read': (n) => mul(x, item(add(tensor(1), 1)) > 1 ? n : 0),
    }
    for (const [name, f] of Object.entries(passes)) {
      const compiled = jit(f)
      for (const n of [3, 0.5, 0]) expect(() => compiled(n), name).not.toThrow()
      expect(traceCount(compiled), name).toBe(1)
    }
  })

  it('works once it is static, by position and by path, with a program for each value', () => {
    const power = (v: Tensor, n: number): Tensor => (n > 1 ? mul(v, power(v, n - 1)) : v)
    const byPosition = jit(power, { static: [1] })
    const byPath = jit(
      (v: Tensor, o: { readonly n: number; readonly by: number }) => mul(power(v, o.n), o.by),
      {
        static: ['1.n'],
      },
    )
    for (const n of [1, 2, 3, 2, 1]) {
      expect(toArray(byPosition(x, n))).toEqual([1, (-2) ** n, 3 ** n])
      for (const by of [0.5, 2])
        expect(toArray(byPath(x, { n, by }))).toEqual([by, by * (-2) ** n, by * 3 ** n])
    }
    expect(traceCount(byPosition)).toBe(3)
    expect(traceCount(byPath)).toBe(3)
  })

  it('can be printed', async () => {
    const { inspect } = await import('node:util')
    const seen: string[] = []
    jit((n: number) => {
      seen.push(inspect(n))
      return add(n, 1)
    })(3)
    expect(seen[0]).toBe('TracedNumber(argument 0)')
    expect(() => jit(async (n: number) => add(n, 1))(3)).toThrow(/returns a promise/)
  })
})
