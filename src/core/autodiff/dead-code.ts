import {
  isStructural,
  type Equation,
  type Program,
  type StructuralEquation,
  type StructuralParameters,
} from '../primitive/program.ts'

/** An equation with fewer inputs and outputs; which of its outputs those are. */
interface Pruned {
  readonly equation: Equation
  readonly kept: readonly number[]
}

const positionsOf = (flags: readonly boolean[]): readonly number[] =>
  [...flags.keys()].filter((i) => flags[i] === true)

const chosen = <T>(items: readonly T[], positions: readonly number[]): readonly T[] =>
  positions.map((i) => items[i] as T)

/** The variables that the outputs depend on. */
const liveVariables = ({ inputs, constants, equations, outputs }: Program): ReadonlySet<number> => {
  const live = new Set<number>(outputs)
  let first = equations.reduce(
    (sum, equation) => sum + equation.outputs.length,
    inputs.length + constants.length,
  )
  for (let i = equations.length - 1; i >= 0; i--) {
    const equation = equations[i]!
    first -= equation.outputs.length
    if (equation.outputs.some((_, k) => live.has(first + k))) for (const v of equation.inputs) live.add(v)
  }
  return live
}

/** The program of fewer inputs; the others are not used. */
export const withInputs = (program: Program, positions: readonly number[]): Program => {
  const { inputs } = program
  if (positions.length === inputs.length) return program
  const numbers = new Map(positions.map((old, position) => [old, position]))
  const moved = (variable: number): number =>
    numbers.get(variable) ?? variable - inputs.length + positions.length
  return {
    ...program,
    inputs: chosen(inputs, positions),
    equations: program.equations.map((equation) => ({ ...equation, inputs: equation.inputs.map(moved) })),
    outputs: program.outputs.map(moved),
  }
}

const liveOnly = (program: Program, outputs: readonly number[]): Program =>
  eliminateDeadCode(
    outputs.length === program.outputs.length
      ? program
      : { ...program, outputs: chosen(program.outputs, outputs) },
  )

/** Which inputs some output depends on. */
export const usedInputs = (program: Program): readonly boolean[] => {
  const live = liveVariables(program)
  return program.inputs.map((_, i) => live.has(i))
}

const prunedCond = (
  equation: Extract<Equation, { readonly operation: 'cond' }>,
  kept: readonly number[],
): Equation => {
  const onTrue = liveOnly(equation.params.onTrue, kept)
  const onFalse = liveOnly(equation.params.onFalse, kept)
  const [a, b] = [usedInputs(onTrue), usedInputs(onFalse)]
  const used = positionsOf(a.map((is, i) => is || b[i] === true))
  return {
    ...equation,
    inputs: [equation.inputs[0]!, ...chosen(equation.inputs.slice(1), used)],
    params: { onTrue: withInputs(onTrue, used), onFalse: withInputs(onFalse, used) },
    outputs: chosen(equation.outputs, kept),
  }
}

/** A loop keeps what is carried if it is asked for, or if what is kept depends on it. */
const prunedScan = (
  equation: Extract<Equation, { readonly operation: 'scan' }>,
  asked: readonly boolean[],
): Pruned => {
  const { body, fixed, carried } = equation.params
  let outputs = positionsOf(asked)
  let used: readonly boolean[] = []
  for (;;) {
    used = usedInputs(liveOnly(body, outputs))
    const wider = positionsOf(asked.map((is, i) => is || (i < carried && used[fixed + i] === true)))
    const same = wider.length === outputs.length
    outputs = wider
    if (same) break
  }
  const inputs = positionsOf(
    body.inputs.map((_, i) =>
      i >= fixed && i < fixed + carried ? outputs.includes(i - fixed) : used[i] === true,
    ),
  )
  const params: StructuralParameters['scan'] = {
    ...equation.params,
    body: withInputs(liveOnly(body, outputs), inputs),
    fixed: inputs.filter((i) => i < fixed).length,
    carried: outputs.filter((i) => i < carried).length,
  }
  return {
    equation: {
      ...equation,
      inputs: chosen(equation.inputs, inputs),
      params,
      outputs: chosen(equation.outputs, outputs),
    },
    kept: outputs,
  }
}

/** A loop keeps what is carried if it is asked for, or if the condition or what is kept depends on it. */
const prunedWhile = (
  equation: Extract<Equation, { readonly operation: 'while' }>,
  asked: readonly boolean[],
): Pruned => {
  const { body, fixed } = equation.params
  const condition = eliminateDeadCode(equation.params.condition)
  const decides = usedInputs(condition)
  const isUsed = (outputs: readonly number[]): readonly boolean[] =>
    usedInputs(liveOnly(body, outputs)).map((is, i) => is || decides[i] === true)
  let outputs = positionsOf(asked.map((is, i) => is || decides[fixed + i] === true))
  let used = isUsed(outputs)
  for (;;) {
    const wider = positionsOf(asked.map((is, i) => is || used[fixed + i] === true))
    if (wider.length === outputs.length) break
    outputs = wider
    used = isUsed(outputs)
  }
  const inputs = positionsOf(used.map((is, i) => (i < fixed ? is : outputs.includes(i - fixed))))
  return {
    equation: {
      ...equation,
      inputs: chosen(equation.inputs, inputs),
      params: {
        ...equation.params,
        condition: withInputs(condition, inputs),
        body: withInputs(liveOnly(body, outputs), inputs),
        fixed: inputs.filter((i) => i < fixed).length,
      },
      outputs: chosen(equation.outputs, outputs),
    },
    kept: outputs,
  }
}

const sameValues = (a: object, b: object): boolean => {
  const others = b as Readonly<Record<string, unknown>>
  return Object.entries(a).every(([key, value]) => value === others[key])
}

/**
 * The equation without what only gives outputs nobody asks for; itself where there is no such thing. Its first output is
 * variable `first`.
 */
const pruned = (equation: StructuralEquation, needed: Uint8Array, first: number): Pruned => {
  const result = prunedAnew(
    equation,
    equation.outputs.map((_, k) => needed[first + k] === 1),
  )
  const { inputs, params, outputs } = result.equation
  return inputs.length === equation.inputs.length &&
    outputs.length === equation.outputs.length &&
    sameValues(params, equation.params)
    ? { ...result, equation }
    : result
}

const prunedAnew = (equation: StructuralEquation, asked: readonly boolean[]): Pruned => {
  switch (equation.operation) {
    case 'cond': {
      const kept = positionsOf(asked)
      return { equation: prunedCond(equation, kept), kept }
    }
    case 'scan':
      return prunedScan(equation, asked)
    case 'while':
      return prunedWhile(equation, asked)
    case 'checkpoint': {
      const kept = positionsOf(asked)
      const body = liveOnly(equation.params.body, kept)
      const used = positionsOf(usedInputs(body))
      return {
        equation: {
          ...equation,
          inputs: chosen(equation.inputs, used),
          params: { body: withInputs(body, used) },
          outputs: chosen(equation.outputs, kept),
        },
        kept,
      }
    }
    case 'custom': {
      // The derivative takes and returns what the body does, all of it.
      const { body, mode, derivative } = equation.params
      return {
        equation: {
          ...equation,
          params: { body: eliminateDeadCode(body), mode, derivative: eliminateDeadCode(derivative) },
        },
        kept: [...asked.keys()],
      }
    }
  }
}

const isLiveAt = (needed: Uint8Array, first: number, count: number): boolean =>
  count === 1 ? needed[first] === 1 : needed.subarray(first, first + count).includes(1)

/**
 * The program without the equations and constants no output depends on, in the programs of its equations too: branches
 * and loops lose results nobody asks for and inputs they do not use. The inputs of the program itself stay. Where nothing is dead the result is
 * the program itself.
 */
export const eliminateDeadCode = (program: Program): Program => {
  const { inputs, constants, equations, outputs } = program
  const begin = inputs.length + constants.length
  let count = begin
  for (let i = 0; i < equations.length; i++) count += equations[i]!.outputs.length
  const needed = new Uint8Array(count)
  for (let i = 0; i < outputs.length; i++) needed[outputs[i]!] = 1
  const changed = new Map<number, Pruned>()
  let dead = 0
  let first = count
  for (let i = equations.length - 1; i >= 0; i--) {
    const equation = equations[i]!
    first -= equation.outputs.length
    if (!isLiveAt(needed, first, equation.outputs.length)) {
      dead += 1
      continue
    }
    let { inputs: operands } = equation
    if (isStructural(equation)) {
      const fewer = pruned(equation, needed, first)
      if (fewer.equation !== equation) changed.set(i, fewer)
      operands = fewer.equation.inputs
    }
    for (let k = 0; k < operands.length; k++) needed[operands[k]!] = 1
  }
  const isNeeded = (_: unknown, i: number): boolean => needed[inputs.length + i] === 1
  if (dead === 0 && changed.size === 0 && constants.every(isNeeded)) return program
  const numbers = new Int32Array(count)
  let numbered = inputs.length
  for (let i = 0; i < numbered; i++) numbers[i] = i
  const number = (variable: number): void => {
    numbers[variable] = numbered++
  }
  constants.forEach((tensor, i) => {
    if (isNeeded(tensor, i)) number(inputs.length + i)
  })
  const renamed = (variables: readonly number[]): readonly number[] => {
    const after: number[] = []
    for (let i = 0; i < variables.length; i++) after.push(numbers[variables[i]!]!)
    return after
  }
  const written: Equation[] = []
  first = begin
  for (let i = 0; i < equations.length; i++) {
    const { outputs: results } = equations[i]!
    if (isLiveAt(needed, first, results.length)) {
      const fewer = changed.get(i)
      const { operation, inputs: operands, params, outputs: types } = fewer?.equation ?? equations[i]!
      written.push({ operation, inputs: renamed(operands), params, outputs: types } as Equation)
      if (fewer === undefined) for (let k = 0; k < results.length; k++) number(first + k)
      else for (const k of fewer.kept) number(first + k)
    }
    first += results.length
  }
  return {
    inputs,
    constants: constants.filter(isNeeded),
    equations: written,
    outputs: renamed(outputs),
  }
}
