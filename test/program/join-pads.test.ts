import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import {
  abs,
  add,
  broadcastTo,
  concat,
  exp,
  flip,
  grad,
  jit,
  key,
  mul,
  neg,
  normal,
  pad,
  slice,
  square,
  sub,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { joinPads } from '../../src/compile/passes/join-pads.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'

const staged = (f: (x: Tensor) => Tensor, x: Tensor) =>
  inlineCalls(stageFlat(([y]) => [f(y as unknown as Tensor) as unknown as AnyValue], [x]).program)

const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [slice(x, [0], [-1]), slice(x, [1])]
  return sum(add(mul(100, square(sub(b, square(a)))), square(sub(1, a))))
}

/** One more value from the earlier ones, all `[rows, columns]`, shifted along an axis by a pad of a slice. */
type Line =
  | {
      readonly kind: 'shift'
      readonly of: number
      readonly axis: number
      readonly from: number
      readonly by: number
      /** Whether the same slice also reverses the other axis, as the pad of its derivative does. */
      readonly turned: boolean
    }
  | { readonly kind: 'exp' | 'neg' | 'abs'; readonly of: number }
  /** In the other order: a slice of the same shape that is not the whole of its operand as it lies. */
  | { readonly kind: 'reversed' | 'spread'; readonly of: number; readonly axis: number }
  | { readonly kind: 'add' | 'mul' | 'sub'; readonly of: number; readonly and: number }
  | {
      readonly kind: 'concat'
      readonly of: number
      readonly and: number
      readonly axis: number
      readonly at: number
    }

const lines = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('shift' as const),
      of: fc.nat({ max: 4 }),
      axis: fc.nat({ max: 1 }),
      from: fc.nat({ max: 2 }),
      by: fc.nat({ max: 2 }),
      turned: fc.boolean(),
    }),
    fc.record({
      kind: fc.constantFrom('exp' as const, 'neg' as const, 'abs' as const),
      of: fc.nat({ max: 4 }),
    }),
    fc.record({
      kind: fc.constantFrom('reversed' as const, 'spread' as const),
      of: fc.nat({ max: 4 }),
      axis: fc.nat({ max: 1 }),
    }),
    fc.record({
      kind: fc.constantFrom('add' as const, 'mul' as const, 'sub' as const),
      of: fc.nat({ max: 4 }),
      and: fc.nat({ max: 4 }),
    }),
    fc.record({
      kind: fc.constant('concat' as const),
      of: fc.nat({ max: 4 }),
      and: fc.nat({ max: 4 }),
      axis: fc.nat({ max: 1 }),
      at: fc.nat({ max: 3 }),
    }),
  ),
  { minLength: 2, maxLength: 12 },
)

const run = (program: readonly Line[], x: Tensor): Tensor => {
  const values = [x]
  const at = (back: number): Tensor => values[Math.max(0, values.length - 1 - back)]!
  const part = (y: Tensor, axis: number, from: number, to: number): Tensor =>
    axis === 0 ? slice(y, [from, 0], [to, y.shape[1]!]) : slice(y, [0, from], [y.shape[0]!, to])
  const turnedPart = (y: Tensor, axis: number, from: number, to: number): Tensor => {
    const [rows, columns] = y.shape as readonly [number, number]
    return axis === 0
      ? slice(y, [from, columns - 1], [to, -columns - 1], [1, -1])
      : slice(y, [rows - 1, from], [-rows - 1, to], [-1, 1])
  }
  const unary = { exp: (y: Tensor) => exp(neg(abs(y))), neg, abs }
  const binary = { add, sub, mul: (y: Tensor, z: Tensor) => mul(0.5, mul(y, z)) }
  for (const line of program) {
    switch (line.kind) {
      case 'shift': {
        const n = x.shape[line.axis]!
        const [from, by] = [Math.min(line.from, n - 1), Math.min(line.by, n - 1)]
        const length = n - Math.max(from, by)
        const piece = line.turned
          ? turnedPart(at(line.of), line.axis, from, from + length)
          : part(at(line.of), line.axis, from, from + length)
        const widths = [0, 1].map((axis) =>
          axis === line.axis ? ([by, n - by - length] as const) : ([0, 0] as const),
        )
        values.push(pad(piece, widths))
        break
      }
      case 'concat': {
        const n = x.shape[line.axis]!
        const cut = Math.min(line.at, n)
        values.push(
          concat([part(at(line.of), line.axis, 0, cut), part(at(line.and), line.axis, cut, n)], {
            axis: line.axis,
          }),
        )
        break
      }
      case 'reversed':
        values.push(flip(at(line.of), { axis: line.axis }))
        break
      case 'spread':
        values.push(broadcastTo(part(at(line.of), line.axis, 0, 1), x.shape))
        break
      case 'exp':
      case 'neg':
      case 'abs':
        values.push(unary[line.kind](at(line.of)))
        break
      default:
        values.push(binary[line.kind](at(line.of), at(line.and)))
    }
  }
  return values[values.length - 1]!
}

const cases = [lines, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 7 })] as const

describe('pads joined', () => {
  it.each(['native', 'wasm', 'typescript'] as const)(
    'are not those that reverse an axis too, on the %s backend',
    (backend) => {
      const x = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ])
      const weights = tensor([
        [1, 2],
        [10, 20],
      ])
      const turned = (y: Tensor, from: number): Tensor => slice(y, [1, from], [-3, from + 2], [-1, 1])
      const one = grad((y: Tensor) => sum(mul(square(turned(y, 0)), weights)))
      const two = grad((y: Tensor) => sum(mul(square(sub(turned(y, 0), turned(y, 1))), weights)))
      expect(toArray(jit(one, { backend })(x))).toEqual([
        [20, 80, 0],
        [8, 20, 0],
      ])
      expect(toArray(jit(two, { backend })(x))).toEqual([
        [-20, -20, 40],
        [-2, -2, 4],
      ])
    },
  )

  it('leave the Rosenbrock gradient without a pad', () => {
    const program = joinPads(staged(grad(rosenbrock), normal(key(1), [10])))
    expect(program.equations.filter(({ operation }) => operation === 'pad')).toEqual([])
    expect(program.equations.filter(({ operation }) => operation === 'concat').length).toBe(1)
  })

  it.each([0, 1])('keep the order of a reversed axis beside a pad along axis %i', (axis) => {
    const x = normal(key(3), [3, 4])
    const f = (y: Tensor): Tensor => {
      const reversed = flip(y, { axis: 1 - axis })
      const first = axis === 0 ? slice(y, [0], [1]) : slice(y, [0, 0], [3, 1])
      const widths = [0, 1].map((k) => (k === axis ? ([0, axis === 0 ? 2 : 3] as const) : ([0, 0] as const)))
      return add(pad(first, widths), mul(reversed, 3))
    }
    const before = staged(f, x)
    const after = joinPads(before)
    expect(after.equations.some(({ operation }) => operation === 'concat')).toBe(true)
    const [expected, actual] = [before, after].map((program) => evaluateProgram(program, [x as never])[0])
    expect(copyElements(actual as ConcreteTensor)).toEqual(copyElements(expected as ConcreteTensor))
  })

  it('change no byte of what a program gives', () => {
    fc.assert(
      fc.property(...cases, (program, rows, columns) => {
        const x = normal(key(7), [rows, columns])
        const before = staged((y) => run(program, y), x)
        const [expected] = evaluateProgram(before, [x as never])
        const [actual] = evaluateProgram(joinPads(before), [x as never])
        expect(copyElements(actual as ConcreteTensor)).toEqual(copyElements(expected as ConcreteTensor))
      }),
      { numRuns: 200 },
    )
  })

  it.each(['native', 'typescript'] as const)(
    'run compiled on the %s backend, with their gradients',
    (backend) => {
      fc.assert(
        fc.property(...cases, (program, rows, columns) => {
          const x = normal(key(7), [rows, columns], { dtype: 'float64' })
          const f = grad((y: Tensor) => sum(square(run(program, y))))
          const [expected, actual] = [toArray(f(x)), toArray(jit(f, { backend })(x))] as number[][][]
          expected!.forEach((row, i) =>
            row.forEach((value, j) => expect(actual![i]![j]).toBeCloseTo(value, 9)),
          )
        }),
        { numRuns: 60 },
      )
    },
  )
})
