import { sizeOf, withoutAxes } from '../../core/tensor/shape.ts'
import { call, item, list, literal, name, type Expression, type Literal } from '../source.ts'
import { drawCut, spellCuts } from './cuts.ts'
import {
  chance,
  drawAxis,
  fits,
  hull,
  isInteger,
  isModerate,
  isPlainFloat,
  known,
  pick,
  reshaped,
  variableThat,
  type Draw,
  type Known,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

const hasElements = ({ shape }: Known): boolean => sizeOf(shape) > 0

/** A float of moderate size with elements, and one of its axes. */
const along = (
  draw: Draw,
  scope: Scope,
): { readonly x: Variable; readonly axis: number; readonly n: number } | undefined => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0 && hasElements(v))
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  return { x, axis, n: x.shape[axis]! }
}

const numbers = (draw: Draw, count: number, below: number): readonly number[] =>
  Array.from({ length: count }, () => draw.integer(0, below - 1))

const updated: Rule = (draw, scope) => {
  const found = along(draw, scope)
  if (found === undefined) return undefined
  const { x, axis, n } = found
  const f = pick(draw, ['setAt', 'addAt', 'multiplyAt', 'maxAt', 'minAt'])
  const count = draw.integer(0, 3)
  const box = chance(draw, 40)
  const places: Literal = box
    ? spellCuts(
        draw,
        x.shape.map((size) => drawCut(draw, size)),
      )
    : numbers(draw, count, n)
  const half = known(x.shape, x.dtype, 0, 0.5)
  const results =
    f === 'addAt' ? known(x.shape, x.dtype, x.low, x.high + 0.5 * Math.max(1, count)) : hull(x, half)
  return {
    value: call(
      f,
      name(x.name),
      literal(places),
      literal(0.5),
      ...(box || axis === 0 ? [] : [literal({ axis })]),
    ),
    results,
  }
}

const segmented: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0 && hasElements(v))
  if (x === undefined) return undefined
  const n = x.shape[0]!
  const f = pick(draw, ['segmentSum', 'segmentMean', 'segmentMax', 'segmentMin', 'segmentProd'])
  // The extremes of nothing are infinite, so every segment has a row there.
  const extreme = f === 'segmentMax' || f === 'segmentMin'
  const segments = extreme ? draw.integer(1, Math.min(3, n)) : draw.integer(1, 3)
  const ids = Array.from({ length: n }, (_, i) =>
    extreme && i < segments ? i : draw.integer(0, segments - 1),
  )
  const shape = [segments, ...x.shape.slice(1)]
  if (!fits(scope, shape)) return undefined
  const size = Math.max(Math.abs(x.low), Math.abs(x.high))
  const most = f === 'segmentSum' ? n * size : f === 'segmentProd' ? Math.max(1, size) ** n : size
  return {
    value: call(f, name(x.name), literal(ids), literal({ segments })),
    results: known(shape, x.dtype, -most, most),
  }
}

const arranged: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ shape }) => shape.length > 0)
  if (x === undefined) return undefined
  const axis = drawAxis(draw, x)
  const other = drawAxis(draw, x)
  const n = x.shape[axis]!
  const at = (size: number): readonly number[] => x.shape.map((d, i) => (i === axis ? size : d))
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({
      value: call('swapAxes', name(x.name), literal(axis), literal(other)),
      results: reshaped(
        x,
        x.shape.map((d, i) => (i === axis ? x.shape[other]! : i === other ? n : d)),
      ),
    }),
    () => ({ value: call('ravel', name(x.name)), results: reshaped(x, [sizeOf(x.shape)]) }),
    () => ({
      value: call(
        'roll',
        name(x.name),
        literal(draw.integer(-3, 3)),
        ...(chance(draw, 30) ? [] : [literal({ axis })]),
      ),
      results: x,
    }),
    () => {
      const times = numbers(draw, n, 3)
      const shape = at(times.reduce((sum, count) => sum + count, 0))
      return fits(scope, shape)
        ? {
            value: call('repeat', name(x.name), literal(times), literal({ axis })),
            results: reshaped(x, shape),
          }
        : undefined
    },
    () => {
      const vector = variableThat(draw, scope, ({ shape }) => shape.length === 1)
      const second = variableThat(draw, scope, ({ shape }) => shape.length === 1)
      if (vector === undefined || second === undefined) return undefined
      const indexing = pick(draw, ['xy', 'ij'])
      const [a, b] = [vector.shape[0]!, second.shape[0]!]
      const shape = indexing === 'xy' ? [b, a] : [a, b]
      const which = draw.integer(0, 1)
      return fits(scope, shape)
        ? {
            value: item(
              call('meshgrid', list(name(vector.name), name(second.name)), literal({ indexing })),
              which,
            ),
            results: reshaped(which === 0 ? vector : second, shape),
          }
        : undefined
    },
  ])()
}

const running: Rule = (draw, scope) => {
  const found = along(draw, scope)
  if (found === undefined) return undefined
  const { x, axis, n } = found
  const options = literal({ axis })
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({ value: call(pick(draw, ['cummax', 'cummin']), name(x.name), options), results: x }),
    () => ({
      value: call('cumlogsumexp', name(x.name), options),
      results: known(x.shape, x.dtype, x.low, x.high + Math.log(n)),
    }),
    () => {
      const combine: Expression = {
        kind: 'function',
        parameters: ['left', 'right'],
        types: [],
        lines: [],
        result: call('maximum', name('left'), name('right')),
      }
      return {
        value: call('associativeScan', combine, name(x.name), literal({ axis, reverse: chance(draw, 50) })),
        results: x,
      }
    },
    () => ({
      value: call('diff', name(x.name), options),
      results: known(
        x.shape.map((d, i) => (i === axis ? d - 1 : d)),
        x.dtype,
        x.low - x.high,
        x.high - x.low,
      ),
    }),
    () => ({
      value: call('trapezoid', name(x.name), literal({ axis, step: 0.5 })),
      results: known(
        withoutAxes(x.shape, [axis]),
        x.dtype,
        Math.min(0, (x.low * n) / 2),
        Math.max(0, (x.high * n) / 2),
      ),
    }),
  ])()
}

const summarized: Rule = (draw, scope) => {
  const found = along(draw, scope)
  if (found === undefined) return undefined
  const { x, axis, n } = found
  const kept = withoutAxes(x.shape, [axis])
  const size = Math.max(Math.abs(x.low), Math.abs(x.high))
  const of = (f: string, ...rest: readonly Expression[]): Expression => call(f, name(x.name), ...rest)
  const options = literal({ axis })
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({
      value: of('quantile', literal(pick(draw, [0, 0.3, 0.5, 1])), options),
      results: reshaped(x, kept),
    }),
    () => ({ value: of('percentile', literal(pick(draw, [10, 50])), options), results: reshaped(x, kept) }),
    () => ({
      value: of(pick(draw, ['median', 'nanMean', 'nanMax', 'nanMin']), options),
      results: reshaped(x, kept),
    }),
    () => ({ value: of('nanSum', options), results: known(kept, x.dtype, -n * size, n * size) }),
    () => ({
      value: of('nanProd', options),
      results: known(kept, x.dtype, -(Math.max(1, size) ** n), Math.max(1, size) ** n),
    }),
    () => ({
      value: of('nanVariance', literal({ axis, ddof: 0 })),
      results: known(kept, x.dtype, 0, 4 * size * size),
    }),
    () => ({ value: of('nanStd', options), results: known(kept, x.dtype, 0, 2 * size) }),
    () =>
      x.shape.length === 2
        ? {
            value: of('cov', literal({ ddof: 0 })),
            results: known([x.shape[0]!, x.shape[0]!], x.dtype, -4 * size * size, 4 * size * size),
          }
        : undefined,
    // A row that is constant has no correlation.
    () =>
      x.shape.length === 2 && x.shape[1]! > 1
        ? {
            value: call(
              'corrcoef',
              call(
                'add',
                name(x.name),
                call('linspace', literal(0), literal(9), literal(x.shape[1]!), literal({ dtype: x.dtype })),
              ),
            ),
            results: known([x.shape[0]!, x.shape[0]!], x.dtype, -Infinity, Infinity),
          }
        : undefined,
    () => ({
      value: item(of('histogram', literal({ bins: [-1.7, 0.3, 1.9] })), 'counts'),
      results: known([2], 'int32', 0, sizeOf(x.shape)),
    }),
    () =>
      x.shape.length === 1
        ? {
            value: call('searchSorted', call('sort', name(x.name)), literal(0.3)),
            results: known([], 'int32', 0, n),
          }
        : undefined,
  ])()
}

const whole: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isInteger(v) && isModerate(v))
  if (x === undefined) return undefined
  const size = draw.integer(0, 3)
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({
      value: call('floorDivide', name(x.name), literal(3)),
      results: hull(x, known(x.shape, x.dtype, 0, 0)),
    }),
    () => ({ value: call('remainder', name(x.name), literal(3)), results: known(x.shape, x.dtype, 0, 2) }),
    () => ({
      value: item(call('unique', name(x.name), literal({ size })), 'values'),
      results: hull(reshaped(x, [size]), known([size], x.dtype, 0, 0)),
    }),
    () => ({
      value: item(call('unique', name(x.name), literal({ size })), 'counts'),
      results: known([size], 'int32', 0, sizeOf(x.shape)),
    }),
    () =>
      x.shape.length === 0
        ? undefined
        : {
            value: item(call('nonZero', name(x.name), literal({ size })), 0),
            results: known([size], 'int32', 0, Math.max(0, x.shape[0]! - 1)),
          },
  ])()
}

export const arrayRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [4, updated],
  [3, segmented],
  [3, arranged],
  [4, running],
  [5, summarized],
  [4, whole],
]
