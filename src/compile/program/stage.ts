import { evaluateProgram } from '../../core/autodiff/evaluate.ts'
import { asTree, matchingLeaves, valuesOf } from '../../core/autodiff/leaves.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { AnyValue } from '../../core/autodiff/value.ts'
import { operations } from '../../core/autodiff/apply.ts'
import { meetOperations } from './meet-operations.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { outputTypes, type Program } from '../../core/primitive/program.ts'
import { showTyped } from '../../core/primitive/typing.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesWithPaths, withLeaves } from '../../core/tensor/tree.ts'

/**
 * A function written down as a program, with the structure of its arguments and of its result.
 *
 * @category Programs
 */
export interface StagedProgram<A extends readonly unknown[], B> {
  readonly program: Program
  /** The structure of the arguments: zeros in place of their tensors, everything else as it was. */
  readonly arguments: A
  /** The structure of the result, likewise. */
  readonly result: B
}

const zerosIn = <T>(tree: T, types: readonly Typed[]): T =>
  withLeaves(
    tree,
    types.map((type) => operations.constant(0, type)),
  )

/**
 * Runs a function once, on values of which only shapes and dtypes are known, and returns what it did as a program:
 * plain data that is printed, stored, checked, compiled, differentiated and batched.
 *
 * Tensors the function closes over become constants of the program. What is not a tensor (a number, a flag) belongs
 * to the structure of the arguments and is fixed.
 *
 * @throws UnknownValueError where the function reads elements; ArgumentError where it uses a value of a
 * transformation around it that is not among its arguments.
 * @example
 * ```ts
 * import { item, mul, printProgram, stage, sum, tensor, type Tensor } from 'puregrad'
 * const loss = (p: { readonly w: Tensor }, x: Tensor) => sum(mul(p.w, x))
 * const { program } = stage(loss)({ w: tensor([1, 2]) }, tensor([3, 4]))
 * program.equations.map(({ operation }) => operation) // => ['mul', 'sum']
 * ```
 * @category Programs
 */
export const stage =
  <A extends readonly unknown[], B>(f: (...args: A) => B): ((...args: A) => StagedProgram<A, B>) =>
  (...args) => {
    let result: B | undefined
    const types = valuesOf(args)
    const { program, captured } = stageFlat((inputs) => {
      result = asTree(f(...withLeaves(args, inputs)))
      return valuesOf(result)
    }, types)
    if (captured.length > 0)
      throw new ArgumentError(
        'stage: the function uses a traced value that is not among its arguments; pass it as one',
      )
    return {
      program,
      arguments: zerosIn(args, types),
      result: zerosIn(result as B, outputTypes(program)),
    }
  }

const requireInputs = (
  where: string,
  inputs: readonly AnyValue[],
  { inputs: types }: Program,
  nameOf: (position: number) => string,
): void => {
  if (inputs.length !== types.length)
    throw new ArgumentError(
      `${where}: the program takes ${String(types.length)} tensors, got ${String(inputs.length)}`,
    )
  const odd = inputs.findIndex(({ shape, dtype }, i) => {
    const type = types[i]!
    return dtype !== type.dtype || !sameShape(shape, type.shape)
  })
  if (odd >= 0)
    throw new ShapeError(
      `${where}: ${nameOf(odd)} is ${showTyped(inputs[odd]!)}, ` +
        `the program takes ${showTyped(types[odd]!)}`,
    )
}

/**
 * The function a staged program stands for: it takes and returns what the original did, runs the reference
 * interpreter, and goes through `grad`, `vmap`, `stage` and every other transformation like any function. With
 * another program of the same type in it (one that was decoded, say) it is that program's function.
 *
 * @throws TreeError, ShapeError for arguments of another structure, shape or dtype than it was staged with.
 * @example
 * ```ts
 * import { grad, item, runStaged, square, stage, sum, tensor, toArray, type Tensor } from 'puregrad'
 * const staged = stage((p: { readonly w: Tensor }) => sum(square(p.w)))({ w: tensor([1, 2]) })
 * item(runStaged(staged)({ w: tensor([3, 4]) })) // => 25
 * toArray(grad(runStaged(staged))({ w: tensor([3, 4]) }).w) // => [6, 8]
 * ```
 * @category Programs
 */
export const runStaged = <A extends readonly unknown[], B>(
  staged: StagedProgram<A, B>,
): ((...args: A) => B) => {
  const { program } = staged
  meetOperations(program)
  return (...args) => {
    const inputs = matchingLeaves(staged.arguments, args, 'runStaged')
    requireInputs(
      'runStaged',
      inputs,
      program,
      (i) => `argument ${leavesWithPaths(staged.arguments)[i]?.path ?? ''}`,
    )
    return withLeaves(staged.result, evaluateProgram(program, inputs))
  }
}

/**
 * A program as a plain function from its inputs to its outputs, for every transformation to act on.
 *
 * @throws ArgumentError, ShapeError for inputs of another number, shape or dtype than the program's.
 * @example
 * ```ts
 * import { grad, item, mul, programFunction, stage, tensor, toArray, vmap, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor) => mul(x, x))(tensor(0))
 * const f = (x: Tensor) => programFunction(program)(x)[0] as Tensor
 * item(grad(f)(tensor(3))) // => 6
 * toArray(vmap(f)(tensor([1, 2, 3]))) // => [1, 4, 9]
 * ```
 * @category Programs
 */
export const programFunction = (program: Program): ((...inputs: readonly Tensor[]) => readonly Tensor[]) => {
  meetOperations(program)
  return (...inputs) => {
    requireInputs('programFunction', inputs as readonly AnyValue[], program, (i) => `input ${String(i)}`)
    return evaluateProgram(program, inputs as readonly AnyValue[])
  }
}
