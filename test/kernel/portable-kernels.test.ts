import { describe, expect, test } from 'vitest'
import { portableKernels } from '../../src/core/primitive/portable-kernels.ts'
import * as special from '../../src/core/primitive/special.ts'
import { primitives, type PrimitiveName } from '../../src/core/primitive/table.ts'
import type { Step } from '../../src/core/primitive/primitive.ts'
import { copyElements, viewOf } from '../../src/core/tensor/concrete.ts'
import { bufferFrom, type DType } from '../../src/core/tensor/dtype.ts'

const isSpecial = (name: string): boolean => Object.hasOwn(special, name)

const names = Object.keys(primitives) as readonly PrimitiveName[]

/** The steps of loops, with the function that gives the same bytes everywhere. */
const steps = names.flatMap((name): readonly (readonly [PrimitiveName, Step])[] => {
  const { lowering } = primitives[name]
  return lowering.kind === 'step' && name !== 'cast' && !isSpecial(name) ? [[name, lowering.step]] : []
})

const telling = [0, -0, 1, -1, 0.5, -2.5, 3, 40, NaN, Infinity, -Infinity]

const tensorOf = (elements: readonly number[], dtype: DType) =>
  viewOf(bufferFrom(dtype, elements), dtype, [elements.length])

/** What no prediction of a layer is made of. */
const notForPredictions: readonly PrimitiveName[] = [
  // Random numbers.
  ...(['threefry', 'randomBits'] as const),
  // Factorizations and transforms: functions of matrices and signals, which are no layers.
  ...(['eigh', 'fft', 'qr', 'svd', 'cholesky', 'triangularSolve', 'luFactor', 'solve'] as const),
  // What derivatives of layers are made of.
  ...(['correlation', 'windowPut', 'attentionTangent', 'attentionCotangent'] as const),
]

test('every primitive has a portable kernel that is not made of others and that layers predict with', () => {
  const without = names.filter(
    (name) => portableKernels[name] === undefined && primitives[name].lowering.kind !== 'decompose',
  )
  expect(without.filter((name) => !isSpecial(name)).sort()).toEqual([...notForPredictions].sort())
})

test('what runs portably does not hold the special functions: they are long, and no layer needs one', () => {
  expect(names.filter((name) => isSpecial(name) && portableKernels[name] !== undefined)).toEqual([])
})

describe('a portable kernel is the portable form of its primitive', () => {
  test.each(steps)('%s', (name, { arity, condition, portable, element, integer, of, gives }) => {
    const dtypes: readonly DType[] =
      of === 'floats' ? ['float64', 'float32'] : ['float64', 'float32', 'int32']
    for (const dtype of dtypes) {
      const values = dtype === 'int32' ? [0, 1, -1, 7, 2 ** 30, -(2 ** 31)] : telling
      const pairs = values.flatMap((a) => values.map((b) => [a, b] as const))
      const operands = Array.from({ length: arity }, (_, i) =>
        condition === true && i === 0
          ? tensorOf(
              pairs.map((__, k) => k % 2),
              'bool',
            )
          : tensorOf(
              pairs.map((pair) => pair[i % 2] ?? 0),
              dtype,
            ),
      )
      const type = { shape: [pairs.length], dtype: gives === 'bool' ? ('bool' as const) : dtype }
      const f = dtype === 'int32' ? (integer ?? element) : (portable ?? element)
      const [first, second, ...rest] = operands
      const found = portableKernels[name]?.(
        [first!, second ?? first!, ...rest].slice(0, arity) as never,
        {} as never,
        type,
      )
      const expected = bufferFrom(
        type.dtype,
        pairs.map((_, k) => f(...operands.map((x) => copyElements(x)[k] ?? NaN))),
      )
      expect(found === undefined ? found : [...copyElements(found)]).toEqual([...expected])
    }
  })
})
