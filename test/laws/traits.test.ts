import { compileFunction } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { operations } from '../../src/core/autodiff/apply.ts'
import { withLevel } from '../../src/core/autodiff/level.ts'
import type { AnyPrimitive, Step } from '../../src/core/primitive/primitive.ts'
import { broadcasted } from '../../src/core/kernel/movement.ts'
import { primitives } from '../../src/core/primitive/table.ts'
import {
  stepFunction,
  stepText,
  mathematicsOf,
} from '../../src/compile/executors/typescript/step-functions.ts'
import { meet } from '../../src/core/primitive/met.ts'
import type { StepOperation } from '../../src/compile/executors/steps.ts'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { bufferFrom, dtypes, isStorage, type DType } from '../../src/core/tensor/dtype.ts'
import { toTypedArray, type Tensor } from '../../src/index.ts'

/* What passes, executors and random programs believe of a record, tried on the numbers at which beliefs fail. */

const telling: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, -0, 1, -1, 0.5, -2.5, 3, Math.fround(0.1), NaN, Infinity, -Infinity, 2 ** -140, 2 ** 127],
  float64: [0, -0, 1, -1, 0.5, -2.5, 3, 0.1, NaN, Infinity, -Infinity, 5e-324, 1e308],
  int32: [0, 1, -1, 2, 7, 65_537, -123_456_789, 2 ** 31 - 1, -(2 ** 31)],
  uint32: [0, 1, 2, 7, 65_537, 123_456_789, 2 ** 31, 2 ** 32 - 1],
  bool: [0, 1],
  float16: [0, -0, 1, -2.5, NaN, Infinity],
  bfloat16: [0, -0, 1, -2.5, NaN, Infinity],
}

const pointwise = (Object.values(primitives) as readonly AnyPrimitive[]).filter(
  ({ traits, parameters }) => traits.elementwise === true && Object.keys(parameters).length === 0,
)

const madeOf = (elements: readonly number[], dtype: DType): ConcreteTensor =>
  viewOf(bufferFrom(dtype, elements), dtype, [elements.length])

/** Every combination of telling numbers, as the inputs of a primitive; `undefined` where it takes none of the dtype. */
const combined = (primitive: AnyPrimitive, dtype: DType): readonly ConcreteTensor[] | undefined => {
  const arity = primitive.arity as number
  const typeAt = (i: number): DType => (primitive.name === 'select' && i === 0 ? 'bool' : dtype)
  const rows = Array.from({ length: arity }, (_, i) => telling[typeAt(i)]).reduce<
    readonly (readonly number[])[]
  >((sofar, numbers) => sofar.flatMap((row) => numbers.map((x) => [...row, x])), [[]])
  const inputs = Array.from({ length: arity }, (_, i) =>
    madeOf(
      rows.map((row) => row[i]!),
      typeAt(i),
    ),
  )
  try {
    primitive.type(inputs, {} as never)
    return inputs
  } catch {
    return undefined
  }
}

const elementsOf = (x: Tensor): readonly number[] => [...toTypedArray(x)]

const cases = pointwise.flatMap((primitive) =>
  dtypes
    .filter((dtype) => !isStorage(dtype))
    .flatMap((dtype) => {
      const inputs = combined(primitive, dtype)
      return inputs === undefined ? [] : [{ name: primitive.name, dtype, primitive, inputs }]
    }),
)

const evaluated = ({ kernel }: AnyPrimitive, inputs: readonly ConcreteTensor[]): readonly number[] =>
  elementsOf(kernel(inputs, {} as never))

const stepOfRecord = ({ lowering }: AnyPrimitive): Step | undefined =>
  lowering.kind === 'step' ? lowering.step : undefined

describe('a record keeps what it says of itself', () => {
  test.each(cases)('$name of $dtype', ({ primitive, inputs, dtype }) => {
    meet(primitive)
    const { traits, range, name } = primitive
    const results = evaluated(primitive, inputs)
    const columns = inputs.map(elementsOf)
    if (traits.commutative === true) expect(evaluated(primitive, [...inputs].reverse())).toEqual(results)
    if (traits.neverNegativeZero === true) expect(results.filter((x) => Object.is(x, -0))).toEqual([])
    if (traits.exact === true) expect(stepOfRecord(primitive)?.portable).toBeUndefined()
    if (range !== undefined && range !== 'between its ends')
      expect(results.filter((x) => x < range[0] || x > range[1])).toEqual([])
    // Each element by itself.
    const alone = columns[0]!.map((_, i) => {
      const one = columns.map((column, k) => madeOf([column[i]!], inputs[k]!.dtype))
      return evaluated(primitive, one)[0]
    })
    expect(alone).toEqual(results)
    const step = stepOfRecord(primitive)
    if (step === undefined) return
    const chosen = results.filter((x, i) => !columns.some((column) => Object.is(column[i], x)))
    if (step.chooses === true) expect(chosen).toEqual([])
    // What nests compute, written and interpreted.
    const given = step.gives === 'bool' ? 'bool' : dtype
    const operation = step.operation as StepOperation
    const registers = columns.map((_, k) => `r${String(k)}`)
    const written = compileFunction(`return ${stepText(operation, given, registers)}`, [
      'F',
      ...registers,
    ]) as (...values: unknown[]) => number
    const mathematics = mathematicsOf([operation], false)
    const interpreted = stepFunction(operation, given, mathematics)
    const by = (f: (...row: number[]) => number) => results.map((_, i) => f(...columns.map((c) => c[i]!)))
    expect(
      by((...row) => written(mathematics, ...row)),
      `${name} as text`,
    ).toEqual(results)
    expect(by(interpreted), `${name} as a function`).toEqual(results)
    if (step.portable === undefined || dtype !== 'float64') return
    by(step.portable).forEach((x, i) => {
      const y = results[i]!
      const error = Math.abs(x - y) / Math.max(Math.abs(y), 1e-300)
      expect(Object.is(x, y) || error < 1e-12, `${name}, portable: ${String(x)} for ${String(y)}`).toBe(true)
    })
  })

  test.each(cases)(
    '$name of $dtype, of numbers repeated, is its result repeated',
    ({ primitive, inputs }) => {
      const columns = inputs.map(elementsOf)
      const bound = (operands: readonly ConcreteTensor[]): ConcreteTensor =>
        operations.bind(primitive, operands, {} as never) as ConcreteTensor
      evaluated(primitive, inputs).forEach((expected, i) => {
        const repeated = columns.map((column, k) =>
          broadcasted(madeOf([column[i]!], inputs[k]!.dtype), [2, 1, 3]),
        )
        const inside = withLevel(() => bound(repeated))
        expect(inside.shape).toEqual([2, 1, 3])
        expect(elementsOf(inside)).toEqual(Array.from({ length: 6 }, () => expected))
        // One element is computed in a transformation; outside, and beside elements that differ, all are.
        const { length } = inside.view.data
        expect(length).toBe(primitive.traits.exact === true ? 1 : 6)
        const [first, ...rest] = repeated as [ConcreteTensor, ...ConcreteTensor[]]
        const written = viewOf(copyElements(first), first.dtype, first.shape)
        for (const outside of [bound(repeated), withLevel(() => bound([written, ...rest]))]) {
          expect(elementsOf(outside)).toEqual(elementsOf(inside))
          if (primitive.traits.view !== true) expect(outside.view.data.length).toBe(6)
        }
      })
    },
  )

  test.each(cases.filter(({ primitive }) => primitive.lowering.kind === 'decompose'))(
    '$name of $dtype is what it is made of',
    ({ primitive, inputs }) => {
      if (primitive.lowering.kind !== 'decompose') return
      const made = elementsOf(primitive.lowering.into(operations, inputs, {} as never) as Tensor)
      evaluated(primitive, inputs).forEach((y, i) => {
        const x = made[i]!
        const same = primitive.traits.exact === true ? Object.is(x, y) : Math.abs(x - y) <= 1e-5 * Math.abs(y)
        expect(Object.is(x, y) || same, `${String(x)} for ${String(y)}`).toBe(true)
      })
    },
  )
})
