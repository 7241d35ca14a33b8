import { cond } from '../core/autodiff/cond.ts'
import { checkpoint, custom } from '../core/autodiff/custom.ts'
import { grad, valueAndGrad } from '../core/autodiff/grad.ts'
import { hessian, hvp, jacobian } from '../core/autodiff/jacobian.ts'
import { jvp, linearize, vjp } from '../core/autodiff/jvp.ts'
import { foriLoop, scan } from '../core/autodiff/scan.ts'
import { vmap } from '../core/autodiff/vmap.ts'
import { whileLoop } from '../core/autodiff/while.ts'
import * as numeric from '../core/numeric/index.ts'
import { jit } from '../compile/jit/jit.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { furtherFunctions } from './further-functions.ts'
import { namesOf, type Expression, type Line, type Pattern, type Source } from './source.ts'

type AnyFunction = (...args: readonly unknown[]) => unknown

/** The public functions a source may call. */
export const functions = {
  ...furtherFunctions.linalg,
  ...furtherFunctions.random,
  ...furtherFunctions.signal,
  ...furtherFunctions.special,
  ...numeric,
  checkpoint,
  cond,
  custom,
  foriLoop,
  grad,
  hessian,
  hvp,
  jacobian,
  jit,
  jvp,
  linearize,
  scan,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
} as unknown as Readonly<Record<string, AnyFunction>>

/** What names stand for: the latest first. */
type Environment = undefined | { readonly name: string; readonly value: unknown; readonly outer: Environment }

const lookUp = (environment: Environment, wanted: string): unknown => {
  if (environment === undefined) throw new ArgumentError(`source: nothing is named ${wanted}`)
  return environment.name === wanted ? environment.value : lookUp(environment.outer, wanted)
}

const bound = (environment: Environment, pattern: Pattern, value: unknown): Environment =>
  typeof pattern === 'string'
    ? { name: pattern, value, outer: environment }
    : pattern.reduce<Environment>(
        (sofar, part, i) => bound(sofar, part, (value as readonly unknown[])[i]),
        environment,
      )

const requireTypes = ({ pattern, types }: Line, environment: Environment): void => {
  namesOf(pattern).forEach((wanted, i) => {
    const [type, value] = [types[i], lookUp(environment, wanted)]
    if (type === undefined) return
    if (!isTensor(value)) throw new ShapeError(`source: ${wanted} is not a tensor`)
    const { shape, dtype } = value
    if (dtype !== type.dtype || !sameShape(shape, type.shape))
      throw new ShapeError(
        `source: ${wanted} is ${dtype}${showShape(shape)}, by the rules it is ${type.dtype}${showShape(type.shape)}`,
      )
  })
}

const afterLines = (lines: readonly Line[], environment: Environment): Environment =>
  lines.reduce<Environment>((sofar, line) => {
    const next = bound(sofar, line.pattern, evaluate(line.value, sofar))
    requireTypes(line, next)
    return next
  }, environment)

const calleeOf = (callee: string | Expression, environment: Environment): AnyFunction => {
  if (typeof callee !== 'string') return evaluate(callee, environment) as AnyFunction
  const found = Object.hasOwn(functions, callee) ? functions[callee] : undefined
  return found ?? (lookUp(environment, callee) as AnyFunction)
}

/** What an expression stands for where names stand for these values. */
export const evaluate = (expression: Expression, environment: Environment): unknown => {
  switch (expression.kind) {
    case 'name':
      return lookUp(environment, expression.name)
    case 'literal':
      return expression.value
    case 'list':
      return expression.items.map((item) => evaluate(item, environment))
    case 'record':
      return Object.fromEntries(
        Object.entries(expression.fields).map(([field, value]) => [field, evaluate(value, environment)]),
      )
    case 'item':
      return (evaluate(expression.of, environment) as Readonly<Record<string | number, unknown>>)[
        expression.at
      ]
    case 'call':
      return calleeOf(
        expression.callee,
        environment,
      )(...expression.given.map((argument) => evaluate(argument, environment)))
    case 'function':
      return (...args: readonly unknown[]) =>
        evaluate(
          expression.result,
          afterLines(expression.lines, bound(environment, expression.parameters, args)),
        )
  }
}

/**
 * The function a source describes: tensors of the types of its inputs to the list of its results. It calls the public
 * functions, so it is differentiated, batched and compiled like any other; that each value has the type the source
 * says is checked as it goes.
 *
 * @throws ShapeError where a value has another type than the source says.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { runSource, type Source } from 'puregrad/testing'
 * const x = { name: 'x', shape: [2], dtype: 'float32' } as const
 * const source: Source = {
 *   inputs: [{ ...x, value: { kind: 'call', callee: 'tensor', given: [{ kind: 'literal', value: [1, 4] }] } }],
 *   lines: [{ pattern: 'y', types: [x], value: { kind: 'call', callee: 'sqrt', given: [{ kind: 'name', name: 'x' }] } }],
 *   results: ['y'],
 * }
 * runSource(source)(tensor([1, 4])).map(toArray) // => [[1, 2]]
 * ```
 * @category Random programs
 */
export const runSource =
  (source: Source) =>
  (...inputs: readonly Tensor[]): readonly Tensor[] => {
    const environment = bound(
      undefined,
      source.inputs.map(({ name }) => name),
      inputs,
    )
    const last = afterLines(source.lines, environment)
    return source.results.map((wanted) => lookUp(last, wanted) as Tensor)
  }

/**
 * The arguments that belong to a source.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { sourceInputs, sources } from 'puregrad/testing'
 * fc.sample(sources(), 5).every((source) => sourceInputs(source).length === source.inputs.length) // => true
 * ```
 * @category Random programs
 */
export const sourceInputs = (source: Source): readonly Tensor[] =>
  source.inputs.map(({ value }) => evaluate(value, undefined) as Tensor)
