import { concatenated, reshaped, sliced } from '../kernel/movement.ts'
import { portableKernels } from '../primitive/portable-kernels.ts'
import type { Equation, Program, StructuralParameters } from '../primitive/program.ts'
import { viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/shape.ts'

type Values = readonly ConcreteTensor[]

/** Element i along axis 0. */
const elementAt = (x: ConcreteTensor, i: number): ConcreteTensor => {
  const rest = x.shape.slice(1)
  return reshaped(
    sliced(
      x,
      [i, ...rest.map(() => 0)],
      x.shape.map(() => 1),
      [1, ...rest],
    ),
    rest,
  )
}

const scanned = (
  { body, fixed, carried, length, reverse }: StructuralParameters['scan'],
  inputs: Values,
  outputs: Equation['outputs'],
): Values => {
  const sequences = inputs.slice(fixed + carried)
  const stacks: ConcreteTensor[][] = outputs.slice(carried).map(() => [])
  let state = inputs.slice(fixed, fixed + carried)
  for (let step = 0; step < length; step++) {
    const i = reverse ? length - 1 - step : step
    const results = runPortably(body, [
      ...inputs.slice(0, fixed),
      ...state,
      ...sequences.map((x) => elementAt(x, i)),
    ])
    state = results.slice(0, carried)
    results.slice(carried).forEach((y, j) => stacks[j]!.push(reshaped(y, [1, ...y.shape])))
  }
  return [
    ...state,
    ...stacks.map((stack, j) => {
      const { shape, dtype } = outputs[carried + j]!
      return stack.length === 0
        ? viewOf(allocate(dtype, sizeOf(shape)), dtype, shape)
        : concatenated(reverse ? stack.reverse() : stack, 0, shape)
    }),
  ]
}

const repeated = (
  { condition, body, fixed, atMost }: StructuralParameters['while'],
  inputs: Values,
): Values => {
  const holds = (state: Values): boolean => {
    const { data, offset } = runPortably(condition, [...inputs.slice(0, fixed), ...state])[0]!.view
    return data[offset] !== 0
  }
  let state: Values = inputs.slice(fixed)
  for (let step = 0; (atMost === null || step < atMost) && holds(state); step++)
    state = runPortably(body, [...inputs.slice(0, fixed), ...state])
  return state
}

const applied = (equation: Equation, inputs: Values): Values => {
  switch (equation.operation) {
    case 'cond': {
      const [predicate, ...operands] = inputs
      const { data, offset } = predicate!.view
      const { onTrue, onFalse } = equation.params
      return runPortably(data[offset] === 0 ? onFalse : onTrue, operands)
    }
    case 'scan':
      return scanned(equation.params, inputs, equation.outputs)
    case 'while':
      return repeated(equation.params, inputs)
    case 'checkpoint':
    case 'custom':
      return runPortably(equation.params.body, inputs)
    default: {
      const { operation, params, outputs } = equation
      const kernel = Object.hasOwn(portableKernels, operation) ? portableKernels[operation] : undefined
      if (kernel === undefined)
        throw new ArgumentError(`${operation} has no form that every machine computes alike`)
      return [kernel(inputs as never, params as never, outputs[0]!)]
    }
  }
}

/**
 * The outputs of a program for some inputs, the same bytes on every machine and in every engine: no executor takes part,
 * and no function that engines compute differently. Each row of what rows alone decide is the same whatever rows are
 * beside it. It needs the kernels and nothing else of the library.
 *
 * @throws ArgumentError for a primitive without a portable kernel: one that is made of others, or draws random numbers.
 */
export const runPortably = (program: Program, inputs: Values): Values => {
  const values: ConcreteTensor[] = [...inputs, ...program.constants]
  for (const equation of program.equations)
    values.push(
      ...applied(
        equation,
        equation.inputs.map((variable) => values[variable]!),
      ),
    )
  return program.outputs.map((variable) => values[variable]!)
}
