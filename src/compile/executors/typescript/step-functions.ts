import type { ElementFunction } from '../../../core/kernel/elementwise.ts'
import { erf } from '../../../core/kernel/erf.ts'
import * as portable from '../../../core/kernel/portable-math.ts'
import type { DType } from '../../../core/tensor/dtype.ts'
import type { StepOperation } from '../kernel-program.ts'

const stableSigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

const roundHalfEven = (x: number): number => {
  const nearest = Math.round(x)
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest
}

const absorbingProduct = (a: number, b: number): number => {
  const p = a * b
  return p === p ? p : a === 0 || b === 0 ? 0 : p
}

/** The functions a compiled nest calls by name; the operators of JavaScript do the rest. */
export interface Mathematics {
  readonly exp: ElementFunction
  readonly log: ElementFunction
  readonly log1p: ElementFunction
  readonly expm1: ElementFunction
  readonly sin: ElementFunction
  readonly cos: ElementFunction
  readonly tanh: ElementFunction
  readonly sigmoid: ElementFunction
  readonly erf: ElementFunction
  readonly pow: ElementFunction
  readonly round: ElementFunction
  readonly absorbingMul: ElementFunction
}

/** The functions of the engine. */
export const engineMathematics: Mathematics = {
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: stableSigmoid,
  erf,
  pow: (a, b) => a ** b,
  round: roundHalfEven,
  absorbingMul: absorbingProduct,
}

/** The functions that give the same bytes on every machine. */
export const portableMathematics: Mathematics = {
  ...engineMathematics,
  exp: portable.exp,
  log: portable.log,
  log1p: portable.log1p,
  expm1: portable.expm1,
  sin: portable.sin,
  cos: portable.cos,
  tanh: portable.tanh,
  sigmoid: portable.sigmoid,
  erf: portable.erf,
  pow: portable.pow,
}

/** The text of one step on registers named `a`, `b` and `c`, rounded to its dtype. */
export const stepText = (
  operation: StepOperation,
  dtype: DType,
  [a = '', b = '', c = '']: readonly string[],
): string => {
  const integer = dtype === 'int32' || dtype === 'uint32'
  const product = integer ? `Math.imul(${a}, ${b})` : roundedText(dtype, `${a} * ${b}`)
  switch (operation) {
    case 'add':
      return roundedText(dtype, `${a} + ${b}`)
    case 'sub':
      return roundedText(dtype, `${a} - ${b}`)
    case 'neg':
      return roundedText(dtype, `-${a}`)
    case 'mul':
      return integer ? roundedText(dtype, product) : product
    case 'div':
      return roundedText(dtype, `${a} / ${b}`)
    case 'max':
    case 'min':
    case 'sqrt':
    case 'abs':
    case 'sign':
    case 'floor':
      return roundedText(dtype, `Math.${operation}(${b === '' ? a : `${a}, ${b}`})`)
    case 'rsqrt':
      return roundedText(dtype, `1 / Math.sqrt(${a})`)
    case 'equal':
      return `(${a} === ${b} ? 1 : 0)`
    case 'less':
      return `(${a} < ${b} ? 1 : 0)`
    case 'lessEqual':
      return `(${a} <= ${b} ? 1 : 0)`
    case 'select':
      return `(${a} !== 0 ? ${b} : ${c})`
    case 'cast':
      return dtype === 'bool' ? `(${a} !== 0 ? 1 : 0)` : roundedText(dtype, a)
    case 'mulAdd':
      return roundedText(dtype, `${product} + ${c}`)
    case 'rowSum':
      return roundedText(dtype, `${a} + ${b}`)
    case 'rowMax':
      return `Math.max(${a}, ${b})`
    case 'exp':
    case 'log':
    case 'log1p':
    case 'expm1':
    case 'sin':
    case 'cos':
    case 'tanh':
    case 'sigmoid':
    case 'erf':
    case 'pow':
    case 'round':
    case 'absorbingMul':
      return roundedText(dtype, `F.${operation}(${b === '' ? a : `${a}, ${b}`})`)
  }
}

/** The text that rounds a number to a dtype, as the typed array of that dtype does. */
export const roundedText = (dtype: DType, text: string): string =>
  dtype === 'float32'
    ? `Math.fround(${text})`
    : dtype === 'int32'
      ? `((${text}) | 0)`
      : dtype === 'uint32'
        ? `((${text}) >>> 0)`
        : `(${text})`

const rounded: Readonly<Record<DType, (x: number) => number>> = {
  float32: Math.fround,
  float64: (x) => x,
  int32: (x) => x | 0,
  uint32: (x) => x >>> 0,
  bool: (x) => x,
}

/** One step as a function of its inputs, where text may not be compiled. */
export const stepFunction = (
  operation: StepOperation,
  dtype: DType,
  mathematics: Mathematics,
): ElementFunction => {
  const round = rounded[dtype]
  const product: ElementFunction =
    dtype === 'int32' || dtype === 'uint32' ? Math.imul : (a, b) => round(a * b)
  switch (operation) {
    case 'add':
    case 'rowSum':
      return (a, b) => round(a + b)
    case 'sub':
      return (a, b) => round(a - b)
    case 'neg':
      return (a) => round(-a)
    case 'mul':
      return (a, b) => round(product(a, b))
    case 'div':
      return (a, b) => round(a / b)
    case 'rsqrt':
      return (a) => round(1 / Math.sqrt(a))
    case 'equal':
      return (a, b) => Number(a === b)
    case 'less':
      return (a, b) => Number(a < b)
    case 'lessEqual':
      return (a, b) => Number(a <= b)
    case 'select':
      return (a, b, c) => (a !== 0 ? b : c)
    case 'cast':
      return dtype === 'bool' ? (a) => Number(a !== 0) : round
    case 'mulAdd':
      return (a, b, c) => round(product(a, b) + c)
    case 'rowMax':
      return Math.max
    case 'max':
    case 'min': {
      const f = Math[operation]
      return (a, b) => round(f(a, b))
    }
    case 'sqrt':
    case 'abs':
    case 'sign':
    case 'floor': {
      const f = Math[operation]
      return (a) => round(f(a))
    }
    case 'pow':
    case 'absorbingMul': {
      const f = mathematics[operation]
      return (a, b) => round(f(a, b))
    }
    case 'exp':
    case 'log':
    case 'log1p':
    case 'expm1':
    case 'sin':
    case 'cos':
    case 'tanh':
    case 'sigmoid':
    case 'erf':
    case 'round': {
      const f = mathematics[operation]
      return (a) => round(f(a))
    }
  }
}
