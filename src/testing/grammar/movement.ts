import { sizeOf } from '../../core/tensor/shape.ts'
import { call, item, list, literal, name, type Expression } from '../source.ts'
import { drawAround, drawCut, spelledCuts } from './cuts.ts'
import {
  chance,
  drawAxis,
  drawShape,
  fits,
  hull,
  isFloating,
  isNumeric,
  isPlainFloat,
  known,
  pick,
  reshaped,
  spellAxis,
  variableThat,
  type Draw,
  type Drawn,
  type Known,
  type Rule,
  type Variable,
} from './scope.ts'

const anything = (): boolean => true

const withAxes = ({ shape }: Variable): boolean => shape.length > 0

const replaced = (shape: readonly number[], axis: number, n: number): readonly number[] =>
  shape.map((d, i) => (i === axis ? n : d))

/** One of the values, with a number the value stands for written −1 at times. */
const reshape: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, anything)
  if (x === undefined) return undefined
  const { shape } = x
  const size = sizeOf(shape)
  const split = shape.flatMap((n) => (n % 2 === 0 && n > 2 ? [2, n / 2] : [n]))
  const target = pick(draw, [[size], [1, ...shape], [...shape, 1], [...shape].reverse(), split, shape])
  const open = chance(draw, 30) && size > 0 && target.length > 0 ? draw.integer(0, target.length - 1) : -1
  const spelled = target.map((n, i) => (i === open ? -1 : n))
  return { value: call('reshape', name(x.name), literal(spelled)), results: reshaped(x, target) }
}

const shuffled = (draw: Draw, list_: readonly number[]): readonly number[] =>
  list_.length === 0
    ? []
    : ((at) => [
        list_[at]!,
        ...shuffled(
          draw,
          list_.filter((_, i) => i !== at),
        ),
      ])(draw.integer(0, list_.length - 1))

const transpose: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length > 1)
  if (x === undefined) return undefined
  if (chance(draw, 40))
    return { value: call('transpose', name(x.name)), results: reshaped(x, [...x.shape].reverse()) }
  if (chance(draw, 30)) {
    const [from, to] = [drawAxis(draw, x), drawAxis(draw, x)]
    const rest = x.shape.filter((_, i) => i !== from)
    const shape = [...rest.slice(0, to), x.shape[from]!, ...rest.slice(to)]
    return { value: call('moveAxis', name(x.name), literal(from), literal(to)), results: reshaped(x, shape) }
  }
  const permutation = shuffled(draw, [...x.shape.keys()])
  return {
    value: call('transpose', name(x.name), literal(permutation)),
    results: reshaped(
      x,
      permutation.map((axis) => x.shape[axis]!),
    ),
  }
}

const unitAxis: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length < 4)
  if (x === undefined) return undefined
  const unit = x.shape.indexOf(1)
  if (unit >= 0 && chance(draw, 50))
    return {
      value: call('squeeze', name(x.name), literal({ axis: unit })),
      results: reshaped(
        x,
        x.shape.filter((_, i) => i !== unit),
      ),
    }
  const at = draw.integer(0, x.shape.length)
  return {
    value: call('expandDims', name(x.name), literal({ axis: at })),
    results: reshaped(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]),
  }
}

const broadcastTo: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length < 3)
  if (x === undefined) return undefined
  const shape = [
    ...(chance(draw, 70) ? [pick(draw, scope.dimensions)] : []),
    ...x.shape.map((n) => (n === 1 ? pick(draw, scope.dimensions) : n)),
  ]
  return fits(scope, shape)
    ? { value: call('broadcastTo', name(x.name), literal(shape)), results: reshaped(x, shape) }
    : undefined
}

/** A box: of each of the first axes any elements, forwards or backwards. */
const slice: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const cuts = x.shape.slice(0, draw.integer(1, x.shape.length)).map((n) => drawCut(draw, n))
  return {
    value: call('slice', name(x.name), ...spelledCuts(draw, cuts)),
    results: reshaped(
      x,
      x.shape.map((n, i) => cuts[i]?.count ?? n),
    ),
  }
}

const backwards: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  return {
    value: call('flip', name(x.name), ...(chance(draw, 40) ? [] : [literal({ axis })])),
    results: x,
  }
}

/** What a slice of zeros takes its elements from: a pad that puts elements apart, and in the other order, too. */
const placed: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => withAxes(v) && isPlainFloat(v))
  if (x === undefined) return undefined
  const cuts = x.shape.map((count) => drawAround(draw, count))
  const shape = cuts.map(({ n }) => n)
  if (!fits(scope, shape)) return undefined
  const cut: Expression = {
    kind: 'function',
    parameters: ['whole'],
    types: [{ shape, dtype: x.dtype }],
    lines: [],
    result: call('slice', name('whole'), ...spelledCuts(draw, cuts)),
  }
  const pullback = item(call('vjp', cut, call('zeros', literal(shape), literal({ dtype: x.dtype }))), 1)
  return {
    value: item(call(pullback, name(x.name)), 0),
    results: known(shape, x.dtype, Math.min(x.low, 0), Math.max(x.high, 0)),
  }
}

const padded: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const alone = chance(draw, 40) ? drawAxis(draw, x) : undefined
  const widths = x.shape.map((_, axis) =>
    alone === undefined || alone === axis ? [draw.integer(0, 2), draw.integer(0, 1)] : [0, 0],
  )
  const shape = x.shape.map((n, i) => n + (widths[i]?.[0] ?? 0) + (widths[i]?.[1] ?? 0))
  if (!fits(scope, shape)) return undefined
  const value = isFloating(x) && chance(draw, 30) ? [literal(0.5)] : []
  const results = known(shape, x.dtype, Math.min(x.low, 0), Math.max(x.high, isFloating(x) ? 0.5 : 0))
  return { value: call('pad', name(x.name), literal(widths), ...value), results }
}

/** Of a value and those that agree with it outside an axis. */
const concat: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const joins = (y: Variable): boolean =>
    y.dtype === x.dtype &&
    y.shape.length === x.shape.length &&
    y.shape.every((n, i) => i === axis || n === x.shape[i])
  const parts = [
    x,
    ...Array.from({ length: draw.integer(0, 2) }, () => variableThat(draw, scope, joins) ?? x),
  ]
  const along = parts.reduce((total, { shape }) => total + shape[axis]!, 0)
  const shape = replaced(x.shape, axis, along)
  if (!fits(scope, shape)) return undefined
  const spelled = spellAxis(draw, axis, x.shape.length)
  return {
    value: call(
      'concat',
      list(...parts.map((part) => name(part.name))),
      ...(spelled === 0 ? [] : [literal({ axis: spelled })]),
    ),
    results: reshaped(
      parts.reduce<Known>((a, b) => hull(a, b), x),
      shape,
    ),
  }
}

const stack: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length < 3)
  if (x === undefined) return undefined
  const alike = (y: Variable): boolean =>
    y.dtype === x.dtype && y.shape.length === x.shape.length && y.shape.every((n, i) => n === x.shape[i])
  const parts = [
    x,
    ...Array.from({ length: draw.integer(0, 2) }, () => variableThat(draw, scope, alike) ?? x),
  ]
  const at = draw.integer(0, x.shape.length)
  const shape = [...x.shape.slice(0, at), parts.length, ...x.shape.slice(at)]
  if (!fits(scope, shape)) return undefined
  return {
    value: call(
      'stack',
      list(...parts.map((part) => name(part.name))),
      ...(at === 0 ? [] : [literal({ axis: at })]),
    ),
    results: reshaped(
      parts.reduce<Known>((a, b) => hull(a, b), x),
      shape,
    ),
  }
}

const split: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const n = x.shape[axis]!
  const cut = draw.integer(0, n)
  const equal = n > 0 && n % 2 === 0 && chance(draw, 40)
  const sizes = equal ? [n / 2, n / 2] : [cut, n - cut]
  const text: Expression = literal(equal ? 2 : [cut])
  return {
    value: call('split', name(x.name), text, ...(axis === 0 ? [] : [literal({ axis })])),
    results: sizes.map((size) => reshaped(x, replaced(x.shape, axis, size))),
  }
}

const tile: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const times = x.shape.map(() => draw.integer(1, 2))
  const shape = x.shape.map((n, i) => n * times[i]!)
  return fits(scope, shape)
    ? { value: call('tile', name(x.name), literal(times)), results: reshaped(x, shape) }
    : undefined
}

const diag: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => v.shape.length > 0 && v.shape.length < 3 && isNumeric(v))
  if (x === undefined) return undefined
  const [n = 0, m] = x.shape
  const shape = m === undefined ? [n, n] : [Math.min(n, m)]
  return fits(scope, shape)
    ? {
        value: call('diag', name(x.name)),
        results: known(shape, x.dtype, Math.min(0, x.low), Math.max(0, x.high)),
      }
    : undefined
}

/** A view of a view of a view, in one expression. */
const viewed: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, withAxes)
  if (x === undefined) return undefined
  const start: Drawn & { readonly results: Known } = { value: name(x.name), results: x }
  return Array.from({ length: draw.integer(2, 4) }).reduce<typeof start>((sofar) => {
    const rule = pick(draw, [slice, slice, backwards, transpose, broadcastTo, reshape, unitAxis])
    const next = rule(draw, { ...scope, variables: [{ ...sofar.results, name: x.name }] })
    return next?.value.kind === 'call'
      ? {
          value: { ...next.value, given: [sofar.value, ...next.value.given.slice(1)] },
          results: next.results as Known,
        }
      : sofar
  }, start)
}

/** What is made of numbers alone. */
const created: Rule = (draw, scope) => {
  const dtype = literal({ dtype: scope.float })
  const n = Math.min(8, pick(draw, scope.dimensions))
  const shape = drawShape(draw, scope, 2)
  return pick(draw, [
    () => ({ value: call('zeros', literal(shape), dtype), results: known(shape, scope.float, 0, 0) }),
    () => ({ value: call('ones', literal(shape), dtype), results: known(shape, scope.float, 1, 1) }),
    () => ({
      value: call('full', literal(shape), literal(0.75), dtype),
      results: known(shape, scope.float, 0.75, 0.75),
    }),
    () => ({ value: call('eye', literal(n), literal(n), dtype), results: known([n, n], scope.float, 0, 1) }),
    () => ({ value: call('tri', literal(n), literal(n), dtype), results: known([n, n], scope.float, 0, 1) }),
    () => ({
      value: call('linspace', literal(-1), literal(1), literal(n), dtype),
      results: known([n], scope.float, -1, 1),
    }),
    () => ({
      value: call('cast', call('arange', literal(n)), literal('int32')),
      results: known([n], 'int32', 0, Math.max(0, n - 1)),
    }),
  ])()
}

export const movementRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [4, reshape],
  [4, transpose],
  [2, unitAxis],
  [4, broadcastTo],
  [8, slice],
  [3, backwards],
  [4, placed],
  [5, viewed],
  [2, padded],
  [3, concat],
  [2, stack],
  [2, split],
  [1, tile],
  [1, diag],
  [1, created],
]
