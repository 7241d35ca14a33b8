import {
  abs,
  add,
  cast,
  clip,
  cos,
  div,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterEqual,
  isNaN,
  leakyRelu,
  less,
  lessEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  maximum,
  minimum,
  mish,
  mul,
  neg,
  notEqual,
  pow,
  relu,
  round,
  sigmoid,
  sign,
  sin,
  softplus,
  softsign,
  sqrt,
  sub,
  tanh,
  where,
} from '../../core/numeric/index.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { knownNumbers, required } from './known-numbers.ts'
import type { Operator, Operators } from './operators.ts'
import { dtypeOf } from './tensor-of-proto.ts'

const unary =
  (f: (x: Tensor) => Tensor): Operator =>
  (inputs) => [f(required(inputs, 0))]

const binary =
  (f: (x: Tensor, y: Tensor) => Tensor): Operator =>
  (inputs) => [f(required(inputs, 0), required(inputs, 1))]

/** Of one input or more. */
const variadic =
  (f: (x: Tensor, y: Tensor) => Tensor): Operator =>
  (inputs) => [
    inputs.slice(1).reduce<Tensor>((sofar, _, i) => f(sofar, required(inputs, i + 1)), required(inputs, 0)),
  ]

/** Integers are divided towards zero. */
const divided = (x: Tensor, y: Tensor): Tensor =>
  isFloat(x.dtype) ? div(x, y) : cast(div(cast(x, 'float64'), cast(y, 'float64')), x.dtype)

/** In float64 where floats are asked for and integers come. */
const ceil = (x: Tensor): Tensor => neg(floor(neg(x)))

const power = (x: Tensor, y: Tensor): Tensor =>
  isFloat(x.dtype) ? pow(x, cast(y, x.dtype)) : cast(pow(cast(x, 'float64'), cast(y, 'float64')), x.dtype)

/** Of x where it lies between two bounds, which may be left out. */
const clipped: Operator = (inputs, { settings, opset }) => {
  const x = required(inputs, 0)
  const bound = (position: number, name: 'min' | 'max', end: number): number =>
    opset >= 11
      ? inputs[position] === undefined
        ? end
        : (knownNumbers(inputs[position])[0] ?? end)
      : settings.float(name, end)
  const [low, high] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)]
  const over = low === -Infinity ? x : maximum(x, low)
  return [high === Infinity ? over : minimum(over, high)]
}

const casted: Operator = (inputs, { settings }) => {
  const to = settings.int('to', 0)
  const dtype = dtypeOf(to)
  if (dtype === undefined) throw new ArgumentError(`elements of type ${to} cannot be read`)
  return [cast(required(inputs, 0), dtype)]
}

/** x where it is above 0, and a multiple of it elsewhere. */
const sloped: Operator = (inputs) => {
  const [x, slope] = [required(inputs, 0), required(inputs, 1)]
  return [where(greater(x, 0), x, mul(x, slope))]
}

const infinite: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const above = settings.int('detect_positive', 1) === 1
  const below = settings.int('detect_negative', 1) === 1
  return [above && below ? equal(abs(x), Infinity) : equal(x, above ? Infinity : -Infinity)]
}

/** Operators that work element by element. */
export const elementwiseOperators: Operators = {
  Abs: unary((x) => abs(x)),
  Add: binary(add),
  And: binary(logicalAnd),
  Cast: casted,
  Ceil: unary(ceil),
  Clip: clipped,
  Cos: unary((x) => cos(x)),
  Div: binary(divided),
  Elu: (inputs, { settings }) => [elu(required(inputs, 0), { alpha: settings.float('alpha', 1) })],
  Equal: binary(equal),
  Erf: unary((x) => erf(x)),
  Exp: unary((x) => exp(x)),
  Floor: unary((x) => floor(x)),
  Gelu: (inputs, { settings }) => [
    gelu(required(inputs, 0), { form: settings.text('approximate', 'none') === 'tanh' ? 'tanh' : 'erf' }),
  ],
  Greater: binary(greater),
  GreaterOrEqual: binary(greaterEqual),
  HardSigmoid: (inputs, { settings }) => [
    clip(add(mul(required(inputs, 0), settings.float('alpha', 0.2)), settings.float('beta', 0.5)), 0, 1),
  ],
  HardSwish: unary((x) => mul(x, clip(add(div(x, 6), 0.5), 0, 1))),
  Identity: unary((x) => x),
  IsInf: infinite,
  IsNaN: unary((x) => isNaN(x)),
  LeakyRelu: (inputs, { settings }) => [
    leakyRelu(required(inputs, 0), { slope: settings.float('alpha', 0.01) }),
  ],
  Less: binary(less),
  LessOrEqual: binary(lessEqual),
  Log: unary((x) => log(x)),
  Max: variadic((x, y) => maximum(x, y)),
  Min: variadic((x, y) => minimum(x, y)),
  Mish: unary((x) => mish(x)),
  Mul: binary(mul),
  Neg: unary((x) => neg(x)),
  Not: unary((x) => logicalNot(x)),
  Or: binary(logicalOr),
  PRelu: sloped,
  Pow: binary(power),
  Reciprocal: unary((x) => div(1, x)),
  Relu: unary((x) => relu(x)),
  Round: unary((x) => round(x)),
  Selu: (inputs, { settings }) => [
    mul(
      elu(required(inputs, 0), { alpha: settings.float('alpha', 1.6732632423543772) }),
      settings.float('gamma', 1.0507009873554805),
    ),
  ],
  Sigmoid: unary((x) => sigmoid(x)),
  Sign: unary((x) => sign(x)),
  Sin: unary((x) => sin(x)),
  Softplus: unary((x) => softplus(x)),
  Softsign: unary((x) => softsign(x)),
  Sqrt: unary((x) => sqrt(x)),
  Sub: binary(sub),
  Sum: variadic(add),
  Tanh: unary((x) => tanh(x)),
  Where: (inputs) => [where(required(inputs, 0), required(inputs, 1), required(inputs, 2))],
  Xor: binary(notEqual),
}
