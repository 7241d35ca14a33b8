import { isStorage, type DType } from '../../../core/tensor/dtype.ts'
import type { StepOperation } from '../steps.ts'
import { arityOf, stepFunction, type Mathematics } from './step-functions.ts'

type Register = Float64Array<ArrayBuffer>

/** Computes the first `n` elements of a register from those of others. */
export type StepLoop = (n: number, out: Register, a: Register, b: Register, c: Register) => void

/**
 * The arithmetic of floats is most of the work, so each has its own loop: one loop that calls functions of many
 * operations takes several times as long.
 */
const float32Loops: Partial<Record<StepOperation, StepLoop>> = {
  add: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! + b[i]!)
  },
  sub: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! - b[i]!)
  },
  mul: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! * b[i]!)
  },
  div: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(a[i]! / b[i]!)
  },
  mulAdd: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(Math.fround(a[i]! * b[i]!) + c[i]!)
  },
  sqrt: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.fround(Math.sqrt(a[i]!))
  },
}

const float64Loops: Partial<Record<StepOperation, StepLoop>> = {
  add: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!
  },
  sub: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!
  },
  mul: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!
  },
  div: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!
  },
  mulAdd: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]! + c[i]!
  },
  sqrt: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]!)
  },
}

/** Loops that round nothing, whatever the dtype. */
const exactLoops: Partial<Record<StepOperation, StepLoop>> = {
  neg: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = -a[i]!
  },
  max: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.max(a[i]!, b[i]!)
  },
  min: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = Math.min(a[i]!, b[i]!)
  },
  abs: (n, out, a) => {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]!)
  },
}

const choosingLoops: Partial<Record<StepOperation, StepLoop>> = {
  equal: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0
  },
  less: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! ? 1 : 0
  },
  lessEqual: (n, out, a, b) => {
    for (let i = 0; i < n; i++) out[i] = a[i]! <= b[i]! ? 1 : 0
  },
  select: (n, out, a, b, c) => {
    for (let i = 0; i < n; i++) out[i] = a[i] !== 0 ? b[i]! : c[i]!
  },
}

const calling = (operation: StepOperation, dtype: DType, mathematics: Mathematics, from: DType): StepLoop => {
  const f = stepFunction(operation, dtype, mathematics, from)
  switch (arityOf(operation)) {
    case 1:
      return (n, out, a) => {
        for (let i = 0; i < n; i++) out[i] = f(a[i]!)
      }
    case 2:
      return (n, out, a, b) => {
        for (let i = 0; i < n; i++) out[i] = f(a[i]!, b[i]!)
      }
    default:
      return (n, out, a, b, c) => {
        for (let i = 0; i < n; i++) out[i] = f(a[i]!, b[i]!, c[i]!)
      }
  }
}

/** The loop of a step, written beforehand, for where text may not be compiled; a conversion is told from which dtype. */
export const stepLoop = (
  operation: StepOperation,
  dtype: DType,
  mathematics: Mathematics,
  from: DType = dtype,
): StepLoop => {
  if (isStorage(from)) return calling(operation, dtype, mathematics, from)
  const ofFloats =
    dtype === 'float32'
      ? (float32Loops[operation] ?? exactLoops[operation])
      : dtype === 'float64'
        ? (float64Loops[operation] ?? exactLoops[operation])
        : undefined
  return ofFloats ?? choosingLoops[operation] ?? calling(operation, dtype, mathematics, from)
}
