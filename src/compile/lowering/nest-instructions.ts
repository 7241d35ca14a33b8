import type { Instruction } from '../executors/kernel-program.ts'
import { FusionError } from './fusion-error.ts'
import { arrange, nestBody, type Access, type NestPlan, spaceOf } from './nest.ts'

/** A nest, split along its outermost axes where it has more than an instruction can hold. */
export const nestInstructions = (plan: NestPlan): readonly Instruction[] => {
  const { arrangement, copied } = arrange(plan)
  if (copied.length > 0) throw new FusionError()
  if (arrangement.outer.length > 4) {
    const [axes] = arrangement.outerAxes
    const axis = (axes as readonly number[])[0] as number
    const moved = <A extends Access>(access: A, i: number): A => ({
      ...access,
      offset: access.offset + i * (access.strides[axis] as number),
    })
    return Array.from({ length: plan.domain[axis] as number }, (_, i) => i).flatMap((i) =>
      nestInstructions({
        ...plan,
        domain: plan.domain.map((n, j) => (j === axis ? 1 : n)),
        loads: plan.loads.map((load) => moved(load, i)),
        stores: plan.stores.map((store) => moved(store, i)),
        accumulations: plan.accumulations.map((accumulation) => moved(accumulation, i)),
      }),
    )
  }
  return [{ kind: 'nest', ...spaceOf(arrangement), ...nestBody(plan, arrangement) }]
}
