import { runRoutine, type Routine } from '../kernel/routine.ts'
import type { ParameterizedPrimitive, Typed } from './primitive.ts'

/** The record of a primitive that a routine computes, all but what follows from the routine. */
export interface RoutineFacts<P, N extends string> extends Omit<
  ParameterizedPrimitive<P, N>,
  'kernel' | 'lowering'
> {
  readonly routine: Routine
  readonly sizes: (inputs: readonly Typed[], params: P) => readonly number[]
}

/** The primitive that a routine computes: its inputs and its output are of one float dtype, which `type` sees to. */
export const routinePrimitive = <P, N extends string>({
  routine,
  sizes,
  ...facts
}: RoutineFacts<P, N>): ParameterizedPrimitive<P, N> => ({
  ...facts,
  kernel: (inputs, params) =>
    runRoutine(routine, sizes(inputs, params), inputs, facts.type(inputs, params).shape, false),
  lowering: { kind: 'routine', routine, sizes },
})
