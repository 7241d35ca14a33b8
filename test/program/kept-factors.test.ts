import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  cast,
  grad,
  jit,
  matmul,
  relu,
  reshape,
  slice,
  sum,
  tensor,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import type { KernelProgram, MatmulInstruction } from '../../src/compile/executors/kernel-program.ts'
import { contiguousLayout, layoutBehind, type Layout } from '../../src/compile/lowering/layout.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import type { StorageDType } from '../../src/core/tensor/dtype.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { presentBackends } from '../../src/testing/check-compiled.ts'

/*
 * Factors that are kept in 16 bits and cast to float32 are read as they are kept: the product is that of the cast values, and
 * no memory holds them.
 */

const asFloat32 = (x: Tensor): Tensor => cast(x, 'float32') as Tensor

/** How a factor [rows, columns] comes from what is kept: the shape of that, and the view of it around or below the cast. */
interface View {
  readonly kept: (rows: number, columns: number) => readonly number[]
  readonly factor: (kept: Tensor, rows: number, columns: number) => Tensor
}

const views: Readonly<Record<string, View>> = {
  itself: { kept: (r, c) => [r, c], factor: (x) => asFloat32(x) },
  'transposed behind': { kept: (r, c) => [c, r], factor: (x) => transpose(asFloat32(x)) },
  'transposed before': { kept: (r, c) => [c, r], factor: (x) => asFloat32(transpose(x)) },
  'transposed twice': {
    kept: (r, c) => [r, c],
    factor: (x) => transpose(asFloat32(transpose(x))),
  },
  'part behind': {
    kept: (r, c) => [r + 2, c + 3],
    factor: (x, r, c) => slice(asFloat32(x), [1, 2], [r + 1, c + 2]),
  },
  'part of what is transposed': {
    kept: (r, c) => [c + 3, r + 2],
    factor: (x, r, c) => slice(asFloat32(transpose(x)), [1, 2], [r + 1, c + 2]),
  },
  'part before': {
    kept: (r, c) => [r + 2, c + 3],
    factor: (x, r, c) => asFloat32(slice(x, [2, 1], [r + 2, c + 1])),
  },
  reshaped: { kept: (r, c) => [r * c], factor: (x, r, c) => reshape(asFloat32(x), [r, c]) },
}
const viewNames = Object.keys(views)

const specials = [NaN, Infinity, -Infinity, -0, 1e-40, 2 ** -24, -(2 ** -130), 6e4]

const filled = (shape: readonly number[], seed: number, odd: number): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  const numbers = Float32Array.from(
    { length: size },
    (_, i) => Math.sin(seed + 1.7 * i) * 2 ** ((i + seed) % 5),
  )
  for (let i = 0; i < odd && size > 0; i++)
    numbers[(seed * (i + 7)) % size] = specials[(seed + i) % specials.length]!
  return tensor(numbers, { shape: [...shape] }) as Tensor
}

const lowered = (f: (a: Tensor, b: Tensor) => Tensor, a: Tensor, b: Tensor): KernelProgram =>
  lower(
    prepare(
      stageFlat(
        ([x, y]) => [f(x as Tensor, y as Tensor) as AnyValue],
        [a, b].map(({ shape, dtype }) => ({ shape, dtype })),
      ).program,
    ),
  ).kernels

/** Where the elements of a layout lie, in row-major order. */
const placesOf = ({ shape, strides, offset }: Layout): readonly number[] =>
  shape.reduce<readonly number[]>(
    (places, n, axis) =>
      places.flatMap((place) => Array.from({ length: n }, (_, i) => place + i * strides[axis]!)),
    [offset],
  )

const products = fc.record({
  m: fc.constantFrom(0, 1, 2, 3, 7, 9, 20),
  k: fc.constantFrom(0, 1, 3, 17, 40, 300),
  n: fc.constantFrom(0, 1, 2, 5, 16, 33, 70),
  views: fc.tuple(fc.constantFrom(...viewNames), fc.constantFrom(...viewNames)),
  dtypes: fc.constantFrom<readonly ('float32' | StorageDType)[]>(
    ['float32', 'bfloat16'],
    ['float32', 'float16'],
    ['bfloat16', 'float32'],
    ['float16', 'bfloat16'],
    ['bfloat16', 'bfloat16'],
  ),
  seed: fc.nat(999),
  odd: fc.constantFrom(0, 0, 2),
})

describe.each(presentBackends().map((backend) => [backend]))(
  'products of factors kept in 16 bits on %s',
  (backend) => {
    it('are those of the factors cast before', () => {
      fc.assert(
        fc.property(products, fc.boolean(), ({ m, k, n, views: names, dtypes, seed, odd }, reproducible) => {
          const [left, right] = names.map((name) => views[name]!) as [View, View]
          const a = cast(filled(left.kept(m, k), seed, odd), dtypes[0]!) as Tensor
          const b = cast(filled(right.kept(k, n), seed + 1, odd), dtypes[1]!) as Tensor
          const f = (x: Tensor, y: Tensor): Tensor =>
            matmul(left.factor(x, m, k), right.factor(y, k, n)) as Tensor
          const compiled = jit(f, { backend, reproducible })
          const found = toTypedArray(compiled(a, b))
          const whole = toTypedArray(compiled(asFloat32(a), asFloat32(b)))
          // One sum for each element, in one order: the same bits. Elsewhere blocks may be others, also for a single element,
          // neither of whose factors need have neighbours.
          if (reproducible || (m <= 3 && m * n !== 1)) {
            expect(found).toEqual(whole)
            return
          }
          const absolute = (x: Tensor): Tensor =>
            tensor(
              Float64Array.from(toTypedArray(x), (value) => Math.abs(value)),
              { shape: [...x.shape], dtype: 'float64' },
            ) as Tensor
          const sizes = toTypedArray(
            matmul(absolute(left.factor(a, m, k)), absolute(right.factor(b, k, n))) as Tensor,
          )
          found.forEach((value, i) => {
            const [other, size] = [whole[i]!, sizes[i]!]
            if (!Number.isFinite(other)) expect(value).toBe(other)
            else expect(Math.abs(value - other)).toBeLessThanOrEqual(2 * k * 2 ** -23 * size)
          })
        }),
        { numRuns: 120 },
      )
    })

    it('rounded to bfloat16 are those of the factors cast before, which rounds no bfloat16', () => {
      const f = (x: Tensor, y: Tensor): Tensor => matmul(asFloat32(x), asFloat32(y)) as Tensor
      for (const m of [1, 40, 200])
        for (const dtype of ['float16', 'bfloat16'] as const) {
          // Whole numbers of few bits, whose sums are exact in any order.
          const [a, b] = [filled([m, 70], m, 0), filled([70, 45], 1, 0)].map((x) => {
            const numbers = Float32Array.from(toTypedArray(x), (value) => Math.round(8 * value))
            return cast(tensor(numbers, { shape: [...x.shape] }), dtype) as Tensor
          }) as [Tensor, Tensor]
          const rounded = jit(f, { backend, products: 'bfloat16' })
          expect(toTypedArray(rounded(a, b))).toEqual(toTypedArray(f(a, b)))
        }
    })
  },
)

describe('a factor kept in 16 bits', () => {
  const shape = { a: [5, 40], b: [40, 30] } as const
  const [a, b] = [filled(shape.a, 1, 0), cast(filled(shape.b, 2, 0), 'bfloat16') as Tensor]

  it.each(viewNames)('is read as it is kept: %s', (name) => {
    const { kept, factor } = views[name]!
    const w = cast(filled(kept(40, 30), 3, 0), 'float16') as Tensor
    const { arenaBytes, instructions } = lowered((x, y) => matmul(x, factor(y, 40, 30)) as Tensor, a, w)
    expect(arenaBytes).toBe(0)
    expect(instructions).toMatchObject([{ kind: 'matmul', dtype: 'float32', b: { dtype: 'float16' } }])
    expect((instructions[0] as MatmulInstruction).a).not.toHaveProperty('dtype')
  })

  it('is read so too where the cast is needed elsewhere, in the derivative as in the function', () => {
    const both = lowered((x, y) => add(sum(asFloat32(y)), matmul(x, asFloat32(y))) as Tensor, a, b)
    expect(both.arenaBytes).toBeLessThanOrEqual(64)
    const loss = (x: Tensor, y: Tensor): Tensor => sum(relu(matmul(x, asFloat32(y)))) as Tensor
    const matmuls = lowered((x, y) => grad(loss)(x, y) as Tensor, a, b).instructions.filter(
      ({ kind }) => kind === 'matmul',
    )
    expect(matmuls.map((product) => (product as MatmulInstruction).b.dtype)).toEqual(['bfloat16', 'bfloat16'])
  })

  it('is cast before where the product is of a few elements, or no strides show the view', () => {
    const few = lowered(
      (x, y) => matmul(x, asFloat32(y)) as Tensor,
      filled([2, 3], 1, 0),
      cast(filled([3, 2], 1, 0), 'float16') as Tensor,
    )
    expect(few.instructions.map(({ kind }) => kind)).toEqual(['nest', 'matmul'])
    // Rows of what lies transposed, end to end, have no one stride where it lies.
    const mixed = lowered(
      (x, y) => matmul(x, reshape(asFloat32(transpose(y)), [40, 30])) as Tensor,
      a,
      cast(filled([30, 40], 1, 0), 'float16') as Tensor,
    )
    expect(mixed.instructions).toMatchObject([{ kind: 'matmul' }])
    const merged = lowered(
      (x, y) => matmul(x, reshape(asFloat32(transpose(y)), [40, 30])) as Tensor,
      a,
      cast(filled([60, 20], 1, 0), 'float16') as Tensor,
    )
    expect(merged.instructions.map(({ kind }) => kind)).toEqual(['nest', 'matmul'])
  })
})

describe('a view of what was computed one by one', () => {
  it('shows the same elements of what it was computed from, or is no view of that', () => {
    const found = { shown: 0, none: 0 }
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        fc.nat(5),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: -12, max: 12 })), {
          maxLength: 2,
        }),
        fc.nat(40),
        fc.nat(5),
        (shape, order, axes, offset, start) => {
          const from = contiguousLayout(shape)
          const turned = shape
            .map((_, axis) => axis)
            .sort((a, b) => ((a * 5 + order) % 7) - ((b * 5 + order) % 7))
          const kept = contiguousLayout(turned.map((axis) => shape[axis]!))
          const to = {
            shape,
            strides: shape.map((_, axis) => kept.strides[turned.indexOf(axis)]!),
            offset: start,
          }
          const view = {
            shape: axes.map(([n]) => n),
            strides: axes.map(([n, by]) => (n === 1 ? 0 : by)),
            offset,
          }
          const places = placesOf(view)
          fc.pre(places.every((place) => place >= 0 && place < placesOf(from).length))
          const behind = layoutBehind(view, from, to)
          found[behind === undefined ? 'none' : 'shown'] += 1
          if (behind === undefined) return
          const moved = placesOf(to)
          expect(placesOf(behind)).toEqual(places.map((place) => moved[place]!))
        },
      ),
      { numRuns: 400 },
    )
    expect(Math.min(found.shown, found.none)).toBeGreaterThan(20)
  })
})
