import type { InPlace } from '../executors/kernel-program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isShownOutside, type Loan } from '../../core/tensor/loan.ts'
import { isRead } from './memory-readers.ts'

/**
 * Whether the results of a call may be written over the results of an earlier one: the memory of that one, if its tensors
 * are all given up by this call and each lies where the program may overwrite it; else nothing. A view of such a tensor
 * among the other arguments, or the same tensor as two of them, lies there too, but not in its place.
 */
export const reusableMemory = (
  inPlace: readonly InPlace[],
  bytes: number,
): ((
  leaves: readonly ConcreteTensor[],
  inputs: readonly ConcreteTensor[],
  givenUp: readonly number[],
) => Loan | undefined) => {
  const [first] = inPlace
  if (first === undefined) return () => undefined
  const places: (number | undefined)[] = []
  for (const { input, byteOffset } of inPlace) places[input] = byteOffset
  return (leaves, inputs, givenUp) => {
    let loan: Loan | undefined
    let given = 0
    for (let i = 0; i < givenUp.length; i++) {
      const leaf = leaves[givenUp[i]!]!
      const { loan: own } = leaf
      if (own === undefined || own.open || own.memory.byteLength !== bytes) continue
      loan ??= own
      if (own === loan && inputs[givenUp[i]!] === leaf) given += 1
    }
    if (loan === undefined || given !== loan.held) return undefined
    const { memory } = loan
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!
      if (input.elementMemory === memory && input.firstByte !== places[i]) return undefined
    }
    return isShownOutside(memory) || isRead(memory) ? undefined : loan
  }
}
