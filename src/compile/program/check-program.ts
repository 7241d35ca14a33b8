import * as E from 'fp-ts/lib/Either.js'
import {
  decodingError,
  problemAt,
  type DecodingError,
  type Problem,
} from '../../core/codec/decoding-error.ts'
import { scanTypes } from '../../core/autodiff/scan-call.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import {
  outputTypes,
  type Equation,
  type Program,
  type StructuralName,
  type StructuralParameters,
} from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'
import { showTyped } from '../../core/primitive/typing.ts'
import { ArgumentError, DTypeError, ShapeError } from '../../core/tensor/errors.ts'
import { checkShape, sameShape } from '../../core/tensor/shape.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'

const subject = 'program'

const sameType = (a: Typed, b: Typed): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

const showTypes = (types: readonly Typed[]): string => `(${types.map(showTyped).join(', ')})`

/** Throws unless two lists of types are the same. */
const requireTypes = (found: readonly Typed[], expected: readonly Typed[], what: string): void => {
  if (found.length !== expected.length || found.some((type, i) => !sameType(type, expected[i]!)))
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
  while: (inputs, { condition, body, fixed, atMost }) => {
    const odd = [fixed, atMost ?? 0].find((n) => !(Number.isInteger(n) && n >= 0))
    if (odd !== undefined)
      throw new ArgumentError(`while: counts are whole numbers of 0 or more, got ${String(odd)}`)
    if (fixed > inputs.length)
      throw new ArgumentError(
        `while: ${String(fixed)} fixed values do not suit ${String(inputs.length)} inputs`,
      )
    requireTypes(condition.inputs, inputs, 'while: the condition takes')
    requireTypes(outputTypes(condition), [{ shape: [], dtype: 'bool' }], 'while: the condition returns')
    requireTypes(body.inputs, inputs, 'while: the body takes')
    requireTypes(outputTypes(body), inputs.slice(fixed), 'while: the body carries on')
    return outputTypes(body)
  },
  checkpoint: (inputs, { body }) => {
    requireTypes(body.inputs, inputs, 'checkpoint: the body takes')
    return outputTypes(body)
  },
  custom: (inputs, { body, mode, derivative }) => {
    const results = outputTypes(body)
    const withResults = derivative.inputs.length > 2 * inputs.length
    const tangents = withResults ? [...inputs, ...results] : inputs
    const [given, returned] = mode === 'jvp' ? [tangents, results] : [results, inputs]
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
  if (!isNameOfPrimitive(operation)) throw new ArgumentError(`unknown operation ${String(operation)}`)
  const primitive = primitiveNamed(operation)
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
    case 'while': {
      const { condition, body } = equation.params
      return { condition, body }
    }
    case 'custom': {
      const { body, derivative } = equation.params
      return { body, derivative }
    }
    default:
      return {}
  }
}

/** The rule's complaint as a problem at the path. */
const complaints = (path: string, rule: () => void): readonly Problem[] => {
  try {
    rule()
    return []
  } catch (error) {
    return [problemAt(subject, path, reasonOf(error))]
  }
}

const unknownVariables = (variables: readonly number[], count: number, path: string): readonly Problem[] =>
  variables.flatMap((variable, i) =>
    Number.isInteger(variable) && variable >= 0 && variable < count
      ? []
      : [
          problemAt(
            subject,
            `${path}[${String(i)}]`,
            `variable ${String(variable)} is not known here; there are ${String(count)} so far`,
          ),
        ],
  )

interface Checked {
  readonly problems: readonly Problem[]
  /** What later equations may count on. */
  readonly outputs: readonly Typed[]
}

/**
 * One mistake is one problem: later equations count on the types that the rule gives, and on the recorded ones where
 * it gives none.
 */
const checkEquation = (equation: Equation, known: readonly Typed[], path: string): Checked => {
  const { inputs, operation, outputs } = equation
  const before = [
    ...Object.entries(programsOf(equation)).flatMap(([name, program]) =>
      problemsOf(program, `${path}.params.${name}`),
    ),
    ...unknownVariables(inputs, known.length, `${path}.inputs`),
  ]
  if (before.length > 0) return { problems: before, outputs }
  const types = E.tryCatch(
    () => {
      const results = resultTypes(
        equation,
        inputs.map((variable) => known[variable]!),
      )
      results.forEach(({ shape }) => {
        checkShape(shape, operation)
      })
      return results
    },
    (error) => problemAt(subject, path, reasonOf(error)),
  )
  return E.isLeft(types)
    ? { problems: [types.left], outputs }
    : {
        problems: complaints(path, () => {
          requireTypes(outputs, types.right, `${operation}: the recorded outputs are`)
        }),
        outputs: types.right,
      }
}

const problemsOf = (program: Program, path: string): readonly Problem[] => {
  const within = path === '' ? '' : `${path}.`
  const known: Typed[] = [...program.inputs, ...program.constants]
  return [
    ...program.inputs.flatMap(({ shape }, i) =>
      complaints(`${within}inputs[${String(i)}]`, () => {
        checkShape(shape, 'input')
      }),
    ),
    ...program.equations.flatMap((equation, i) => {
      const { problems, outputs } = checkEquation(equation, known, `${within}equations[${String(i)}]`)
      known.push(...outputs)
      return problems
    }),
    ...unknownVariables(program.outputs, known.length, `${within}outputs`),
  ]
}

/**
 * The program, if it is well typed: every equation refers to earlier variables, has as many inputs as its operation
 * takes, and the operation's type rule gives the recorded output types; the programs within `cond`, `scan`,
 * `while`, `checkpoint` and `custom` are checked the same way and suit each other. Otherwise all that is wrong.
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
 * @category Programs
 */
export const checkProgram = (program: Program): E.Either<DecodingError, Program> => {
  const problems = problemsOf(program, '')
  return problems.length === 0 ? E.right(program) : E.left(decodingError(subject, problems))
}
