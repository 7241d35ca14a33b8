import { mul, tensor, toTransferable, type Tensor } from '../../../src/index.ts'
import type { Evaluate } from '../../../src/search/index.ts'

/** Gives back a state that holds a tensor, in the form that travels or as it is. */
export const evaluate: Evaluate<boolean, unknown> = ({ config: travels }) => {
  const state = { params: { w: mul(tensor([1, 2]), 3) as Tensor } }
  return { objectives: [0], state: travels ? toTransferable(state) : state }
}
