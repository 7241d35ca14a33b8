import { checkFunction } from '../tensor/check-function.ts'
import { scalarOf } from '../tensor/concrete.ts'
import { isFloat } from '../tensor/dtype.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { withLeaves } from '../tensor/tree.ts'
import { asTree, filled, requireDifferentiable, valuesOf } from './leaves.ts'
import { linearizeFlat, transposeLinear } from './linearize.ts'
import { asValue, type AnyValue } from './value.ts'

/**
 * The argument a gradient is taken of: its position, or several positions for a tuple of gradients.
 *
 * @category Derivatives
 */
export type ArgumentChoice = number | readonly number[]

/**
 * What the choice of arguments selects of their types.
 *
 * @category Derivatives
 */
export type Chosen<A extends readonly unknown[], C extends ArgumentChoice> = C extends readonly number[]
  ? { readonly [K in keyof C]: A[C[K] & number] }
  : A[C & number]

/**
 * What {@link grad} and its relatives differentiate by.
 *
 * @category Derivatives
 */
export interface GradOptions<C extends ArgumentChoice = 0> {
  /** Which argument to differentiate; the first unless told otherwise. A list gives a tuple of gradients. */
  readonly argument?: C
}

const requireScalar = (loss: unknown, where: string): Tensor => {
  const value = asTree(loss)
  if (!isTensor(value))
    throw new ArgumentError(
      `${where}: the function has to return one scalar tensor` +
        ' (a function that returns a scalar and more needs the form with auxiliary output)',
    )
  if (value.rank !== 0)
    throw new ShapeError(
      `${where}: the function has to return a scalar, got shape ${showShape(value.shape)}; ` +
        'reduce it with sum or mean, or use jacobian',
    )
  if (!isFloat(value.dtype))
    throw new DTypeError(`${where}: the function has to return float32 or float64, got ${value.dtype}`)
  return value
}

const checkGradOptions = (where: string, options: GradOptions<ArgumentChoice>): void => {
  checkOptions(where, options, { argument: true })
  const { argument = 0 } = options
  const positions = Array.isArray(argument) ? (Array.from(argument) as readonly unknown[]) : [argument]
  const odd = positions.findIndex((position) => !(Number.isInteger(position) && (position as number) >= 0))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: argument: expected the position of an argument or a list of them, got ${showValue(positions[odd])}`,
    )
}

const differentiate = <A extends readonly unknown[]>(
  where: string,
  f: (...args: A) => readonly [unknown, unknown],
  choice: ArgumentChoice,
  args: A,
): { readonly loss: Tensor; readonly auxiliary: unknown; readonly gradient: unknown } => {
  const positions = typeof choice === 'number' ? [choice] : choice
  const odd = positions.find((position) => !(position in args))
  if (odd !== undefined)
    throw new ArgumentError(
      `${where}: there is no argument ${String(odd)}, only ${String(args.length)} were given`,
    )
  const chosen = positions.map((position) => args[position])
  chosen.forEach((argument) => {
    requireDifferentiable(argument, where)
  })
  let auxiliary: unknown
  const { outputs, map } = linearizeFlat((inputs) => {
    const replaced = withLeaves(chosen, inputs)
    const [loss, extra] = f(
      ...(args.map((argument, i) =>
        positions.includes(i) ? replaced[positions.indexOf(i)] : argument,
      ) as unknown as A),
    )
    auxiliary = extra
    return [asValue(requireScalar(loss, where)), ...valuesOf(extra)]
  }, valuesOf(chosen))
  const [loss, ...extra] = outputs as readonly [AnyValue, ...AnyValue[]]
  const cotangents = transposeLinear(map, [scalarOf(1, loss.dtype)])
  const gradients = filled(chosen, cotangents)
  return {
    loss,
    auxiliary: withLeaves(auxiliary, extra),
    gradient: typeof choice === 'number' ? gradients[0] : gradients,
  }
}

/**
 * The value of a scalar function together with its gradient, by reverse mode: the cost stays within a small
 * multiple of one evaluation, whatever the number of parameters. The gradient has the structure of the argument.
 *
 * @throws ShapeError unless `f` returns a scalar; DTypeError where a leaf of the argument is not a float.
 * @example
 * ```ts
 * import { item, square, sum, tensor, toArray, valueAndGrad, type Tensor } from 'puregrad'
 * const loss = (p: { readonly w: Tensor }) => sum(square(p.w))
 * const [value, gradient] = valueAndGrad(loss)({ w: tensor([1, 2]) })
 * item(value) // => 5
 * toArray(gradient.w) // => [2, 4]
 * ```
 * @category Derivatives
 */
export const valueAndGrad = <A extends readonly unknown[], const C extends ArgumentChoice = 0>(
  f: (...args: A) => Tensor,
  options: GradOptions<C> = {},
): ((...args: A) => readonly [Tensor, Chosen<A, C>]) => {
  checkFunction('valueAndGrad', 'a function of parameters', f)
  checkGradOptions('valueAndGrad', options)
  return (...args) => {
    const { loss, gradient } = differentiate(
      'valueAndGrad',
      (...inner: A) => [f(...inner), undefined] as const,
      options.argument ?? 0,
      args,
    )
    return [loss, gradient as Chosen<A, C>]
  }
}

/**
 * Like {@link valueAndGrad} for a function that returns `[loss, auxiliary]`: the auxiliary output (metrics, new
 * layer state) is passed through undifferentiated.
 *
 * @example
 * ```ts
 * import { add, item, square, sum, tensor, toArray, valueAndGradWithAux, type Tensor } from 'puregrad'
 * const f = (x: Tensor) => [sum(square(x)), { doubled: add(x, x) }] as const
 * const [value, gradient, auxiliary] = valueAndGradWithAux(f)(tensor([3]))
 * item(value) // => 9
 * toArray(gradient) // => [6]
 * toArray(auxiliary.doubled) // => [6]
 * ```
 * @category Derivatives
 */
export const valueAndGradWithAux = <A extends readonly unknown[], X, const C extends ArgumentChoice = 0>(
  f: (...args: A) => readonly [Tensor, X],
  options: GradOptions<C> = {},
): ((...args: A) => readonly [Tensor, Chosen<A, C>, X]) => {
  checkFunction('valueAndGradWithAux', 'a function of parameters', f)
  checkGradOptions('valueAndGradWithAux', options)
  return (...args) => {
    const { loss, auxiliary, gradient } = differentiate('valueAndGradWithAux', f, options.argument ?? 0, args)
    return [loss, gradient as Chosen<A, C>, auxiliary as X]
  }
}

/**
 * The gradient of a scalar function, of the same structure as its argument. Nests to any order.
 *
 * @throws ShapeError unless `f` returns a scalar; DTypeError where a leaf of the argument is not a float.
 * @example
 * ```ts
 * import { grad, item, pow, tensor, type Tensor } from 'puregrad'
 * const cube = (x: Tensor) => pow(x, 3)
 * item(grad(cube)(tensor(2))) // => 12
 * item(grad(grad(cube))(tensor(2))) // => 12
 * item(grad(grad(grad(cube)))(tensor(2))) // => 6
 * ```
 * @category Derivatives
 */
export const grad = <A extends readonly unknown[], const C extends ArgumentChoice = 0>(
  f: (...args: A) => Tensor,
  options: GradOptions<C> = {},
): ((...args: A) => Chosen<A, C>) => {
  checkFunction('grad', 'a function of parameters', f)
  checkGradOptions('grad', options)
  return (...args) =>
    differentiate('grad', (...inner: A) => [f(...inner), undefined] as const, options.argument ?? 0, args)
      .gradient as Chosen<A, C>
}
