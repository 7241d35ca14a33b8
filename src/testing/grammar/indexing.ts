import { sizeOf, withoutAxes } from '../../core/tensor/shape.ts'
import { call, item, literal, name, type Expression } from '../source.ts'
import {
  anythingOf,
  chance,
  drawAxis,
  drawShape,
  fits,
  isFloating,
  isInteger,
  isKey,
  isModerate,
  isNumeric,
  isPlainFloat,
  known,
  moderate,
  pick,
  reshaped,
  spellAxis,
  variableThat,
  type Draw,
  type Known,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

interface Positions {
  readonly shape: readonly number[]
  readonly text: Expression
}

/** Positions on an axis of n elements: a variable that holds such, or numbers. */
const positions = (draw: Draw, scope: Scope, n: number): Positions | undefined => {
  const found = variableThat(
    draw,
    scope,
    (v) => isInteger(v) && v.shape.length < 3 && (sizeOf(v.shape) === 0 || (v.low >= 0 && v.high < n)),
  )
  if (found !== undefined && chance(draw, 70)) return { shape: found.shape, text: name(found.name) }
  if (n === 0) return { shape: [0], text: literal([]) }
  if (chance(draw, 30)) return { shape: [], text: literal(draw.integer(0, n - 1)) }
  const count = draw.integer(0, 3)
  return { shape: [count], text: literal(Array.from({ length: count }, () => draw.integer(0, n - 1))) }
}

const take: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const at = positions(draw, scope, x.shape[axis]!)
  if (at === undefined) return undefined
  const shape = [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)]
  const spelled = spellAxis(draw, axis, x.shape.length)
  return fits(scope, shape)
    ? {
        value: call('take', name(x.name), at.text, ...(spelled === 0 ? [] : [literal({ axis: spelled })])),
        results: reshaped(x, shape),
      }
    : undefined
}

const takeAlongAxis: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const n = x.shape[axis]!
  const at = variableThat(
    draw,
    scope,
    (v) =>
      isInteger(v) &&
      v.shape.length === x.shape.length &&
      v.shape.every((d, i) => i === axis || d === x.shape[i]) &&
      (sizeOf(v.shape) === 0 || (v.low >= 0 && v.high < n)),
  )
  return at === undefined
    ? undefined
    : {
        value: call('takeAlongAxis', name(x.name), name(at.name), literal({ axis })),
        results: reshaped(x, at.shape),
      }
}

const scatterAdd: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const at = positions(draw, scope, x.shape[axis]!)
  if (at === undefined) return undefined
  const shape = [...x.shape.slice(0, axis), ...at.shape, ...x.shape.slice(axis + 1)]
  if (!fits(scope, shape)) return undefined
  const found = variableThat(
    draw,
    scope,
    (v) =>
      v.dtype === x.dtype &&
      isModerate(v) &&
      v.shape.length === shape.length &&
      v.shape.every((n, i) => n === shape[i]),
  )
  const updates =
    found === undefined
      ? call('full', literal(shape), literal(0.5), literal({ dtype: x.dtype }))
      : name(found.name)
  const size = Math.max(0.5, Math.abs(found?.low ?? 0), Math.abs(found?.high ?? 0)) * sizeOf(at.shape)
  if (size > moderate) return undefined
  return {
    value: call('scatterAdd', name(x.name), at.text, updates, ...(axis === 0 ? [] : [literal({ axis })])),
    results: known(x.shape, x.dtype, x.low - size, x.high + size),
  }
}

const oneHot: Rule = (draw, scope) => {
  const labels = variableThat(draw, scope, (v) => v.dtype === 'int32' && v.shape.length < 3)
  if (labels === undefined) return undefined
  const classes = draw.integer(1, 4)
  const shape = [...labels.shape, classes]
  const inside = labels.low >= 0 && labels.high < classes
  const text: Expression = inside
    ? name(labels.name)
    : call('clip', name(labels.name), literal(0), literal(classes - 1))
  return fits(scope, shape)
    ? {
        value: call('oneHot', text, literal(classes), literal({ dtype: scope.float })),
        results: known(shape, scope.float, 0, 1),
      }
    : undefined
}

const ordered: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isNumeric(v) && v.shape.length > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const n = x.shape[axis]!
  const options = literal({ axis: spellAxis(draw, axis, x.shape.length) })
  const order: Known = known(x.shape, 'int32', 0, Math.max(0, n - 1))
  if (chance(draw, 40)) return { value: call('argsort', name(x.name), options), results: order }
  if (chance(draw, 60)) return { value: call('sort', name(x.name), options), results: x }
  const last = x.shape[x.shape.length - 1]!
  const k = draw.integer(0, last)
  const shape = [...x.shape.slice(0, -1), k]
  const top = call('topK', name(x.name), literal(k))
  return chance(draw, 50)
    ? { value: item(top, 'values'), results: reshaped(x, shape) }
    : { value: item(top, 'indices'), results: known(shape, 'int32', 0, Math.max(0, last - 1)) }
}

/** A key: a variable, or the key of a seed. */
const keyFrom = (draw: Draw, scope: Scope): Expression => {
  const found = variableThat(draw, scope, isKey)
  return found !== undefined && chance(draw, 80) ? name(found.name) : call('key', literal(draw.integer(0, 9)))
}

const derivedKey: Rule = (draw, scope) => {
  const from = keyFrom(draw, scope)
  const address = variableThat(
    draw,
    scope,
    (v) => isInteger(v) && sizeOf(v.shape) === 1 && v.shape.length === 0 && v.low >= 0,
  )
  const value =
    address !== undefined && chance(draw, 60)
      ? call('foldIn', from, name(address.name))
      : chance(draw, 50)
        ? call('foldIn', from, literal(pick(draw, [0, 3, 'layer'])))
        : item(call('splitKey', from, literal(2)), draw.integer(0, 1))
  return { value, results: anythingOf([2], 'uint32') }
}

const random: Rule = (draw, scope) => {
  const from = keyFrom(draw, scope)
  const shape = drawShape(draw, scope, 2)
  const dtype = literal({ dtype: scope.float })
  const weights = variableThat(
    draw,
    scope,
    (v) => isPlainFloat(v) && v.shape.length > 0 && sizeOf(v.shape) > 0,
  )
  const chances: Variable | undefined = variableThat(
    draw,
    scope,
    (v) => isFloating(v) && v.low >= 0 && v.high <= 1 && v.shape.length < 3,
  )
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({ value: call('uniform', from, literal(shape), dtype), results: known(shape, scope.float, 0, 1) }),
    () => ({ value: call('normal', from, literal(shape), dtype), results: known(shape, scope.float, -9, 9) }),
    () => ({ value: call('randomBits', from, literal(shape)), results: anythingOf(shape, 'uint32') }),
    () =>
      chances === undefined
        ? {
            value: call('bernoulli', from, literal(0.5), literal(shape)),
            results: known(shape, 'bool', 0, 1),
          }
        : {
            value: call('bernoulli', from, name(chances.name), literal(chances.shape)),
            results: known(chances.shape, 'bool', 0, 1),
          },
    () => {
      const n = Math.min(8, pick(draw, scope.dimensions))
      return {
        value: call('permutation', from, literal(n)),
        results: known([n], 'int32', 0, Math.max(0, n - 1)),
      }
    },
    () => {
      if (weights === undefined) return undefined
      const axis = drawAxis(draw, weights)
      return {
        value: call('categorical', from, name(weights.name), literal({ axis })),
        results: known(withoutAxes(weights.shape, [axis]), 'int32', 0, weights.shape[axis]! - 1),
      }
    },
  ])()
}

export const indexingRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [6, take],
  [3, takeAlongAxis],
  [3, scatterAdd],
  [2, oneHot],
  [3, ordered],
  [2, derivedKey],
  [4, random],
]
