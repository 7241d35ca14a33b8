import type { Equation, Program } from '../../primitive/program.ts'

/** The program without the equations and constants no output depends on. Inputs stay. */
export const eliminateDeadCode = (program: Program): Program => {
  const { inputs, constants, equations, outputs } = program
  const firsts: number[] = []
  let next = inputs.length + constants.length
  for (const equation of equations) {
    firsts.push(next)
    next += equation.outputs.length
  }
  const needed = new Set<number>(outputs)
  const kept = equations.map(() => false)
  for (let i = equations.length - 1; i >= 0; i--) {
    const equation = equations[i] as Equation
    const first = firsts[i] as number
    kept[i] = Array.from({ length: equation.outputs.length }, (_, k) => first + k).some((v) => needed.has(v))
    if (kept[i] === true) equation.inputs.forEach((v) => needed.add(v))
  }
  const numbers = new Map<number, number>(inputs.map((_, i) => [i, i]))
  const keptConstants = constants.filter((_, i) => needed.has(inputs.length + i))
  const number = (variable: number): number => {
    numbers.set(variable, numbers.size)
    return numbers.size
  }
  constants.forEach((_, i) => {
    if (needed.has(inputs.length + i)) number(inputs.length + i)
  })
  const renamed = (variable: number): number => numbers.get(variable) as number
  const keptEquations = equations.flatMap((equation, i) => {
    if (kept[i] !== true) return []
    const written = { ...equation, inputs: equation.inputs.map(renamed) } as Equation
    for (let k = 0; k < equation.outputs.length; k++) number((firsts[i] as number) + k)
    return [written]
  })
  return {
    inputs,
    constants: keptConstants,
    equations: keptEquations,
    outputs: outputs.map(renamed),
  }
}
