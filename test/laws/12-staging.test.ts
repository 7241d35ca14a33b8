import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  checkpoint,
  cond,
  cos,
  custom,
  decodeProgram,
  encodeProgram,
  grad,
  greater,
  hvp,
  item,
  jvp,
  leavesOf,
  mul,
  printProgram,
  programFunction,
  runStaged,
  scan,
  sin,
  stack,
  stage,
  sum,
  tensor,
  toArray,
  toTypedArray,
  UnknownValueError,
  vjp,
  vmap,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { programs, runProgram, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, smoothCases } from './primitives.ts'
import {
  bitsOf,
  claimedForward,
  claimedReverse,
  f64,
  matrixFunctions,
  structuralCases,
  type wrappings,
} from '../program/cases.ts'

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })

const bits = (tree: unknown): readonly string[] => leavesOf(tree).map(bitsOf)

/**
 * A branch that is known when the function runs is differentiated together with what is around it, one in a program
 * by itself: its derivatives are summed in another order.
 */
const expectSame = (found: unknown, expected: unknown, wrapping: keyof typeof wrappings): void => {
  if (wrapping !== 'cond') expect(bits(found)).toEqual(bits(expected))
  expect(leavesOf(found).map(({ shape }) => shape)).toEqual(leavesOf(expected).map(({ shape }) => shape))
  leavesOf(found).forEach((leaf, i) => {
    const other = toTypedArray(leavesOf(expected)[i] as Tensor)
    toTypedArray(leaf).forEach((x, j) => {
      expect(Math.abs(x - (other[j] ?? NaN))).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(x)))
    })
  })
}

const throughText = (program: Program): Program => {
  const again = decodeProgram(JSON.parse(JSON.stringify(encodeProgram(program))))
  if (E.isLeft(again)) throw new Error(again.left.message)
  return again.right
}

/** The transformations of a function of one matrix, each at x along v. */
const transformations: Readonly<Record<string, (f: (x: Tensor) => Tensor, x: Tensor, v: Tensor) => unknown>> =
  {
    value: (f, x) => f(x),
    grad: (f, x) => grad((y: Tensor): Tensor => sum(f(y)))(x),
    jvp: (f, x, v) => jvp(f, [x], [v]),
    vjp: (f, x, v) => vjp(f, x)[1](v),
    vmap: (f, x, v) => vmap(f)(stack([x, v])),
    hvp: (f, x, v) => hvp((y: Tensor): Tensor => sum(sin(f(y))))(x, v),
    'grad of grad': (f, x, v) =>
      grad((y: Tensor): Tensor => sum(mul(grad((z: Tensor): Tensor => sum(sin(f(z))))(y), v)))(x),
    'vmap of grad': (f, x, v) => vmap(grad((y: Tensor): Tensor => sum(f(y))))(stack([x, v])),
    'grad of vmap': (f, x, v) => grad((y: Tensor): Tensor => sum(vmap(f)(y)))(stack([x, v])),
  }

describe('law 12: the program of a function is the function', () => {
  test.each([...smoothCases, ...constantCases, ...structuralCases])('$name', ({ f, inputs }) => {
    const run = f
    const staged = stage(run)(...inputs)
    expect(bits(runStaged(staged)(...inputs))).toEqual(bits(run(...inputs)))
    expect((evaluateProgram(staged.program, inputs as never) as readonly Tensor[]).map(bitsOf)).toEqual(
      bits(run(...inputs)),
    )
  })

  test.each(Object.keys(transformations))('%s of random programs, bit for bit', (name) => {
    const transform = transformations[name] as (typeof transformations)[string]
    fc.assert(
      fc.property(programs(), matrix, matrix, (program, x, v) => {
        const f = runProgram(program)
        expect(bits(transform(runStaged(stage(f)(x)), x, v))).toEqual(bits(transform(f, x, v)))
      }),
      { numRuns: 40 },
    )
  })

  test.each(Object.keys(transformations))('%s of programs with programs inside', (name) => {
    const transform = transformations[name] as (typeof transformations)[string]
    fc.assert(
      fc.property(matrixFunctions({ maxLength: 3 }), matrix, matrix, ({ f, wrapping }, x, v) => {
        const { program } = stage(f)(x)
        const found = transform(runStaged(stage(f)(x)), x, v)
        expectSame(found, transform(f, x, v), wrapping)
        const decoded = (y: Tensor): Tensor => programFunction(throughText(program))(y)[0] as Tensor
        expect(bits(transform(decoded, x, v))).toEqual(bits(found))
      }),
      { numRuns: 40 },
    )
  })

  test('the derivative of a staged program is the staged derivative, as a program', () => {
    fc.assert(
      fc.property(programs(), matrix, (program, x) => {
        const f = runScalarProgram(program)
        const before = stage(grad(f))(x)
        const after = stage(grad(runStaged(stage(f)(x))))(x)
        expect(bits(runStaged(after)(x))).toEqual(bits(grad(f)(x)))
        expect(bits(runStaged(before)(x))).toEqual(bits(grad(f)(x)))
        expect(printProgram(after.program)).toBe(printProgram(before.program))
      }),
      { numRuns: 60 },
    )
    fc.assert(
      fc.property(matrixFunctions({ maxLength: 3 }), matrix, ({ f, wrapping }, x) => {
        const loss = (y: Tensor): Tensor => sum(f(y))
        const before = stage(grad(loss))(x)
        const after = stage(grad(runStaged(stage(loss)(x))))(x)
        // The pullback of a rule in reverse form is written down with the value the rule computes beside it.
        if (wrapping !== 'custom') expect(printProgram(after.program)).toBe(printProgram(before.program))
        expect(bits(runStaged(after)(x))).toEqual(bits(runStaged(before)(x)))
        expectSame(runStaged(before)(x), grad(loss)(x), wrapping)
      }),
      { numRuns: 60 },
    )
  })

  test('a program depends on shapes, not on the values it was staged with', () => {
    fc.assert(
      fc.property(matrixFunctions(), matrix, matrix, ({ f }, x, y) => {
        expect(printProgram(stage(f)(x).program)).toBe(printProgram(stage(f)(y).program))
        expect(bits(runStaged(stage(f)(x))(y))).toEqual(bits(f(y)))
      }),
      { numRuns: 60 },
    )
  })

  test('tensors the function closes over become constants, each once', () => {
    const w = f64([2, 3])
    const { program } = stage((x: Tensor) => sum(mul(add(mul(x, w), w), w)))(f64([1, 1]))
    expect(program.constants.length).toBe(1)
    expect(program.constants[0]).toBe(w)
    expect(program.inputs.length).toBe(1)
    const within = stage((x: Tensor) =>
      scan(
        (c: Tensor, e: Tensor): readonly [Tensor, undefined] => [add(mul(c, w), e), undefined],
        x,
        stack([w, w]),
      ),
    )(f64([1, 1])).program
    const body = within.equations.find(({ operation }) => operation === 'scan')
    expect(body?.operation === 'scan' ? body.params.body.constants[0] : undefined).toBe(w)
  })

  test('a function that branches on values says so', () => {
    const branching = (x: Tensor): Tensor => (item(x) > 0 ? sin(x) : cos(x))
    expect(() => stage(branching)(f64(1))).toThrow(UnknownValueError)
    expect(() => stage(branching)(f64(1))).toThrow(
      /item: while a function is staged .* where\(condition, a, b\) or cond/,
    )
    expect(() => stage((x: Tensor) => toArray(x))(f64(1))).toThrow(UnknownValueError)
    expect(() => stage(grad((x: Tensor) => mul(x, item(x))))(f64(1))).toThrow(UnknownValueError)
    expect(() => stage(vmap(branching))(f64([1, 2]))).toThrow(UnknownValueError)
    // A value that does not depend on the arguments is known.
    expect(item(runStaged(stage((x: Tensor) => mul(x, item(f64(3))))(f64(1)))(f64(2)))).toBe(6)
    const remedied = (x: Tensor): Tensor => cond(greater(x, 0), sin, cos, x) as Tensor
    expect(item(runStaged(stage(remedied)(f64(1)))(f64(-1)))).toBe(Math.cos(-1))
  })
})

describe('law 12: derivative rules survive staging', () => {
  const at = f64([0.5, -2])
  const restaged = (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => {
    const { program } = stage(f)(at)
    return (x) => programFunction(throughText(program))(x)[0] as Tensor
  }
  const total =
    (f: (x: Tensor) => Tensor) =>
    (x: Tensor): Tensor =>
      sum(f(x))

  test.each([
    ['forward rule', claimedForward, 3],
    ['reverse rule', claimedReverse, 5],
  ])('custom, %s: the claimed derivative is used, not the true one', (_, claimed, slope) => {
    for (const f of [
      claimed,
      runStaged(stage(claimed)(at)),
      restaged(claimed),
      restaged(restaged(claimed)),
    ]) {
      expect(toArray(grad(total(f))(at))).toEqual([slope, slope])
      expect(toArray(jvp(f, [at], [f64([1, 10])])[1])).toEqual([slope, 10 * slope])
      expect(toArray(vmap(grad(total(f)))(stack([at])))).toEqual([[slope, slope]])
      expect(toArray(grad((x: Tensor): Tensor => sum(vmap(f)(x)))(stack([at])))).toEqual([[slope, slope]])
      // The claimed derivative is constant.
      expect(toArray(hvp(total(f))(at, f64([1, 1])))).toEqual([0, 0])
      expect(toArray(runStaged(stage(grad(total(f)))(at))(at))).toEqual([slope, slope])
      // d/dx of x · f(x) by the rule: f(x) + slope · x.
      const product = grad((x: Tensor): Tensor => sum(mul(x, f(x))))(at)
      expect(bits(product)).toEqual(bits(add(f(at), mul(at, slope))))
    }
  })

  test('custom inside scan, cond and checkpoint', () => {
    const inScan = (x: Tensor): Tensor =>
      scan((c: Tensor): readonly [Tensor, undefined] => [claimedForward(c), undefined], x, undefined, {
        length: 2,
      })[0]
    const inCond = (x: Tensor): Tensor => cond(greater(sum(x), 0), claimedForward, claimedReverse, x)
    const inCheckpoint = checkpoint((x: Tensor) => claimedReverse(claimedForward(x)))
    for (const make of [(f: (x: Tensor) => Tensor) => f, restaged]) {
      expect(toArray(grad(total(make(inScan)))(at))).toEqual([9, 9])
      expect(toArray(grad(total(make(inCond)))(at))).toEqual([5, 5])
      expect(toArray(grad(total(make(inCond)))(f64([2, 1])))).toEqual([3, 3])
      expect(toArray(grad(total(make(inCheckpoint)))(at))).toEqual([15, 15])
    }
  })

  test('custom with records and a rule that uses the primals', () => {
    interface Pair {
      readonly a: Tensor
      readonly b: Tensor
    }
    const f = custom((p: Pair): Pair => ({ a: mul(p.a, p.b), b: sin(p.b) }), {
      vjp: (p) => [
        { a: mul(p.a, p.b), b: sin(p.b) },
        (ct: Pair): [Pair] => [{ a: mul(ct.a, p.b), b: add(mul(ct.b, 100), p.a) }],
      ],
    })
    const loss = (g: (p: Pair) => Pair) => (p: Pair) => {
      const { a, b } = g(p)
      return add(a, mul(b, 2)) as Tensor
    }
    const p: Pair = { a: f64(3), b: f64(0.5) }
    const direct = grad(loss(f))(p)
    expect([item(direct.a), item(direct.b)]).toEqual([0.5, 203])
    const staged = runStaged(stage(f)(p))
    expect(bits(grad(loss(staged))(p))).toEqual(bits(direct))
  })

  test('checkpoint stays one operation and its derivative recomputes', () => {
    const block = checkpoint((x: Tensor): Tensor => sin(sin(sin(x))))
    const { program } = stage(block)(at)
    expect(program.equations.map(({ operation }) => operation)).toEqual(['checkpoint'])
    const operationsOf = (f: (x: Tensor) => Tensor): readonly string[] =>
      stage(grad(total(f)))(at).program.equations.map(({ operation }) => operation)
    for (const f of [block, restaged(block)]) {
      expect(operationsOf(f).filter((name) => name === 'checkpoint').length).toBe(1)
      expect(operationsOf(f).filter((name) => name === 'sin').length).toBeGreaterThanOrEqual(2)
      expect(bits(grad(total(f))(at))).toEqual(bits(grad(total((x: Tensor) => sin(sin(sin(x)))))(at)))
    }
  })

  test('staging, printing and encoding leave the arguments and the program as they were', () => {
    const x = tensor([1, 2])
    const before = bitsOf(x)
    const staged = stage((y: Tensor) => grad(total(claimedForward))(y))(x)
    const text = printProgram(staged.program)
    runStaged(staged)(x)
    grad((y: Tensor): Tensor => sum(runStaged(staged)(y)))(x)
    encodeProgram(staged.program)
    expect(bitsOf(x)).toBe(before)
    expect(printProgram(staged.program)).toBe(text)
  })
})
