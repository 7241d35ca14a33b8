import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import {
  add,
  exp,
  jit,
  key,
  matmul,
  max,
  mul,
  normal,
  reshape,
  square,
  stage,
  sub,
  sum,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/node.ts'

const random = (seed: number, shape: readonly number[]): Tensor =>
  normal(key(seed), shape, { dtype: 'float64' }) as Tensor

type Of = (...args: readonly Tensor[]) => Tensor | readonly Tensor[]

/** The nests that reduce: what they run over, and whether rows are added up or each is summed. */
const reducing = (f: Of, ...args: readonly Tensor[]): readonly string[] =>
  lower(prepare(stage(f)(...args).program)).kernels.instructions.flatMap((instruction) => {
    if (instruction.kind !== 'nest') return []
    const { outer, rows, columns, steps, accumulations } = instruction
    const ways = [
      ...steps
        .filter(({ operation }) => operation === 'rowSum' || operation === 'rowMax')
        .map(() => 'row by row'),
      ...accumulations.map(({ over }) => `over ${over}`),
    ]
    return ways.length === 0 ? [] : [`${[...outer, rows, columns].join('×')} ${ways.join()}`]
  })

const [points, forms] = [random(1, [8, 1000]), random(2, [500, 8])]
/** `[1000, 25, 20]` whose neighbours in memory lie along the first axis. */
const distances = (x: Tensor): Tensor =>
  transpose(reshape(matmul(forms, x), [25, 20, 1000]), [2, 0, 1]) as Tensor
const centre = random(3, [25, 20])

describe('a reduction along the last axes', () => {
  test('reads neighbours after each other where those lie along another axis', () => {
    expect(reducing((x) => sum(square(sub(distances(x), centre)), { axis: 2 }) as Tensor, points)).toEqual([
      '25×20×1000 over rows',
    ])
    expect(reducing((x) => max(transpose(x), { axis: 1 }) as Tensor, random(4, [20, 1000]))).toEqual([
      '20×1000 over rows',
    ])
  })
  test('keeps its order where neighbours are along it, are few, or differ', () => {
    const rows = (x: Tensor): Tensor => sum(square(x), { axis: 1 }) as Tensor
    expect(reducing((x) => rows(x), random(4, [1000, 20]))).toEqual(['1000×20 row by row'])
    expect(reducing((x) => rows(transpose(x) as Tensor), random(4, [1000, 8]))).toEqual(['8×1000 row by row'])
    expect(
      reducing(
        (x, y) => sum(mul(transpose(x), y), { axis: 1 }) as Tensor,
        random(4, [20, 1000]),
        random(5, [1000, 20]),
      ),
    ).toEqual(['1000×20 row by row'])
  })
  test('keeps its order where others want the elements too', () => {
    const both = (x: Tensor): readonly Tensor[] => {
      const moved = sub(distances(x), centre) as Tensor
      return [sum(square(moved), { axis: 2 }) as Tensor, exp(moved) as Tensor]
    }
    expect(reducing((x) => both(x), points)).toEqual(['1000×25×20 row by row'])
  })
})

const orders: readonly (readonly number[])[] = [
  [0, 1, 2],
  [2, 0, 1],
  [1, 2, 0],
  [2, 1, 0],
  [0, 2, 1],
  [1, 0, 2],
]

test.each(['native', 'wasm', 'typescript'] as const)('has the same values in any order, on %s', (backend) => {
  const cases = fc.record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 16, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
    ),
    order: fc.constantFrom(...orders),
    axes: fc.constantFrom([2], [1, 2]),
    isMax: fc.boolean(),
  })
  fc.assert(
    fc.property(cases, ({ shape, order, axes, isMax }) => {
      const x = random(7, shape)
      const moved = (a: Tensor): Tensor => transpose(mul(a, a), order) as Tensor
      const f = (a: Tensor): Tensor =>
        add(1, isMax ? max(moved(a), { axis: axes }) : sum(moved(a), { axis: axes })) as Tensor
      const [found, expected] = [jit(f, { backend })(x), f(x)]
      expect(found.shape).toEqual(expected.shape)
      const wanted = toTypedArray(expected)
      toTypedArray(found).forEach((e, i) => {
        expect(Math.abs(e - wanted[i]!)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(wanted[i]!)))
      })
    }),
    { numRuns: 40 },
  )
})
