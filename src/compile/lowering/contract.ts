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

const isProduct = ({ operation }: PlannedStep): boolean => operation === 'mul'

const isSum = ({ operation }: PlannedStep): boolean => operation === 'add'

/**
 * Steps with a · b + c in one, where the product is used once and not `kept`. With two loads,
 * `[2] mul 0 1, [3] add 2 0` becomes `[2] mulAdd 0 1 0`, and register 3 is 2 from then on.
 */
export const contracted = (
  steps: readonly PlannedStep[],
  loads: number,
  kept: ReadonlySet<number>,
): Renumbered => {
  const same = { steps, renumber: (register: number): number => register }
  if (!steps.some(isProduct) || !steps.some(isSum)) return same
  const uses = new Int32Array(loads + steps.length)
  for (let i = 0; i < steps.length; i++) {
    const { inputs } = steps[i]!
    for (let k = 0; k < inputs.length; k++) uses[inputs[k]!]! += 1
  }
  const productAt = (register: number): PlannedStep | undefined => {
    const step = steps[register - loads]
    return step?.operation === 'mul' && uses[register] === 1 && !kept.has(register) ? step : undefined
  }
  const dropped = new Set<number>()
  const merged = steps.map((step): PlannedStep => {
    if (step.operation !== 'add' || !(step.dtype === 'float32' || step.dtype === 'float64')) return step
    const x = step.inputs[0]!
    const y = step.inputs[1]!
    const first = productAt(x)
    const product = first ?? productAt(y)
    if (product === undefined) return step
    dropped.add(first === undefined ? y : x)
    const inputs = [product.inputs[0]!, product.inputs[1]!, first === undefined ? x : y]
    return { operation: 'mulAdd', dtype: step.dtype, inputs }
  })
  if (dropped.size === 0) return same
  const numbers = new Int32Array(loads + steps.length)
  let next = loads
  for (let i = 0; i < merged.length; i++) if (!dropped.has(loads + i)) numbers[loads + i] = next++
  const renumber = (register: number): number => (register < loads ? register : numbers[register]!)
  const left: PlannedStep[] = []
  for (let i = 0; i < merged.length; i++) {
    const { operation, dtype, inputs } = merged[i]!
    if (dropped.has(loads + i)) continue
    const moved: number[] = []
    for (let k = 0; k < inputs.length; k++) {
      const register = inputs[k]!
      moved.push(register < loads ? register : numbers[register]!)
    }
    left.push({ operation, dtype, inputs: moved })
  }
  return { steps: left, renumber }
}
