import { abs, max, neg } from '../primitive/elementwise.ts'
import { operationsOf } from '../primitive/operations.ts'
import type { Bind, Operations, Primitive, TangentOperations, Typed } from '../primitive/primitive.ts'
import { scalarOf, type ConcreteTensor } from '../tensor/concrete.ts'
import type { Value } from '../tensor/tensor.ts'
import { anyAlong, anyBy, covers, viewAfter } from './mask-views.ts'
import { knownMask, made, maskOf, type Mask } from './mask.ts'
import type { AnyValue } from './value.ts'

/*
 * Where a tangent or cotangent is more than a zero of structure. Elements outside the support are zeros that stand for
 * a branch not taken, for padding, for an input held fixed. They stay zeros whatever they are multiplied by, so an
 * infinite slope of a branch not taken never becomes NaN; any other zero times an infinite slope does.
 *
 * Supports are kept beside the values, made only where a product asks for one, and are ordinary values themselves:
 * products are written as selections, which are differentiated, batched and staged like anything else.
 */
type Support = 'nowhere' | Mask

const supports = new WeakMap<Value, Support>()
const products = new WeakMap<Value, { readonly factor: Value; readonly product: () => Value }>()

const masksOf = (...of: readonly (Support | undefined)[]): readonly Mask[] =>
  of.filter((support) => support !== undefined && support !== 'nowhere')

/** Of the memory behind a tensor, as long as that does not hold much more than the tensor. */
const everyElement = (
  { view: { data }, size }: ConcreteTensor,
  holds: (element: number) => boolean,
): boolean => {
  if (data.length > 2 * size) return false
  for (let i = 0; i < data.length; i++) if (!holds(data[i]!)) return false
  return true
}

/** Whether a coefficient is known to make 0 of 0, to every order: looking at it is cheaper than a selection. */
const isHarmless = (coefficient: AnyValue, holds: (element: number) => boolean): boolean =>
  coefficient.kind === 'concrete'
    ? everyElement(coefficient, holds)
    : coefficient.kind === 'dual' &&
      isHarmless(coefficient.primal, holds) &&
      isHarmless(coefficient.tangent, Number.isFinite)

/** 0 divided by it is 0, and so is 0 times its derivatives. */
const isDivisor = (element: number): boolean => Number.isFinite(element) && element !== 0

/** Supports by ordinary operations. */
const supportsBy = (p: Operations) => {
  const everywhere = (value: boolean, shape: readonly number[]): Value =>
    p.broadcastTo(scalarOf(value ? 1 : 0, 'bool'), shape)
  const booleans = (support: Support | undefined, shape: readonly number[]): Value =>
    support === undefined || support === 'nowhere' ? everywhere(support === undefined, shape) : made(support)
  const not = (mask: Value): Value => p.equal(mask, p.constant(0, mask))

  const union = (a: Support | undefined, b: Support | undefined): Support | undefined => {
    if (a === undefined || b === undefined) return undefined
    if (a === 'nowhere' || a === b) return b
    if (b === 'nowhere' || covers(a, b)) return a
    return covers(b, a) ? b : maskOf(() => p.call(max, made(a), made(b)), [a, b])
  }

  const chosen = (condition: Value, a: Support | undefined, b: Support | undefined): Support | undefined => {
    if (a === b && (a === undefined || a === 'nowhere')) return a
    if (a === undefined && b === 'nowhere') return knownMask(condition, false)
    if (a === 'nowhere' && b === undefined) return maskOf(() => not(condition), [])
    const { shape } = condition
    return maskOf(() => p.select(condition, booleans(a, shape), booleans(b, shape)), masksOf(a, b))
  }

  return { booleans, any: anyBy(p), union, chosen }
}

/** The support of a result from those of the inputs; everywhere unless something is known. */
const supportAfter = <P>(
  p: Operations,
  by: ReturnType<typeof supportsBy>,
  primitive: Primitive<P>,
  inputs: readonly Value[],
  params: P,
  output: Value,
): Support | undefined => {
  const kind = primitive.linear?.support
  if (kind === undefined) return undefined
  const x = inputs[0]!
  const y = inputs[1]!
  const z = inputs[2]!
  const s = supports.get(x)
  const rest = inputs.slice(1)
  switch (kind) {
    case 'same':
      return s
    case 'union':
      return by.union(s, supports.get(y))
    case 'chosen':
      return by.chosen(x, supports.get(y), supports.get(z))
    case 'moved':
      return s === undefined || s === 'nowhere'
        ? s
        : (viewAfter(p, primitive, s, x.shape, params, output.shape) ??
            maskOf(() => p.bind(primitive, [made(s), ...rest], params), [s]))
    case 'filled': {
      const all = inputs.map((input) => supports.get(input))
      if (all.every((one) => one === 'nowhere')) return 'nowhere'
      if (inputs.length > 1 && all.every((one) => one === undefined)) return undefined
      return maskOf(
        () =>
          p.bind(
            primitive,
            inputs.map((input, i) => by.booleans(all[i], input.shape)),
            params,
          ),
        masksOf(...all),
      )
    }
    case 'counted':
      if (s === undefined || s === 'nowhere') return s
      return (
        viewAfter(p, primitive, s, x.shape, params, output.shape) ??
        maskOf(() => by.any(made(s), (counts) => p.bind(primitive, [counts, ...rest], params)), [s])
      )
    case 'scattered':
      return s === 'nowhere'
        ? s
        : maskOf(
            () => by.any(by.booleans(s, x.shape), (counts) => p.bind(primitive, [counts, ...rest], params)),
            masksOf(s),
          )
    case 'product': {
      // One of the two matrices is a tangent, and whole rows or columns of the product are more than 0.
      const [supported, { shape }, axis] =
        s === undefined ? ([supports.get(y), y, -2] as const) : ([s, x, -1] as const)
      return supported === undefined || supported === 'nowhere'
        ? supported
        : anyAlong(p, supported, shape, shape.length + axis, output.shape)
    }
  }
}

/**
 * Where a tangent is more than a zero of structure, as booleans to be handed to where the tangent goes; nothing where
 * that is everywhere.
 */
export const supportOf =
  (p: Operations) =>
  (tangent: AnyValue): AnyValue | undefined => {
    const support = supports.get(tangent)
    return support === undefined ? undefined : (supportsBy(p).booleans(support, tangent.shape) as AnyValue)
  }

/** A tangent that has come with its support, of which it is not known any more what it was made of. */
export const withSupport = (tangent: AnyValue, support: AnyValue | undefined): AnyValue => {
  if (support !== undefined) supports.set(tangent, knownMask(support, true))
  return tangent
}

/** What a caller gives as a tangent or cotangent: its zeros say that nothing moves, or is asked for, there. */
export const given =
  (p: Operations) =>
  (tangent: AnyValue): AnyValue => {
    if (!supports.has(tangent))
      supports.set(
        tangent,
        maskOf(
          () => {
            const still = p.equal(tangent, p.constant(0, tangent))
            return p.equal(still, p.constant(0, still))
          },
          [],
          true,
        ),
      )
    return tangent
  }

/** The operations of derivative and transposition rules, over a way to apply primitives. */
export const tangentOperationsOf = (plain: Operations<AnyValue>): TangentOperations<AnyValue> => {
  const by = supportsBy(plain)
  const supported = (output: AnyValue, support: Support | undefined): AnyValue => {
    if (support !== undefined) supports.set(output, support)
    return output
  }
  // An expression of tangents that are not known yet has no support: it gets one when it is evaluated or transposed.
  const bind: Bind<AnyValue> = (primitive, inputs, params) => {
    const x = inputs[0]!
    // 0 − 0 is 0, where −0 would show.
    const output =
      primitive.name === neg.name && supports.has(x)
        ? plain.sub(plain.constant(0, x), x)
        : plain.bind(primitive, inputs, params)
    return output.kind === 'symbolic'
      ? output
      : supported(output, supportAfter(plain, by, primitive, inputs, params, output))
  }
  /**
   * A product inside the support. What lies outside by its value is multiplied too where the slope is finite: the
   * product is 0 there anyway, and stays linear in the tangent, which may be differentiated itself. `harmless` tells
   * whether every slope is known to be finite.
   */
  const within = (
    tangent: Value,
    harmless: () => boolean,
    finite: () => Value,
    scaled: () => AnyValue,
  ): AnyValue => {
    const support = supports.get(tangent)
    if (support === undefined) return scaled()
    if (support === 'nowhere') return tangent as AnyValue
    const result = scaled()
    if (harmless()) return supported(result, support)
    const kept = support.ofValues ? plain.call(max, made(support), finite()) : made(support)
    return supported(plain.select(kept, result, plain.constant(0, result)), support)
  }
  const sizeOf = (x: Value): Value => plain.call(abs, x)
  const declareProduct = (tangent: Value, factor: Value, product: () => Value): void => {
    products.set(tangent, { factor, product })
  }
  return {
    ...operationsOf(bind),
    plain,
    zero: (like: Typed) => supported(plain.constant(0, like), 'nowhere'),
    times: (tangent, coefficient) =>
      within(
        tangent,
        () => isHarmless(coefficient as AnyValue, Number.isFinite),
        () => plain.less(sizeOf(coefficient), plain.constant(Infinity, coefficient)),
        () => plain.mul(tangent, coefficient),
      ),
    over: (tangent, coefficient) => {
      const quotient = within(
        tangent,
        () => isHarmless(coefficient as AnyValue, isDivisor),
        () => plain.less(plain.constant(0, coefficient), sizeOf(coefficient)),
        () => plain.div(tangent, coefficient),
      )
      if (quotient !== tangent) declareProduct(quotient, coefficient, () => tangent)
      return quotient
    },
    declareProduct,
    declaredProduct: (tangent, factor) => {
      const known = products.get(tangent)
      return known?.factor === factor ? known.product : undefined
    },
  }
}
