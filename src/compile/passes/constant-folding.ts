import * as O from 'fp-ts/lib/Option.js'
import { broadcasted } from '../../core/kernel/movement.ts'
import type { AnyPrimitive } from '../../core/primitive/primitive.ts'
import type { Equation, Program } from '../../core/primitive/program.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/met.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { rewrite, type Rule } from './rewrite.ts'
import { narrowed, uniform, uniformValue, variesAlong } from './uniform.ts'

/** A result is a constant if no more elements than this have to be stored for it. */
const mostStored = 65_536

/** The inputs of an equation that is computed here have no more elements than this. */
const mostRead = 1_048_576

/** What the reference interpreter gives; nothing where it reports an error, which a branch not taken never would. */
const computed = (
  primitive: AnyPrimitive,
  { params }: Equation,
  inputs: readonly ConcreteTensor[],
): ConcreteTensor | undefined => O.toUndefined(O.tryCatch(() => primitive.kernel(inputs, params as never)))

const folded = (equation: Equation, inputs: readonly ConcreteTensor[]): ConcreteTensor | undefined => {
  const { operation, outputs } = equation
  const [type] = outputs
  const [first] = inputs
  if (type === undefined || first === undefined || !isPrimitiveName(operation)) return undefined
  const primitive = primitiveOf(operation)
  const { traits } = primitive
  if (traits.exact !== true) return undefined
  if (operation === 'reshape') {
    const value = uniformValue(first)
    if (value !== undefined) return uniform(value, type)
    return type.shape.length === 0 || first.size <= mostStored
      ? computed(primitive, equation, inputs)
      : undefined
  }
  if (traits.view === true) return computed(primitive, equation, inputs)
  if (traits.elementwise === true) {
    const flags = inputs.map(variesAlong)
    const varies = type.shape.map((_, axis) => flags.some((flag) => flag[axis] === true))
    if (sizeOf(type.shape.filter((_, axis) => varies[axis] === true)) > mostStored) return undefined
    const result = computed(
      primitive,
      equation,
      inputs.map((input) => narrowed(input, varies)),
    )
    return result === undefined ? undefined : broadcasted(result, type.shape)
  }
  return sizeOf(type.shape) <= mostStored && inputs.every(({ size }) => size <= mostRead)
    ? computed(primitive, equation, inputs)
    : undefined
}

const valued: Rule = (equation, inputs, draft) => {
  if (equation.operation === 'cond') return undefined
  const constants: ConcreteTensor[] = []
  for (let i = 0; i < inputs.length; i++) {
    const { constant } = inputs[i]!
    if (constant === undefined) return undefined
    constants.push(constant)
  }
  const result = folded(equation, constants)
  return result === undefined ? undefined : [draft.constant(result)]
}

/** The branch that a constant predicate chooses, in its place. */
const choice: Rule = (equation, inputs, draft) => {
  if (equation.operation !== 'cond') return undefined
  const [predicate, ...operands] = inputs
  const value = uniformValue(predicate?.constant)
  if (value === undefined) return undefined
  return draft.insert(value === 0 ? equation.params.onFalse : equation.params.onTrue, operands)
}

/** The rule of {@link foldConstants}. */
export const folding: Rule = (equation, inputs, draft) =>
  valued(equation, inputs, draft) ?? choice(equation, inputs, draft)

/**
 * The program with equations of constants replaced by their values, and branches on a constant by the one taken.
 *
 * Values are those of the reference interpreter, to the last bit. Operations that engines compute differently (`exp`,
 * `log`, `sin`, `pow` and the like) stay, so that a reproducible program does not depend on where it was folded; so
 * do loops. A value that would have to be stored as more than 65,536 elements stays an equation, repeated elements
 * being stored once, and so does one of inputs of more than 1,048,576 elements.
 */
export const foldConstants = (program: Program): Program => rewrite(program, () => folding)
