import { evaluateProgram } from '../../core/autodiff/evaluate.ts'
import { asTree, valuesOf } from '../../core/autodiff/leaves.ts'
import { concreteOf } from '../../core/autodiff/read.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import type { Program } from '../../core/primitive/program.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { copyElements, viewOf } from '../../core/tensor/concrete.ts'
import { bufferFrom, isFloat } from '../../core/tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import { leavesWithPaths, withLeaves } from '../../core/tensor/tree.ts'
import { atBatch, freeProgramOf, type FreeProgram } from './free-program.ts'

/**
 * Which arguments have the rows.
 *
 * @category Programs
 */
export interface FreeBatchOptions {
  /** 0 for an argument whose tensors have the rows along their first axis, null for one without; 0 for all unless told. */
  readonly in?: 0 | null | readonly (0 | null)[]
}

/** Numbers of rows that are no size of anything else, and that leave different rests. */
const samples = [1009, 1018, 1023] as const

/** Numbers of rows that functions treat in ways of their own: what comes out has to be the same, however it is written. */
const tried = [1, 2] as const

const flagsOf = ({ in: axes = 0 }: FreeBatchOptions, args: readonly unknown[]): readonly boolean[] => {
  const list: readonly unknown[] = Array.isArray(axes) ? axes : args.map(() => axes)
  const odd = list.find((axis) => axis !== 0 && axis !== null)
  if (odd !== undefined || list.length !== args.length)
    throw new ArgumentError(
      `freeBatch: \`in\`: expected 0, null, or one of them for each of the ${String(args.length)} arguments, got ${showValue(axes)}`,
    )
  // Every leaf of an argument is as the argument.
  return args.flatMap((arg, i) => valuesOf(arg).map(() => list[i] === 0))
}

const typesAt = (types: readonly Typed[], flags: readonly boolean[], n: number): readonly Typed[] =>
  types.map(({ shape, dtype }, i) => ({ shape: flags[i] === true ? [n, ...shape.slice(1)] : shape, dtype }))

/** Elements that are neither alike nor special. */
const made = ({ shape, dtype }: Typed) =>
  viewOf(
    bufferFrom(
      dtype,
      Array.from({ length: sizeOf(shape) }, (_, i) => (isFloat(dtype) ? ((i * 0.618) % 1) + 0.25 : 0)),
    ),
    dtype,
    shape,
  )

/** What a program gives for inputs that were made up; nothing where it cannot be run on them. */
const outcomeOf = (program: Program): readonly (readonly unknown[])[] | undefined => {
  try {
    return evaluateProgram(program, program.inputs.map(made)).map((value) => [
      value.dtype,
      ...value.shape,
      ...copyElements(concreteOf(value, 'freeBatch')),
    ])
  } catch {
    return undefined
  }
}

const sameOutcome = (
  a: readonly (readonly unknown[])[],
  b: readonly (readonly unknown[])[] | undefined,
): boolean =>
  a.length === b?.length &&
  a.every(
    (list, i) =>
      list.length === b[i]?.length && list.every((x, j) => x === b[i]?.[j] || Object.is(x, b[i]?.[j])),
  )

/**
 * A function of rows written down as one program for every number of them: sizes that follow the rows stand in it as
 * multiples of their number. `atBatch` gives the program for one.
 *
 * The function is staged for three numbers of rows that are no size of anything else, and all that differs has to be
 * sizes which grow by a whole multiple of the rows; what they are for 1 and 2 rows is tried on numbers. A function whose
 * values depend on how many rows there are, as the mean over all of them does, is refused.
 *
 * @param options `in`: which arguments have the rows along their first axis, as `vmap` is told.
 * @throws ArgumentError naming the first place that depends on the number of rows otherwise; ShapeError for a scalar among
 * the arguments that have rows; UnknownValueError where the function reads elements.
 * @example
 * ```ts
 * import { atBatch, freeBatch, matmul, tensor, type Tensor } from 'puregrad'
 * const w = tensor([[1], [2], [3]])
 * const free = freeBatch((x: Tensor) => matmul(x, w))(tensor([[1, 2, 3]]))
 * free.inputs // => [{ shape: [{ rows: 1, plus: 0 }, 3], dtype: 'float32' }]
 * atBatch(free, 5).equations.map(({ outputs }) => outputs[0]?.shape) // => [[5, 1]]
 * ```
 * @category Programs
 */
export const freeBatch =
  <A extends readonly unknown[]>(
    f: (...args: A) => unknown,
    options: FreeBatchOptions = {},
  ): ((...args: A) => FreeProgram) =>
  (...args) => {
    checkOptions('freeBatch', options, { in: true })
    const flags = flagsOf(options, args)
    const types = valuesOf(args)
    const scalar = types.findIndex(({ shape }, i) => flags[i] === true && shape.length === 0)
    if (scalar >= 0)
      throw new ShapeError(
        `freeBatch: argument ${leavesWithPaths(args)[scalar]?.path ?? ''} is a scalar, which has no rows; name it with \`in: null\``,
      )
    const programFor = (n: number): Program => {
      const { program, captured } = stageFlat(
        (inputs) => valuesOf(asTree(f(...withLeaves(args, inputs)))),
        typesAt(types, flags, n),
      )
      if (captured.length > 0)
        throw new ArgumentError(
          'freeBatch: the function uses a traced value that is not among its arguments; pass it as one',
        )
      return program
    }
    const free = freeProgramOf(samples.map(programFor), samples)
    for (const n of tried) {
      const expected = outcomeOf(programFor(n))
      if (expected !== undefined && !sameOutcome(expected, outcomeOf(atBatch(free, n))))
        throw new ArgumentError(
          `freeBatch: the function does something else for ${String(n)} rows than for ${String(samples[0])}`,
        )
    }
    return free
  }
