import { sizeOf } from '../../core/tensor/shape.ts'
import { call, item, literal, name, type Expression } from '../source.ts'
import {
  chance,
  isPlainFloat,
  known,
  pick,
  variableThat,
  type Draw,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

const [one, half] = [literal(1), literal(0.5)]

/** Functions of a number between 0.1 and 0.9, given as an expression. */
const ofShare: Readonly<Record<string, (u: Expression) => Expression>> = {
  ...Object.fromEntries(
    [
      ...['digamma', 'lgamma', 'gamma', 'erfc', 'erfcx', 'erfinv', 'erfcinv', 'ndtr', 'logNdtr', 'ndtri'],
      ...['sinc', 'logit', 'tan', 'cosh', 'atanh', 'reciprocal', 'logSigmoid'],
    ].map((f) => [f, (u: Expression) => call(f, u)]),
  ),
  ...Object.fromEntries(
    ['besselJ', 'besselI', 'besselIe', 'polygamma'].map((f) => [f, (u: Expression) => call(f, one, u)]),
  ),
  ...Object.fromEntries(
    ['xlogy', 'xlog1py', 'logBeta', 'beta', 'klDivergence', 'hypot', 'copySign'].map((f) => [
      f,
      (u: Expression) => call(f, u, call('sub', one, u)),
    ]),
  ),
  // The derivative by the shape is known once, and sources take derivatives twice.
  ...Object.fromEntries(
    ['gammaP', 'gammaQ', 'gammaPInv'].map((f) => [f, (u: Expression) => call(f, half, u)]),
  ),
  betaInc: (u) => call('betaInc', one, half, u),
  entropy: (u) => call('entropy', u),
}

/** A number between 0.1 and 0.9 for each element. */
const shareOf = (x: Variable): Expression =>
  call('add', call('mul', call('tanh', name(x.name)), literal(0.4)), half)

const names = Object.keys(ofShare).sort()

/** A special function, or another whose record says no range, where it is tame. */
const special: Rule = (draw, scope) => {
  const f = pick(draw, names)
  const reduces = f === 'entropy' || f === 'klDivergence'
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && (!reduces || v.shape.length > 0))
  if (x === undefined) return undefined
  return {
    value: call('tanh', ofShare[f]!(shareOf(x))),
    results: known(reduces ? x.shape.slice(0, -1) : x.shape, x.dtype, -1, 1),
  }
}

/** A positive definite matrix of a matrix with elements of any size, far from a singular one; or a batch of them. */
const definite = (draw: Draw, scope: Scope) => {
  const x = variableThat(
    draw,
    scope,
    (v) =>
      isPlainFloat(v) &&
      (v.shape.length === 2 || v.shape.length === 3) &&
      sizeOf(v.shape) > 0 &&
      Math.max(...v.shape) <= 4,
  )
  if (x === undefined) return undefined
  const [n = 0, columns = 0] = x.shape.slice(-2)
  const small = call('tanh', name(x.name))
  const spread = call('diag', call('linspace', one, literal(n), literal(n), literal({ dtype: x.dtype })))
  const matrix = call('add', call('matmul', small, call('swapAxes', small, literal(-1), literal(-2))), spread)
  return { batch: x.shape.slice(0, -2), n, columns, dtype: x.dtype, given: small, matrix }
}

const factored: Rule = (draw, scope) => {
  const found = definite(draw, scope)
  if (found === undefined) return undefined
  const { batch, n, columns, dtype, given, matrix } = found
  const square = known([...batch, n, n], dtype, -8, 8)
  const right = known([...batch, n, columns], dtype, -8, 8)
  const triangle = {
    lower: chance(draw, 50),
    ...(chance(draw, 50) ? { transposed: true } : {}),
    ...(chance(draw, 30) ? { unitDiagonal: true } : {}),
  }
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({ value: call('cholesky', matrix), results: square }),
    () => ({
      value: call(pick(draw, ['inverse', 'pseudoInverse', 'symmetricSquareRoot']), matrix),
      results: square,
    }),
    () => ({ value: call('solve', matrix, given), results: right }),
    () => ({
      value: call('tanh', call('triangularSolve', matrix, given, literal(triangle))),
      results: known(right.shape, dtype, -1, 1),
    }),
    () => ({
      value: call(
        'tanh',
        call(
          'triangularSolve',
          matrix,
          call('swapAxes', given, literal(-1), literal(-2)),
          literal({ ...triangle, side: 'right' }),
        ),
      ),
      results: known([...batch, columns, n], dtype, -1, 1),
    }),
    () => ({ value: item(call('qr', matrix), pick(draw, ['q', 'r'])), results: square }),
    () => ({
      value: call(
        'matrixNorm',
        matrix,
        literal({ order: pick(draw, ['nuclear', 'frobenius', 1, 'inf', 2, -2]) }),
      ),
      results: known(batch, dtype, 0, 32),
    }),
  ])()
}

const transformed: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 0 && sizeOf(v.shape) > 0)
  if (x === undefined) return undefined
  const n = x.shape[x.shape.length - 1]!
  const before = x.shape.slice(0, -1)
  const size = n * Math.max(Math.abs(x.low), Math.abs(x.high))
  const part = pick(draw, ['re', 'im'])
  return pick(draw, [
    () => ({ value: item(call('fft', name(x.name)), part), results: known(x.shape, x.dtype, -size, size) }),
    () => ({
      value: item(call('rfft', name(x.name)), part),
      results: known([...before, n === 1 ? 1 : Math.floor(n / 2) + 1], x.dtype, -size, size),
    }),
    () => ({
      value: call('irfft', call('rfft', name(x.name)), literal({ size: n })),
      results: known(x.shape, x.dtype, x.low - 1, x.high + 1),
    }),
  ])()
}

const counted: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isPlainFloat)
  if (x === undefined) return undefined
  const [from, share, shape] = [call('key', literal(draw.integer(0, 9))), shareOf(x), literal(x.shape)]
  return chance(draw, 50)
    ? { value: call('poisson', from, share, shape), results: known(x.shape, 'int32', 0, 2 ** 31 - 1) }
    : { value: call('binomial', from, literal(4), share, shape), results: known(x.shape, 'int32', 0, 4) }
}

export const furtherRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [6, special],
  [5, factored],
  [2, transformed],
  [1, counted],
]
