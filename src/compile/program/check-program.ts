import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { scanTypes } from '../../core/autodiff/scan-call.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import {
  outputTypes,
  type Equation,
  type Program,
  type StructuralName,
  type StructuralParameters,
} from '../../core/primitive/program.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/table.ts'
import { showTyped } from '../../core/primitive/typing.ts'
import { ArgumentError, DTypeError, ShapeError } from '../../core/tensor/errors.ts'
import { checkShape, sameShape } from '../../core/tensor/shape.ts'
import { showText } from '../../core/tensor/show-value.ts'

/** What is wrong with a program, and where. */
export interface ProgramError {
  readonly kind: 'program'
  /** `equations[3].params.body.outputs[0]`; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** A problem at a path, the path being part of the message. */
export const programError = (path: string, problem: string): ProgramError => ({
  kind: 'program',
  path,
  message: `${path === '' ? 'the program' : showText(path, 200)}: ${problem}`,
})

const sameType = (a: Typed, b: Typed): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

const showTypes = (types: readonly Typed[]): string => `(${types.map(showTyped).join(', ')})`

/** Throws unless two lists of types are the same. */
const requireTypes = (found: readonly Typed[], expected: readonly Typed[], what: string): void => {
  if (found.length !== expected.length || found.some((type, i) => !sameType(type, expected[i] as Typed)))
    throw new ShapeError(`${what} ${showTypes(found)}, expected ${showTypes(expected)}`)
}

/** The types of an operation's outputs; its programs have been checked by themselves. */
type StructuralRule<N extends StructuralName> = (
  inputs: readonly Typed[],
  params: StructuralParameters[N],
) => readonly Typed[]

const structuralRules: { readonly [N in StructuralName]: StructuralRule<N> } = {
  cond: ([predicate, ...operands], { onTrue, onFalse }) => {
    if (predicate?.dtype !== 'bool' || predicate.shape.length !== 0)
      throw new DTypeError(
        `cond: the predicate is ${predicate === undefined ? 'missing' : showTyped(predicate)}, expected bool[]`,
      )
    requireTypes(onTrue.inputs, operands, 'cond: onTrue takes')
    requireTypes(onFalse.inputs, operands, 'cond: onFalse takes')
    requireTypes(outputTypes(onFalse), outputTypes(onTrue), 'cond: onFalse returns')
    return outputTypes(onTrue)
  },
  scan: (inputs, params) => {
    const { body, fixed, carried, length } = params
    const odd = [fixed, carried, length].find((n) => !(Number.isInteger(n) && n >= 0))
    if (odd !== undefined)
      throw new ArgumentError(`scan: counts are whole numbers of 0 or more, got ${String(odd)}`)
    const results = outputTypes(body)
    if (fixed + carried > inputs.length || carried > results.length)
      throw new ArgumentError(
        `scan: ${String(fixed)} fixed and ${String(carried)} carried values do not suit ` +
          `${String(inputs.length)} inputs and a body with ${String(results.length)} outputs`,
      )
    requireTypes(
      inputs,
      body.inputs.map((type, i) =>
        i < fixed + carried ? type : { shape: [length, ...type.shape], dtype: type.dtype },
      ),
      'scan: given',
    )
    requireTypes(
      results.slice(0, carried),
      body.inputs.slice(fixed, fixed + carried),
      'scan: the body carries on',
    )
    return scanTypes(params)
  },
  checkpoint: (inputs, { body }) => {
    requireTypes(body.inputs, inputs, 'checkpoint: the body takes')
    return outputTypes(body)
  },
  custom: (inputs, { body, mode, derivative }) => {
    const results = outputTypes(body)
    const [given, returned] = mode === 'jvp' ? [inputs, results] : [results, inputs]
    requireTypes(body.inputs, inputs, 'custom: the body takes')
    requireTypes(derivative.inputs, [...inputs, ...given], 'custom: the derivative takes')
    requireTypes(outputTypes(derivative), returned, 'custom: the derivative returns')
    return results
  },
}

const isStructural = (name: string): name is StructuralName => Object.hasOwn(structuralRules, name)

const resultTypes = ({ operation, params }: Equation, inputs: readonly Typed[]): readonly Typed[] => {
  if (isStructural(operation))
    return (structuralRules[operation] as StructuralRule<StructuralName>)(inputs, params as never)
  if (!isPrimitiveName(operation)) throw new ArgumentError(`unknown operation ${String(operation)}`)
  const primitive = primitiveOf(operation)
  const { arity } = primitive
  if (arity === 'one or more' ? inputs.length === 0 : inputs.length !== arity)
    throw new ArgumentError(`${operation}: expected ${String(arity)} inputs, got ${String(inputs.length)}`)
  return [primitive.type(inputs, params as never)]
}

/** The programs an equation holds, by the names of their parameters. */
const programsOf = (equation: Equation): Readonly<Record<string, Program>> => {
  switch (equation.operation) {
    case 'cond': {
      const { onTrue, onFalse } = equation.params
      return { onTrue, onFalse }
    }
    case 'scan':
    case 'checkpoint':
      return { body: equation.params.body }
    case 'custom': {
      const { body, derivative } = equation.params
      return { body, derivative }
    }
    default:
      return {}
  }
}

/** The rule's answer, or its complaint as a problem at the path. */
const attempt = <A>(path: string, rule: () => A): E.Either<ProgramError, A> =>
  E.tryCatch(rule, (error) => programError(path, error instanceof Error ? error.message : String(error)))

const checkVariables = (
  variables: readonly number[],
  count: number,
  path: string,
): E.Either<ProgramError, readonly number[]> => {
  const odd = variables.findIndex(
    (variable) => !(Number.isInteger(variable) && variable >= 0 && variable < count),
  )
  return odd < 0
    ? E.right(variables)
    : E.left(
        programError(
          `${path}[${String(odd)}]`,
          `variable ${String(variables[odd])} is not known here; there are ${String(count)} so far`,
        ),
      )
}

const checkEquation = (
  equation: Equation,
  known: readonly Typed[],
  path: string,
): E.Either<ProgramError, readonly Typed[]> => {
  for (const [name, program] of Object.entries(programsOf(equation))) {
    const checked = checkAt(program, `${path}.params.${name}`)
    if (E.isLeft(checked)) return checked
  }
  return pipe(
    checkVariables(equation.inputs, known.length, `${path}.inputs`),
    E.flatMap((inputs) =>
      attempt(path, () => {
        const types = resultTypes(
          equation,
          inputs.map((variable) => known[variable] as Typed),
        )
        requireTypes(equation.outputs, types, `${equation.operation}: the recorded outputs are`)
        types.forEach(({ shape }) => {
          checkShape(shape, equation.operation)
        })
        return types
      }),
    ),
  )
}

const checkAt = (program: Program, path: string): E.Either<ProgramError, Program> => {
  const within = path === '' ? '' : `${path}.`
  for (const [i, { shape }] of program.inputs.entries()) {
    const checked = attempt(`${within}inputs[${String(i)}]`, () => {
      checkShape(shape, 'input')
    })
    if (E.isLeft(checked)) return checked
  }
  const known: Typed[] = [...program.inputs, ...program.constants]
  for (const [i, equation] of program.equations.entries()) {
    const checked = checkEquation(equation, known, `${within}equations[${String(i)}]`)
    if (E.isLeft(checked)) return checked
    known.push(...checked.right)
  }
  return pipe(
    checkVariables(program.outputs, known.length, `${within}outputs`),
    E.map(() => program),
  )
}

/**
 * The program, if it is well typed: every equation refers to earlier variables, has as many inputs as its operation
 * takes, and the operation's type rule gives the recorded output types; the programs within `cond`, `scan`,
 * `checkpoint` and `custom` are checked the same way and suit each other. Otherwise the first thing that is wrong.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { checkProgram, mul, stage, tensor, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor) => mul(x, x))(tensor([1, 2]))
 * E.isRight(checkProgram(program)) // => true
 * const wrong = checkProgram({ ...program, outputs: [7] })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'outputs[0]: variable 7 is not known here; there are 2 so far'
 * ```
 */
export const checkProgram = (program: Program): E.Either<ProgramError, Program> => checkAt(program, '')
