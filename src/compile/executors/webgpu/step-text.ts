import { isStorage, type DType } from '../../../core/tensor/dtype.ts'
import type { StepOperation } from '../steps.ts'
import { isFunctionOfOne } from './functions.ts'
import { registerType, type RegisterType } from './register-type.ts'

type Text = (a: string, b: string, c: string) => string

type Texts = Readonly<Partial<Record<string, Text>>>

const call =
  (name: string): Text =>
  (a) =>
    `${name}(${a})`

const callOfTwo =
  (name: string): Text =>
  (a, b) =>
    `${name}(${a}, ${b})`

const callOfThree =
  (name: string): Text =>
  (a, b, c) =>
    `${name}(${a}, ${b}, ${c})`

const same: Text = (a) => a

const select: Text = (condition, a, b) => `select(${b}, ${a}, ${condition})`

const arithmetic: Texts = {
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `(${a} * ${b})`,
  select,
}

const ofFloats: Texts = {
  ...arithmetic,
  abs: call('abs'),
  atan2: callOfTwo('atan2Of'),
  besselI: callOfTwo('besselIOf'),
  besselIe: callOfTwo('besselIeOf'),
  besselJ: callOfTwo('besselJOf'),
  betaInc: callOfThree('betaIncOf'),
  binomialQuantile: callOfThree('binomialQuantileOf'),
  copySign: callOfTwo('withSign'),
  div: (a, b) => `(${a} / ${b})`,
  equal: callOfTwo('equalOf'),
  gammaDensity: callOfTwo('gammaDensityOf'),
  gammaP: callOfTwo('gammaPOf'),
  gammaPInv: callOfTwo('gammaPInvOf'),
  gammaPSlope: callOfTwo('gammaPSlopeOf'),
  gammaQ: callOfTwo('gammaQOf'),
  hypot: callOfTwo('hypotOf'),
  less: callOfTwo('lessOf'),
  lessEqual: callOfTwo('lessEqualOf'),
  logBeta: callOfTwo('logBetaOf'),
  max: callOfTwo('maxOf'),
  min: callOfTwo('minOf'),
  mulAdd: (a, b, c) => `fma(${a}, ${b}, ${c})`,
  neg: (a) => `(-${a})`,
  poissonQuantile: callOfTwo('poissonQuantileOf'),
  polygamma: callOfTwo('polygammaOf'),
  pow: callOfTwo('powOf'),
  rsqrt: (a) => `(1f / sqrtOf(${a}))`,
  sinc: callOfTwo('sincOf'),
}

const equals: Text = (a, b) => `(${a} == ${b})`

const comparisons: Texts = {
  equal: equals,
  less: (a, b) => `(${a} < ${b})`,
  lessEqual: (a, b) => `(${a} <= ${b})`,
}

const ofIntegers: Texts = {
  ...arithmetic,
  ...comparisons,
  ceil: same,
  floor: same,
  max: callOfTwo('max'),
  min: callOfTwo('min'),
  mulAdd: (a, b, c) => `(${a} * ${b} + ${c})`,
  round: same,
  trunc: same,
}

const ofWide: Texts = {
  abs: call('wideAbs'),
  add: callOfTwo('wideAdd'),
  ceil: call('wideCeil'),
  copySign: callOfTwo('wideWithSign'),
  div: callOfTwo('wideDiv'),
  equal: callOfTwo('wideEqual'),
  floor: call('wideFloor'),
  less: callOfTwo('wideLess'),
  lessEqual: callOfTwo('wideLessEqual'),
  max: callOfTwo('wideMax'),
  min: callOfTwo('wideMin'),
  mul: callOfTwo('wideMul'),
  mulAdd: (a, b, c) => `wideAdd(wideMul(${a}, ${b}), ${c})`,
  neg: call('wideNeg'),
  round: call('wideRound'),
  rsqrt: (a) => `wideDiv(wideOne(), wideSqrt(${a}))`,
  select,
  sign: call('wideSign'),
  sqrt: call('wideSqrt'),
  sub: callOfTwo('wideSub'),
  trunc: call('wideTrunc'),
}

const byType: Readonly<Record<RegisterType, Texts>> = {
  'vec2<u32>': ofWide,
  f32: ofFloats,
  i32: { ...ofIntegers, abs: call('abs'), neg: (a) => `(0i - ${a})`, sign: call('sign') },
  u32: { ...ofIntegers, abs: same, neg: (a) => `(0u - ${a})`, sign: (a) => `min(${a}, 1u)` },
  bool: {
    select,
    equal: equals,
    less: (a, b) => `(!${a} & ${b})`,
    lessEqual: (a, b) => `(!${a} | ${b})`,
    max: (a, b) => `(${a} | ${b})`,
    min: (a, b) => `(${a} & ${b})`,
  },
}

const castFromWide = (to: DType, x: string): string => {
  if (to === 'bool') return `!wideIsZero(${x})`
  if (to === 'int32') return `wordOfWide(${x})`
  return to === 'uint32' ? `u32(wordOfWide(${x}))` : `floatOfWide(${x})`
}

const castToWide = (from: DType, x: string): string => {
  if (from === 'bool') return `select(vec2<u32>(), wideOne(), ${x})`
  if (from === 'int32') return `wideOfInteger(${x})`
  return from === 'uint32' ? `wideOfWord(${x}, 0u)` : `wideOfFloat(${castText(from, 'float32', x)})`
}

const castText = (from: DType, to: DType, x: string): string => {
  if (from === to) return x
  if (from === 'float64') return castFromWide(to, x)
  if (to === 'float64') return castToWide(from, x)
  if (from === 'float16') return castText('float32', to, `numberOfFloat16(${x})`)
  if (from === 'bfloat16') return castText('float32', to, `numberOfBfloat16(${x})`)
  if (to === 'float16') return `float16Of(${castText(from, 'float32', x)})`
  if (to === 'bfloat16') return `bfloat16Of(${castText(from, 'float32', x)})`
  const [source, target] = [registerType(from), registerType(to)]
  if (source === 'f32')
    return target === 'bool' ? `!isZero(${x})` : target === 'i32' ? `wordOf(${x})` : `u32(wordOf(${x}))`
  return `${target}(${x})`
}

/** The text of a step on registers of a dtype, the first of which a conversion converts; `undefined` where WGSL has none. */
export const stepText = (
  operation: StepOperation,
  dtype: DType,
  from: DType,
  [a = '', b = '', c = '']: readonly string[],
): string | undefined => {
  // To 16 bits a number of 64 is rounded once, and not by way of 32.
  if (operation === 'cast')
    return from === 'float64' && isStorage(dtype) ? undefined : castText(from, dtype, a)
  if (operation === 'select') return select(a, b, c)
  if (isStorage(from)) return undefined
  const type = registerType(from)
  const text = byType[type][operation]
  if (text !== undefined) return text(a, b, c)
  const name = `${operation}Of`
  return type === 'f32' && isFunctionOfOne(name) ? `${name}(${a})` : undefined
}

/** The text that joins two values of a reduction. */
export const foldText = (reduction: 'sum' | 'max', dtype: DType, a: string, b: string): string =>
  byType[registerType(dtype)][reduction === 'sum' ? 'add' : 'max']?.(a, b, '') ?? a
