import type { StepOperation } from '../executors/steps.ts'
import type { DType } from '../../core/tensor/dtype.ts'

/** Computes a register from earlier ones. */
export interface PlannedStep {
  readonly operation: StepOperation
  readonly dtype: DType
  readonly inputs: readonly number[]
}

/** Steps, and the number each register has among them. */
export interface Renumbered {
  readonly steps: readonly PlannedStep[]
  readonly renumber: (register: number) => number
}

/**
 * Steps with a · b + c in one, where the product is used once and not `kept`. With two loads,
 * `[2] mul 0 1, [3] add 2 0` becomes `[2] mulAdd 0 1 0`, and register 3 is 2 from then on.
 */
export const contracted = (
  steps: readonly PlannedStep[],
  loads: number,
  kept: ReadonlySet<number>,
): Renumbered => {
  if (
    !steps.some(({ operation }) => operation === 'mul') ||
    !steps.some(({ operation }) => operation === 'add')
  )
    return { steps, renumber: (register) => register }
  const uses = new Int32Array(loads + steps.length)
  steps.forEach(({ inputs }) => {
    for (let i = 0; i < inputs.length; i++) uses[inputs[i]!]! += 1
  })
  const productAt = (register: number): PlannedStep | undefined => {
    const step = steps[register - loads]
    return step?.operation === 'mul' && uses[register] === 1 && !kept.has(register) ? step : undefined
  }
  const dropped = new Set<number>()
  const merged = steps.map((step): PlannedStep => {
    if (step.operation !== 'add' || !(step.dtype === 'float32' || step.dtype === 'float64')) return step
    const [x, y] = step.inputs as readonly [number, number]
    const from = [x, y].find((register) => productAt(register) !== undefined)
    if (from === undefined) return step
    const [a, b] = productAt(from)!.inputs as readonly [number, number]
    dropped.add(from)
    return { operation: 'mulAdd', dtype: step.dtype, inputs: [a, b, from === x ? y : x] }
  })
  const numbers = new Int32Array(loads + steps.length)
  let next = loads
  merged.forEach((_, i) => {
    if (!dropped.has(loads + i)) numbers[loads + i] = next++
  })
  const renumber = (register: number): number => (register < loads ? register : numbers[register]!)
  return {
    steps: merged
      .filter((_, i) => !dropped.has(loads + i))
      .map((step) => ({ ...step, inputs: step.inputs.map(renumber) })),
    renumber,
  }
}
