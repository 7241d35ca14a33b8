import type { OperationName, Program } from '../../core/primitive/program.ts'
import type { Region } from '../../core/primitive/primitive.ts'
import { metPrimitive } from '../../core/primitive/met.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { sameShape, sizeOf } from '../../core/tensor/shape.ts'
import { rewrite, type Draft, type Rule, type Term } from './rewrite.ts'
import { uniform } from './uniform.ts'

const isElementwise = (operation: OperationName): boolean =>
  metPrimitive(operation)?.traits.elementwise === true

/** What a term repeats along the axes of its shape; undefined where it is not a broadcast. */
const sourceOf = ({ source }: Term): Term | undefined =>
  source?.operation === 'broadcastTo' ? source.inputs[0] : undefined

/** Whether a term may be seen to repeat something along an axis. */
const mayRepeat = (term: Term): boolean => term.constant !== undefined || sourceOf(term) !== undefined

/** Along which axes a term is seen to repeat one slice. */
const repeatsAlong = (term: Term): readonly boolean[] => {
  const { shape, constant } = term
  if (constant !== undefined) return shape.map((n, axis) => n !== 1 && constant.view.stride[axis] === 0)
  const inner = sourceOf(term)
  if (inner === undefined) return shape.map(() => false)
  const added = shape.length - inner.shape.length
  return shape.map((n, axis) => n !== 1 && (axis < added || inner.shape[axis - added] === 1))
}

const reshaped = (draft: Draft, x: Term, shape: readonly number[]): Term =>
  sameShape(x.shape, shape) ? x : draft.apply('reshape', [x], { shape })

const broadcast = (draft: Draft, x: Term, shape: readonly number[]): Term =>
  sameShape(x.shape, shape) ? x : draft.apply('broadcastTo', [x], { shape })

/**
 * The term without these axes, along each of which it repeats or has size 1, and with size 1 along others of that kind.
 */
const narrowed = (draft: Draft, term: Term, without: readonly boolean[], units: readonly boolean[]): Term => {
  const { shape, dtype, constant } = term
  const kept = [...shape.keys()].filter((axis) => without[axis] !== true)
  const sizes = kept.map((axis) => (units[axis] === true ? 1 : shape[axis]!))
  if (constant !== undefined) {
    const { data, stride, offset } = constant.view
    return draft.constant(
      viewOf(
        data,
        dtype,
        sizes,
        kept.map((axis) => stride[axis]!),
        offset,
      ),
    )
  }
  const inner = sourceOf(term) ?? term
  const added = shape.length - inner.shape.length
  const stored = kept.map((axis) => (axis < added ? 1 : inner.shape[axis - added]!))
  const sameAxes = sameShape(stored.slice(Math.max(0, stored.length - inner.shape.length)), inner.shape)
  const first = stored.findIndex((n) => n !== 1)
  const own = first < 0 ? [] : stored.slice(first)
  return broadcast(draft, sameAxes ? inner : reshaped(draft, inner, own), sizes)
}

const none = (shape: readonly number[]): readonly boolean[] => shape.map(() => false)

/** Elementwise work on repeated values is done before they are repeated. */
const elementwiseRule: Rule = (equation, inputs, draft) => {
  if (!inputs.every(mayRepeat)) return undefined
  const shape = equation.outputs[0]?.shape ?? []
  if (sizeOf(shape) === 0) return undefined
  const flags = inputs.map(repeatsAlong)
  const common = shape.map((_, axis) => flags.every((flag) => flag[axis] === true))
  if (!common.includes(true)) return undefined
  const small = shape.map((n, axis) => (common[axis] === true ? 1 : n))
  const leading = small.findIndex((n) => n !== 1)
  const without = shape.map((_, axis) => leading < 0 || axis < leading)
  const operands = inputs.map((input) => narrowed(draft, input, without, common))
  return [broadcast(draft, draft.apply(equation.operation as 'add', operands, equation.params), shape)]
}

const reductionRule: Rule = (equation, [x], draft) => {
  if ((equation.operation !== 'sum' && equation.operation !== 'reduceMax') || x === undefined)
    return undefined
  const { axes } = equation.params
  if (sizeOf(x.shape) === 0) return undefined
  const repeats = repeatsAlong(x)
  const gone = x.shape.map((_, axis) => repeats[axis] === true && axes.includes(axis))
  if (!gone.includes(true)) return undefined
  const part = narrowed(draft, x, gone, none(x.shape))
  const rest = axes
    .filter((axis) => gone[axis] !== true)
    .map((axis) => axis - gone.slice(0, axis).filter(Boolean).length)
  const reduced = rest.length === 0 ? part : draft.apply(equation.operation, [part], { axes: rest })
  if (equation.operation === 'reduceMax') return [reduced]
  const count = sizeOf(x.shape.filter((_, axis) => gone[axis] === true))
  // A sum of several elements is never −0; what was not summed yet may be.
  const isSummed = rest.some((axis) => part.shape[axis] !== 1)
  const one =
    isSummed || !isFloat(part.dtype)
      ? reduced
      : draft.apply('add', [reduced, draft.constant(uniform(0, reduced))], {})
  return [draft.apply('mul', [one, draft.constant(uniform(count, one))], {})]
}

/** Views of repeated values are repeated views. */
const viewRule: Rule = (equation, [x], draft) => {
  const inner = x === undefined ? undefined : sourceOf(x)
  const shape = equation.outputs[0]?.shape ?? []
  if (x === undefined || inner === undefined || sizeOf(shape) === 0) return undefined
  const added = x.shape.length - inner.shape.length
  const aligned = (): Term =>
    reshaped(draft, inner, [...Array.from({ length: added }, () => 1), ...inner.shape])
  switch (equation.operation) {
    case 'reshape':
      return sizeOf(inner.shape) === 1 ? [broadcast(draft, reshaped(draft, inner, []), shape)] : undefined
    case 'transpose':
      return [broadcast(draft, draft.apply('transpose', [aligned()], equation.params), shape)]
    case 'slice': {
      const repeats = repeatsAlong(x)
      const at = (list: readonly number[], otherwise: number): readonly number[] =>
        list.map((n, axis) => (repeats[axis] === true ? otherwise : n))
      const { start, step } = equation.params
      const region: Region = { start: at(start, 0), step: at(step, 1), shape: at(shape, 1) }
      return [broadcast(draft, draft.apply('slice', [aligned()], region), shape)]
    }
    default:
      return undefined
  }
}

/** The rule of {@link postponeBroadcasts}. */
export const postponement: Rule = (equation, inputs, draft) => {
  switch (equation.operation) {
    case 'sum':
    case 'reduceMax':
      return reductionRule(equation, inputs, draft)
    case 'reshape':
    case 'transpose':
    case 'slice':
      return viewRule(equation, inputs, draft)
    default:
      return isElementwise(equation.operation) ? elementwiseRule(equation, inputs, draft) : undefined
  }
}

/**
 * The program with repetition after the work instead of before it: elementwise operations on values that all repeat
 * along an axis are done once along it, views of repeated values are repeated views, and a maximum over an axis of equal
 * elements is one of them.
 *
 * All that keeps every bit. A sum over an axis of n equal elements becomes a product with n, which is rounded once
 * instead of at each addition; −0 is made 0 before, as a sum of several −0 is 0.
 */
export const postponeBroadcasts = (program: Program): Program => rewrite(program, () => postponement)
