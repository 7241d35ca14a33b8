import { sizeOf, withoutAxes, withUnitAxes } from '../../core/tensor/shape.ts'
import { call, literal, name, type Literal } from '../source.ts'
import {
  chance,
  drawAxis,
  fits,
  isFloating,
  isInteger,
  isModerate,
  isNumeric,
  isPlainFloat,
  known,
  moderate,
  pick,
  spellAxis,
  variableThat,
  wrapped,
  type Draw,
  type Known,
  type Rule,
  type Variable,
} from './scope.ts'

interface Over {
  readonly axes: readonly number[]
  readonly shape: readonly number[]
  readonly count: number
  readonly options: { readonly [name: string]: Literal }
}

/** Axes to reduce over, spelt in one of the ways there are. */
const over = (draw: Draw, { shape }: Variable): Over => {
  const rank = shape.length
  const kind = rank === 0 ? 0 : draw.integer(0, 3)
  const axis = rank === 0 ? 0 : draw.integer(0, rank - 1)
  const axes =
    kind === 0
      ? [...shape.keys()]
      : kind === 1
        ? [...shape.keys()].filter((i) => i !== axis || rank === 1)
        : [axis]
  const keepDims = chance(draw, 30)
  const spelled: { readonly [name: string]: Literal } =
    kind === 0 ? {} : { axis: kind === 1 ? axes : spellAxis(draw, axis, rank) }
  return {
    axes,
    shape: keepDims ? withUnitAxes(shape, axes) : withoutAxes(shape, axes),
    count: sizeOf(axes.map((i) => shape[i]!)),
    options: { ...spelled, ...(keepDims ? { keepDims } : {}) },
  }
}

const optionsOf = (options: Over['options']) => (Object.keys(options).length === 0 ? [] : [literal(options)])

const bounded = (x: Known, low: number, high: number): readonly [number, number] =>
  isFloating(x) ? [low, high] : [Math.floor(low), Math.ceil(high)]

const reduced: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isPlainFloat)
  if (x === undefined) return undefined
  const { shape, count, options } = over(draw, x)
  const size = Math.max(Math.abs(x.low), Math.abs(x.high))
  const all: Readonly<Record<string, readonly [number, number]>> = {
    sum: [Math.min(0, count * x.low), Math.max(0, count * x.high)],
    ...(count === 0
      ? {}
      : {
          mean: [x.low, x.high],
          variance: [0, (x.high - x.low) ** 2],
          std: [0, x.high - x.low],
          max: [x.low, x.high],
          min: [x.low, x.high],
          prod: [-(size ** count), size ** count],
          logSumExp: [x.low, x.high + Math.log(count)],
          norm: [0, size * Math.sqrt(count)],
        }),
  }
  const f = pick(draw, [...Object.keys(all), 'sum'])
  const [low, high] = all[f]!
  const result = known(shape, x.dtype, low, high)
  const value = call(f, name(x.name), ...optionsOf(options))
  return isModerate(result)
    ? { value, results: result }
    : { value: call('tanh', value), results: known(shape, x.dtype, -1, 1) }
}

const reducedIntegers: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isInteger(v) || v.dtype === 'bool')
  if (x === undefined) return undefined
  const { shape, count, options } = over(draw, x)
  const given = [name(x.name), ...optionsOf(options)] as const
  if (x.dtype === 'bool' && chance(draw, 60))
    return { value: call(pick(draw, ['any', 'all']), ...given), results: known(shape, 'bool', 0, 1) }
  if (x.dtype === 'bool') return { value: call('sum', ...given), results: known(shape, 'int32', 0, count) }
  if (count > 0 && chance(draw, 60)) {
    const [low, high] = bounded(x, x.low, x.high)
    return { value: call(pick(draw, ['max', 'min']), ...given), results: known(shape, x.dtype, low, high) }
  }
  return {
    value: call('sum', ...given),
    results: wrapped(known(shape, x.dtype, Math.min(0, count * x.low), Math.max(0, count * x.high))),
  }
}

const position: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isNumeric(v) && sizeOf(v.shape) > 0)
  if (x === undefined) return undefined
  const f = pick(draw, ['argmax', 'argmin'])
  if (x.shape.length === 0 || chance(draw, 30))
    return { value: call(f, name(x.name)), results: known([], 'int32', 0, Math.max(0, sizeOf(x.shape) - 1)) }
  const axis = drawAxis(draw, x)
  return {
    value: call(f, name(x.name), literal({ axis: spellAxis(draw, axis, x.shape.length) })),
    results: known(withoutAxes(x.shape, [axis]), 'int32', 0, x.shape[axis]! - 1),
  }
}

const running: Rule = (draw, scope) => {
  const x = variableThat(
    draw,
    scope,
    (v) => v.shape.length > 0 && isNumeric(v) && (isInteger(v) || isModerate(v)),
  )
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const n = x.shape[axis]!
  const options = literal({ axis: spellAxis(draw, axis, x.shape.length) })
  const f = isFloating(x) ? pick(draw, ['cumsum', 'cumsum', 'cumprod']) : 'cumsum'
  const size = Math.max(Math.abs(x.low), Math.abs(x.high))
  const [low, high] =
    f === 'cumsum'
      ? [Math.min(x.low, n * x.low), Math.max(x.high, n * x.high)]
      : [-(Math.max(1, size) ** n), Math.max(1, size) ** n]
  const result = known(x.shape, x.dtype, low, high)
  const value = call(f, name(x.name), options)
  if (isFloating(x) && !isModerate(result))
    return { value: call('sin', value), results: known(x.shape, x.dtype, -1, 1) }
  return { value, results: wrapped(result) }
}

const normalized: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0 && sizeOf(v.shape) > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const n = x.shape[axis]!
  const options = chance(draw, 50) ? [literal({ axis })] : []
  const width = x.high - x.low + Math.log(Math.max(n, ...x.shape))
  return chance(draw, 50) || width > moderate
    ? { value: call('softmax', name(x.name), ...options), results: known(x.shape, x.dtype, 0, 1) }
    : { value: call('logSoftmax', name(x.name), ...options), results: known(x.shape, x.dtype, -width, 0) }
}

const products: Rule = (draw, scope) => {
  const a = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0 && v.shape.length < 4)
  if (a === undefined) return undefined
  const inner = a.shape[a.shape.length - 1]!
  const b = variableThat(draw, scope, (v) => {
    const meets = v.shape[Math.max(0, v.shape.length - 2)] === inner
    const batch = [a, v].filter(({ shape }) => shape.length > 2).map(({ shape }) => shape[0])
    return (
      isPlainFloat(v) &&
      v.dtype === a.dtype &&
      v.shape.length > 0 &&
      v.shape.length < 4 &&
      meets &&
      new Set(batch).size <= 1
    )
  })
  if (b === undefined) return undefined
  const batch = (a.shape.length > 2 ? a : b).shape.slice(0, -2)
  const rows = a.shape.length === 1 ? [] : [a.shape[a.shape.length - 2]!]
  const columns = b.shape.length === 1 ? [] : [b.shape[b.shape.length - 1]!]
  const shape = [...batch, ...rows, ...columns]
  if (!fits(scope, shape)) return undefined
  const size = inner * Math.max(-a.low, a.high) * Math.max(-b.low, b.high)
  const f = a.shape.length === 1 && b.shape.length === 1 && chance(draw, 50) ? 'dot' : 'matmul'
  const value = call(f, name(a.name), name(b.name))
  return size <= moderate
    ? { value, results: known(shape, a.dtype, -size, size) }
    : { value: call('tanh', value), results: known(shape, a.dtype, -1, 1) }
}

/** Specifications by the ranks of their two inputs. */
const specifications = [
  'ij,jk->ik',
  'ij,kj->ki',
  'ij,ij->i',
  'ij,ij->ji',
  'i,j->ij',
  'i,ij->j',
  'bij,bjk->bik',
]

const summed: Rule = (draw, scope) => {
  const specification = pick(draw, specifications)
  const [left = '', result = ''] = specification.split('->')
  const [first = '', second = ''] = left.split(',')
  const a = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length === first.length)
  if (a === undefined) return undefined
  const sizes = new Map([...first].map((letter, i) => [letter, a.shape[i]!]))
  const b = variableThat(
    draw,
    scope,
    (v) =>
      isPlainFloat(v) &&
      v.dtype === a.dtype &&
      v.shape.length === second.length &&
      [...second].every((letter, i) => (sizes.get(letter) ?? v.shape[i]) === v.shape[i]),
  )
  if (b === undefined) return undefined
  const all = new Map([...sizes, ...[...second].map((letter, i) => [letter, b.shape[i]!] as const)])
  const shape = [...result].map((letter) => all.get(letter)!)
  if (!fits(scope, shape)) return undefined
  const value = call('einsum', literal(specification), name(a.name), name(b.name))
  return { value: call('tanh', value), results: known(shape, a.dtype, -1, 1) }
}

const outer: Rule = (draw, scope) => {
  const vector = (v: Variable): boolean => isPlainFloat(v) && v.shape.length === 1
  const a = variableThat(draw, scope, vector)
  const b = variableThat(draw, scope, (v) => vector(v) && v.dtype === a?.dtype)
  if (a === undefined || b === undefined) return undefined
  const shape = [a.shape[0]!, b.shape[0]!]
  const size = Math.max(-a.low, a.high) * Math.max(-b.low, b.high)
  return fits(scope, shape) && size <= moderate
    ? { value: call('outer', name(a.name), name(b.name)), results: known(shape, a.dtype, -size, size) }
    : undefined
}

export const reductionRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [9, reduced],
  [3, reducedIntegers],
  [2, position],
  [3, running],
  [2, normalized],
  [5, products],
  [2, summed],
  [1, outer],
]
