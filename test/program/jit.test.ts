import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  ArgumentError,
  backend,
  checkpoint,
  grad,
  hvp,
  item,
  jit,
  jitAsync,
  key,
  leavesOf,
  matmul,
  mul,
  normal,
  relu,
  scan,
  sin,
  square,
  sub,
  sum,
  tanh,
  take,
  tensor,
  toArray,
  toTypedArray,
  traceCount,
  transpose,
  UnknownValueError,
  valueAndGrad,
  vmap,
  type Tensor,
  type Tree,
} from '../../src/index.ts'
import { programs, runProgram, runScalarProgram } from '../../src/testing/programs.ts'

const availableBackends = (['native', 'wasm', 'typescript'] as const).filter((name) => {
  try {
    jit(sin, { backend: name })(tensor(1))
    return true
  } catch {
    return false
  }
})

const expectTreesClose = (actual: Tree, expected: Tree, tolerance: number): void => {
  const [as, es] = [leavesOf(actual), leavesOf(expected)]
  expect(as.length).toBe(es.length)
  as.forEach((a, i) => {
    const e = es[i]!
    expect([a.shape, a.dtype]).toEqual([e.shape, e.dtype])
    const [x, y] = [Array.from(toTypedArray(a)), Array.from(toTypedArray(e))]
    const scale = 1 + y.reduce((most, v) => Math.max(most, Number.isFinite(v) ? Math.abs(v) : 0), 0)
    for (let k = 0; k < y.length; k++)
      if (!Object.is(x[k], y[k]) && !(Math.abs(x[k]! - y[k]!) <= tolerance * scale))
        expect.fail(`leaf ${i}, element ${k}: expected ${y[k]}, got ${x[k]}`)
  })
}

describe('jit(f) is f', () => {
  const cases = [
    ['float64', 1e-12],
    ['float32', 1e-5],
  ] as const
  it.each(cases)('on random programs in %s, to %d relative to the largest element', (dtype, tolerance) => {
    fc.assert(
      fc.property(programs({ maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (p, size) => {
        const x = mul(normal(key(5), [size, size], { dtype }), tensor(0.5, { dtype }))
        const f = runProgram(p)
        expectTreesClose(jit(f)(x), f(x), tolerance)
      }),
      { numRuns: 60 },
    )
  })

  it('on their gradients and Hessian-vector products in float64, to 1e-10', () => {
    fc.assert(
      fc.property(programs({ maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (p, size) => {
        const x = normal(key(6), [size, size], { dtype: 'float64' })
        const f = runScalarProgram(p)
        expectTreesClose(jit(grad(f))(x), grad(f)(x), 1e-10)
        const product = (v: Tensor) => hvp(f)(v, sin(v))
        expectTreesClose(jit(product)(x), product(x), 1e-10)
      }),
      { numRuns: 40 },
    )
  })

  const network = (p: { readonly w1: Tensor; readonly b1: Tensor; readonly w2: Tensor }, x: Tensor) =>
    matmul(relu(add(matmul(x, p.w1), p.b1)), p.w2)
  const parameters = {
    w1: normal(key(1), [7, 5]),
    b1: normal(key(2), [5]),
    w2: normal(key(3), [5, 3]),
  }
  const batch = normal(key(4), [11, 7])
  const loss = (p: typeof parameters, x: Tensor) => sum(square(network(p, x)))

  it('on the value and gradient of a network, at every call', () => {
    const step = jit(valueAndGrad(loss))
    for (let i = 0; i < 3; i++) {
      const x = mul(batch, tensor(i + 1))
      const [value, gradient] = step(parameters, x)
      expectTreesClose([value, gradient], [...valueAndGrad(loss)(parameters, x)], 1e-5)
    }
    expect(traceCount(step)).toBe(1)
  })

  it('with loops and checkpoints inside', () => {
    const epoch = (w: Tensor, xs: Tensor) =>
      scan(
        (v: Tensor, x: Tensor) =>
          [
            sub(v, mul(grad(checkpoint((u: Tensor) => sum(square(mul(u, x)))))(v), tensor(0.1))),
            sum(v),
          ] as const,
        w,
        xs,
      )
    const w = tensor([1, 2, 3])
    const xs = normal(key(9), [6, 3])
    expectTreesClose(jit(epoch)(w, xs), epoch(w, xs), 1e-5)
  })

  it('inside grad, vmap and another jit', () => {
    const f = jit((x: Tensor) => sum(tanh(x)))
    const x = normal(key(8), [4, 3], { dtype: 'float64' })
    expectTreesClose(grad(f)(x), grad((v: Tensor) => sum(tanh(v)))(x), 1e-12)
    expectTreesClose(vmap(f)(x), vmap((v: Tensor) => sum(tanh(v)))(x), 1e-12)
    expectTreesClose(jit((v: Tensor) => add(f(v), f(v)))(x), add(f(x), f(x)), 1e-12)
    const closed = (c: Tensor) => sum(jit((v: Tensor) => mul(v, c))(x))
    expectTreesClose(grad(closed)(tensor(2, { dtype: 'float64' })), sum(x), 1e-12)
  })

  it('on views, and with outputs that are inputs, constants and views', () => {
    const c = tensor([[1, 2]])
    const f = (x: Tensor) => ({ same: x, turned: transpose(x), constant: c, twice: add(x, x), kept: 'text' })
    const x = transpose(normal(key(7), [4, 3]))
    const actual = jit(f)(x)
    expectTreesClose(actual, f(x), 0)
    expect(actual.kept).toBe('text')
    expect(toArray(actual.turned)).toEqual(toArray(transpose(x)))
  })
})

describe('a compiled function', () => {
  it('is written down once for each structure, shape, dtype and static leaf', () => {
    const f = jit((t: { readonly x: Tensor; readonly scale: number }) => mul(t.x, tensor(t.scale)), {
      static: ['0.scale'],
    })
    const calls: readonly (readonly [Tensor, number, number])[] = [
      [tensor([1, 2]), 2, 1],
      [tensor([3, 4]), 2, 1],
      [tensor([3, 4]), 3, 2],
      [tensor([3]), 3, 3],
      [tensor([1, 2]), 2, 3],
    ]
    for (const [x, scale, count] of calls) {
      expect(toArray(f({ scale, x }))).toEqual((toArray(x) as number[]).map((v) => v * scale))
      expect(traceCount(f)).toBe(count)
    }
  })

  it('never changes what an earlier call returned', () => {
    const f = jit((x: Tensor) => mul(x, x))
    const results = Array.from({ length: 50 }, (_, i) => f(tensor([i, i + 1])))
    results.forEach((r, i) => expect(toArray(r)).toEqual([i * i, (i + 1) * (i + 1)]))
  })

  it('says where it reads elements, and which index lies outside', () => {
    expect(() => jit((x: Tensor) => (item(x) > 0 ? x : mul(x, x)))(tensor(1))).toThrow(UnknownValueError)
    const pick = jit((x: Tensor, i: Tensor) => take(x, i))
    expect(() => pick(tensor([1, 2]), tensor([2], { dtype: 'int32' }))).toThrow(ArgumentError)
  })

  it('names the backends there are', () => {
    expect(() => jit(sin, { backend: 'abacus' as never })(tensor(1))).toThrow(
      /"abacus" is not available here/,
    )
    expect(backend()).toBe(process.env['PUREGRAD_BACKEND'] ?? backend())
  })

  it('may run off the main thread, also while other calls are under way', async () => {
    const f = (x: Tensor) => sum(tanh(matmul(x, x)))
    const g = jitAsync(f)
    const xs = Array.from({ length: 6 }, (_, i) => normal(key(i), [20, 20], { dtype: 'float64' }))
    const results = await Promise.all(xs.map((x) => g(x)))
    results.forEach((result, i) => expectTreesClose(result, f(xs[i]!), 1e-12))
    expect(traceCount(g)).toBe(1)
    await expect(jitAsync((x: Tensor) => tensor(item(x)))(tensor(1))).rejects.toThrow(UnknownValueError)
  })

  it('gives the same bytes on every backend when it is reproducible', () => {
    fc.assert(
      fc.property(programs({ maxLength: 6 }), fc.integer({ min: 1, max: 4 }), (p, size) => {
        const x = normal(key(11), [size, size])
        const f = grad(runScalarProgram(p))
        const [first, ...others] = availableBackends.map((name) =>
          toTypedArray(jit(f, { backend: name, reproducible: true })(x)),
        )
        for (const other of others) expect(other).toEqual(first)
      }),
      { numRuns: 40 },
    )
  })
})
