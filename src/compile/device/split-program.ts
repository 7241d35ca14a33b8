import {
  isProgram,
  outputTypes,
  variableTypes,
  type Equation,
  type Program,
} from '../../core/primitive/program.ts'
import { sizeOf } from '../../core/tensor/shape.ts'

/*
 * Optimizers count their steps in float64, which a device has to make of whole numbers. What is float64, and depends on nothing that may lie
 * on the device, is computed here before each run, and so is what numbers among the arguments make a number of: two
 * programs come of one. For inputs g (float32) and t (float64):
 *
 *   equations                     here                    on the device
 *   u = add(t, 1)                 u = add(t, 1)
 *   c = cast(u, float32)          c = cast(u, float32)    input c
 *   d = mul(g, c)                                         d = mul(g, c)
 *   outputs d, u                  outputs c, u            outputs d
 */

/** Where a value of the whole program is found. */
export interface Source {
  /** An input of the whole program, or an output of one of the two. */
  readonly of: 'input' | 'here' | 'device'
  readonly index: number
}

/** A program in two parts. */
export interface SplitProgram {
  /** What is computed here, and of which inputs of the whole. */
  readonly here: Program
  readonly hereInputs: readonly number[]
  /** What the device computes, and of what. */
  readonly device: Program
  readonly deviceInputs: readonly Source[]
  readonly outputs: readonly Source[]
}

const isWide = ({ dtype }: { readonly dtype: string }): boolean => dtype === 'float64'

/** Whether anything in programs inside an equation is float64. */
const holdsWide = ({ params }: Equation): boolean =>
  Object.values(params)
    .filter(isProgram)
    .some(
      (inner) =>
        variableTypes(inner).some(isWide) ||
        outputTypes(inner).some(isWide) ||
        inner.equations.some(holdsWide),
    )

/** A program that takes shape: variables of the whole are taken over once, as inputs, constants or outputs of equations. */
const draft = (whole: Program) => {
  const types = variableTypes(whole)
  const inputs: number[] = []
  const constants: number[] = []
  const equations: { readonly equation: Equation; readonly first: number }[] = []
  const firstConstant = whole.inputs.length
  const firstResult = firstConstant + whole.constants.length
  const isConstant = (variable: number): boolean => variable >= firstConstant && variable < firstResult
  const own = new Set<number>()
  const want = (variable: number): void => {
    if (own.has(variable)) return
    own.add(variable)
    ;(isConstant(variable) ? constants : inputs).push(variable)
  }
  return {
    want,
    append: (equation: Equation, first: number): void => {
      equation.inputs.forEach(want)
      equations.push({ equation, first })
      equation.outputs.forEach((_, i) => own.add(first + i))
    },
    /** The program with these outputs, and which variables its inputs are. */
    finished: (
      outputs: readonly number[],
    ): { readonly program: Program; readonly inputs: readonly number[] } => {
      outputs.forEach(want)
      const order = [
        ...inputs,
        ...constants,
        ...equations.flatMap(({ equation, first }) => equation.outputs.map((_, i) => first + i)),
      ]
      const places = new Map(order.map((variable, place) => [variable, place]))
      const at = (variable: number): number => places.get(variable)!
      const program: Program = {
        inputs: inputs.map((variable) => types[variable]!),
        constants: constants.map((variable) => whole.constants[variable - firstConstant]!),
        equations: equations.map(({ equation }) => ({ ...equation, inputs: equation.inputs.map(at) })),
        outputs: outputs.map(at),
      }
      return { program, inputs }
    },
  }
}

/**
 * Splits a program. Inputs from `firstNumber` on are numbers, which are known here; so are those of float64 but for `there`,
 * which lie on the device.
 */
export const splitProgram = (
  whole: Program,
  firstNumber: number,
  there: ReadonlySet<number> = new Set(),
): SplitProgram => {
  const types = variableTypes(whole)
  const firstConstant = whole.inputs.length
  const firstResult = firstConstant + whole.constants.length
  const computed = new Set<number>()
  const isConstant = (variable: number): boolean => variable >= firstConstant && variable < firstResult
  const isWideHere = (variable: number): boolean =>
    variable < firstResult && isWide(types[variable]!) && !there.has(variable)
  const isKnown = (variable: number): boolean =>
    (variable >= firstNumber && variable < firstResult) || isWideHere(variable) || computed.has(variable)
  const here = draft(whole)
  const device = draft(whole)
  /** What is known here, and wanted there. */
  const handed: number[] = []
  const isHere = (variable: number): boolean => computed.has(variable) || isWideHere(variable)
  let first = firstResult
  whole.equations.forEach((equation) => {
    const start = first
    first += equation.outputs.length
    const wide =
      equation.outputs.some(isWide) ||
      equation.inputs.some((variable) => isWide(types[variable]!)) ||
      holdsWide(equation)
    // What numbers alone make a number of is no work for a device, and float64 may depend on it.
    const small =
      equation.inputs.some((variable) => !isConstant(variable)) &&
      equation.outputs.every(({ shape }) => sizeOf(shape) === 1)
    if (equation.inputs.every(isKnown) && (wide || small)) {
      here.append(equation, start)
      equation.outputs.forEach((_, i) => computed.add(start + i))
      return
    }
    const wanted = equation.inputs.filter((variable) => isHere(variable) && !isConstant(variable))
    handed.push(...wanted.filter((variable) => !handed.includes(variable)))
    device.append(equation, start)
  })
  const outputsHere = [...new Set([...handed, ...whole.outputs.filter(isHere)])]
  const outputsThere = [...new Set(whole.outputs.filter((variable) => !isHere(variable)))]
  const ofHere = here.finished(outputsHere)
  const ofDevice = device.finished(outputsThere)
  const sourceOf = (variable: number): Source =>
    isHere(variable) ? { of: 'here', index: outputsHere.indexOf(variable) } : { of: 'input', index: variable }
  return {
    here: ofHere.program,
    hereInputs: ofHere.inputs,
    device: ofDevice.program,
    deviceInputs: ofDevice.inputs.map(sourceOf),
    outputs: whole.outputs.map((variable) =>
      isHere(variable) ? sourceOf(variable) : { of: 'device', index: outputsThere.indexOf(variable) },
    ),
  }
}
