import type { Equation, OperationName, Program } from '../../core/primitive/program.ts'
import { variableTypes } from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { sizeOf } from '../../core/tensor/shape.ts'

/**
 * What one run of a program costs, as it is written down: passes and fusion make it less.
 *
 * @category Readings
 */
export interface OperationCounts {
  /** How often each operation is applied; those of loops as often as the loop goes round. */
  readonly operations: Readonly<Partial<Record<OperationName, number>>>
  /** Operations on numbers: one for each element of an elementwise result, 2mkn for a product of matrices. */
  readonly flops: number
  readonly bytesRead: number
  readonly bytesWritten: number
  /** The most bytes of values alive at once: inputs, constants and what later equations still need. */
  readonly peakBytes: number
}

const bytesOf = ({ shape, dtype }: Typed): number =>
  sizeOf(shape) * (dtype === 'bool' ? 1 : dtype === 'float64' ? 8 : 4)

const none: OperationCounts = { operations: {}, flops: 0, bytesRead: 0, bytesWritten: 0, peakBytes: 0 }

const total = (list: readonly Typed[]): number => list.reduce((sum, type) => sum + bytesOf(type), 0)

/** Several runs of one thing after another: all adds up, but memory is used again. */
const times = ({ operations, ...rest }: OperationCounts, n: number): OperationCounts => ({
  operations: Object.fromEntries(Object.entries(operations).map(([name, each]) => [name, n * each])),
  flops: n * rest.flops,
  bytesRead: n * rest.bytesRead,
  bytesWritten: n * rest.bytesWritten,
  peakBytes: rest.peakBytes,
})

const plus = (a: OperationCounts, b: OperationCounts): OperationCounts => ({
  operations: Object.fromEntries(
    [...new Set([...Object.keys(a.operations), ...Object.keys(b.operations)])].map((name) => [
      name,
      (new Map(Object.entries(a.operations)).get(name) ?? 0) +
        (new Map(Object.entries(b.operations)).get(name) ?? 0),
    ]),
  ),
  flops: a.flops + b.flops,
  bytesRead: a.bytesRead + b.bytesRead,
  bytesWritten: a.bytesWritten + b.bytesWritten,
  peakBytes: Math.max(a.peakBytes, b.peakBytes),
})

/** Results that are their inputs seen in another way, or copied, cost no arithmetic. */
const moving: ReadonlySet<string> = new Set(['pad', 'concat', 'gather', 'cast', 'stopGradient', 'select'])

const flopsOf = (equation: Equation, inputs: readonly Typed[]): number => {
  if (!isNameOfPrimitive(equation.operation)) return 0
  const { name, traits, lowering } = primitiveNamed(equation.operation)
  const [first] = inputs
  const [output] = equation.outputs
  if (first === undefined || output === undefined || traits.view === true || moving.has(name)) return 0
  if (lowering.kind === 'routine')
    return lowering.routine.work(lowering.sizes(inputs, equation.params as never))
  if (name === 'matmul') return 2 * sizeOf(output.shape) * (first.shape[first.shape.length - 1] ?? 0)
  return Math.max(sizeOf(first.shape), sizeOf(output.shape))
}

const ofEquation = (equation: Equation, inputs: readonly Typed[]): OperationCounts => {
  const own: OperationCounts = {
    operations: { [equation.operation]: 1 },
    flops: flopsOf(equation, inputs),
    bytesRead: total(inputs),
    bytesWritten:
      isNameOfPrimitive(equation.operation) && primitiveNamed(equation.operation).traits.view === true
        ? 0
        : total(equation.outputs),
    peakBytes: 0,
  }
  switch (equation.operation) {
    case 'scan':
      return plus(own, times(countOperations(equation.params.body), equation.params.length))
    case 'cond': {
      const [a, b] = [countOperations(equation.params.onTrue), countOperations(equation.params.onFalse)]
      return plus(own, a.flops >= b.flops ? a : b)
    }
    case 'checkpoint':
    case 'custom':
      return plus(own, countOperations(equation.params.body))
    case 'while':
      return plus(
        own,
        plus(countOperations(equation.params.condition), countOperations(equation.params.body)),
      )
    default:
      return own
  }
}

/**
 * What one run of a program costs: operations by their kind, operations on numbers, bytes read and written, the most
 * bytes alive at once. Loops count as often as they go round, a `cond` by its dearer branch, a `while` as if it went
 * round once.
 *
 * @example
 * ```ts
 * import { countOperations, matmul, stage, tanh, zeros, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor, w: Tensor) => tanh(matmul(x, w)))(zeros([4, 8]), zeros([8, 2]))
 * const { operations, flops, bytesWritten } = countOperations(program)
 * operations // => { matmul: 1, tanh: 1 }
 * flops // => 136
 * bytesWritten // => 64
 * ```
 * @category Readings
 */
export const countOperations = (program: Program): OperationCounts => {
  const types = variableTypes(program)
  const first = program.inputs.length + program.constants.length
  const lastUse = new Map<number, number>()
  program.equations.forEach(({ inputs }, i) => inputs.forEach((variable) => lastUse.set(variable, i)))
  program.outputs.forEach((variable) => lastUse.set(variable, Infinity))
  let [next, alive] = [first, types.slice(0, first).reduce((sum, type) => sum + bytesOf(type), 0)]
  let counts: OperationCounts = { ...none, peakBytes: alive }
  program.equations.forEach((equation, i) => {
    const inputs = equation.inputs.map((variable) => types[variable]!)
    const here = ofEquation(equation, inputs)
    alive += total(equation.outputs)
    counts = plus(counts, { ...here, peakBytes: alive + here.peakBytes })
    const dead = [...new Set([...equation.inputs, ...equation.outputs.map((_, j) => next + j)])].filter(
      (variable) => variable >= first && (lastUse.get(variable) ?? i) <= i,
    )
    alive -= dead.reduce((sum, variable) => sum + bytesOf(types[variable]!), 0)
    next += equation.outputs.length
  })
  return counts
}
