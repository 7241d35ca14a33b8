import { copyElements } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import type { Graph } from './graph.ts'
import { mayBeNaN, operator, workedAs, type Lifted, type OnnxForm, type Write } from './form.ts'
import { converted, type Operand } from './operand.ts'

const wideBooleans = { bool: 'int32' } as const

/** Of one float `x`: its name, and constants of its dtype. */
const ofFloat =
  (make: (g: Graph, x: string, constant: (value: number) => string) => string): Write<object> =>
  (g, [x]) =>
    make(g, x!.name, (value) => g.scalar(value, x!.dtype))

/** log(1 + x) where the sum loses digits of x. Source: W. Kahan, in the HP-15C Advanced Functions Handbook, 1982. */
const log1p = ofFloat((g, x, constant) => {
  const sum = g.op('Add', [x, constant(1)])
  const corrected = g.op('Mul', [g.op('Log', [sum]), g.op('Div', [x, g.op('Sub', [sum, constant(1)])])])
  const finite = g.op('Where', [g.op('Equal', [sum, constant(Infinity)]), x, corrected])
  return g.op('Where', [g.op('Equal', [sum, constant(1)]), x, finite])
})

/** eˣ − 1 where the difference loses digits of x; likewise. */
const expm1 = ofFloat((g, x, constant) => {
  const power = g.op('Exp', [x])
  const difference = g.op('Sub', [power, constant(1)])
  const corrected = g.op('Mul', [difference, g.op('Div', [x, g.op('Log', [power])])])
  const isEnd = g.op('Or', [
    g.op('Equal', [power, constant(Infinity)]),
    g.op('Equal', [difference, constant(-1)]),
  ])
  const inside = g.op('Where', [isEnd, difference, corrected])
  return g.op('Where', [g.op('Equal', [power, constant(1)]), x, inside])
})

const sigmoid = ofFloat((g, x, constant) =>
  g.op('Reciprocal', [g.op('Add', [constant(1), g.op('Exp', [g.op('Neg', [x])])])]),
)

/** 1^NaN, 1^∞ and (−1)^∞ are NaN in JavaScript and 1 in C. */
const pow: Write<object> = (g, [x, y]) => {
  const power = g.op('Pow', [x!.name, y!.name])
  if (y!.known !== undefined && copyElements(y!.known).every(Number.isFinite)) return power
  const one = g.op('Equal', [g.op('Abs', [x!.name]), g.scalar(1, x!.dtype)])
  const odd = g.op('Or', [g.op('IsNaN', [y!.name]), g.op('IsInf', [y!.name])])
  return g.op('Where', [g.op('And', [one, odd]), g.scalar(NaN, x!.dtype), power])
}

const select: Write<object> = (g, [condition, a, b], _, { dtype }) => {
  const work = workedAs(dtype, { uint32: 'int64', bool: 'int32' })
  const chosen = g.op('Where', [
    condition!.name,
    converted(g, a!.name, dtype, work),
    converted(g, b!.name, dtype, work),
  ])
  return converted(g, chosen, work, dtype)
}

/** Modulo 2³², as typed arrays convert: NaN and infinities become 0. */
const wrapped = (g: Graph, x: Operand, dtype: DType): string => {
  const wide = converted(g, x.name, x.dtype, 'float64')
  const constant = (value: number): string => g.scalar(value, 'float64')
  const whole = g.op('Where', [
    g.op('Less', [wide, constant(0)]),
    g.op('Ceil', [wide]),
    g.op('Floor', [wide]),
  ])
  const turns = g.op('Floor', [g.op('Div', [whole, constant(2 ** 32)])])
  const rest = g.op('Sub', [whole, g.op('Mul', [turns, constant(2 ** 32)])])
  const number = g.op('Where', [g.op('IsNaN', [rest]), constant(0), rest])
  if (dtype === 'uint32') return converted(g, number, 'float64', dtype)
  const signed = g.op('Where', [
    g.op('Less', [number, constant(2 ** 31)]),
    number,
    g.op('Sub', [number, constant(2 ** 32)]),
  ])
  return converted(g, signed, 'float64', dtype)
}

const cast = (g: Graph, [x]: readonly Operand[], { dtype }: Lifted<{ readonly dtype: DType }>): string =>
  mayBeNaN(x!) && (dtype === 'int32' || dtype === 'uint32')
    ? wrapped(g, x!, dtype)
    : converted(g, x!.name, x!.dtype, dtype)

/** Of floats; integers stay as they are. */
const ofFloats =
  (type: string): Write<object> =>
  (g, inputs, params, output) =>
    mayBeNaN(inputs[0]!) ? operator(type)(g, inputs, params, output) : inputs[0]!.name

const named = (
  type: string,
  kernels?: Readonly<Partial<Record<DType, 'int64' | 'int32' | 'float32'>>>,
): OnnxForm<object> => ({ operators: [type], write: operator(type, kernels) })

const comparing = (type: string): OnnxForm<object> => ({
  operators: [type],
  write: operator(type, wideBooleans, 'bool'),
})

/** The elementwise primitives; those of two or more inputs are given them unstretched where broadcasting does the same. */
export const elementwiseForms = {
  add: named('Add'),
  sub: named('Sub'),
  mul: named('Mul'),
  div: named('Div'),
  neg: {
    operators: ['Neg', 'Sub'],
    note: 'uint32 as 0 − x',
    write: (g: Graph, [x]: readonly Operand[]) =>
      x!.dtype === 'uint32' ? g.op('Sub', [g.scalar(0, 'uint32'), x!.name]) : g.op('Neg', [x!.name]),
  },
  pow: {
    operators: ['Pow', 'Abs', 'Equal', 'IsNaN', 'IsInf', 'Or', 'And', 'Where'],
    note: 'alone where the exponents are known and finite; otherwise 1 to the power of NaN or ∞ is made NaN',
    write: pow,
  },
  max: named('Max', wideBooleans),
  min: named('Min', wideBooleans),
  exp: named('Exp'),
  log: named('Log'),
  log1p: {
    operators: ['Add', 'Log', 'Sub', 'Div', 'Mul', 'Equal', 'Where'],
    note: 'ONNX has none: log(u)·x/(u − 1) with u = 1 + x keeps the digits of a small x',
    write: log1p,
  },
  expm1: {
    operators: ['Exp', 'Sub', 'Log', 'Div', 'Mul', 'Equal', 'Or', 'Where'],
    note: 'ONNX has none: (u − 1)·x/log(u) with u = exp(x)',
    write: expm1,
  },
  sqrt: named('Sqrt'),
  rootOfSquares: named('Sqrt'),
  rsqrt: {
    operators: ['Sqrt', 'Reciprocal'],
    write: (g: Graph, [x]: readonly Operand[]) => g.op('Reciprocal', [g.op('Sqrt', [x!.name])]),
  },
  sin: named('Sin'),
  cos: named('Cos'),
  tanh: named('Tanh'),
  sigmoid: {
    operators: ['Neg', 'Exp', 'Add', 'Reciprocal'],
    note: 'Sigmoid of onnxruntime is 0 below −18',
    write: sigmoid,
  },
  erf: {
    operators: ['Erf'],
    note: 'float64 in float32: onnxruntime has no other kernel, and 7 digits are right',
    write: operator('Erf', { float64: 'float32' }),
  },
  abs: named('Abs'),
  sign: named('Sign'),
  floor: { operators: ['Floor'], note: 'integers as they are', write: ofFloats('Floor') },
  round: { operators: ['Round'], note: 'integers as they are', write: ofFloats('Round') },
  equal: comparing('Equal'),
  less: comparing('Less'),
  lessEqual: comparing('LessOrEqual'),
  select: { operators: ['Where'], note: 'booleans by way of int32, uint32 by way of int64', write: select },
  stopGradient: {
    operators: [],
    note: 'the value itself',
    write: (_: Graph, [x]: readonly Operand[]) => x!.name,
  },
  cast: {
    operators: ['Cast', 'Less', 'Ceil', 'Floor', 'Div', 'Mul', 'Sub', 'IsNaN', 'Where'],
    note: 'real numbers to integers modulo 2³², NaN and ∞ to 0; anything else is Cast alone',
    write: cast,
  },
} as const
