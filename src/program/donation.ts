import type { ConcreteTensor } from '../tensor/concrete.ts'

/** A tensor of the results of a donating function, and the memory it lies in with others. */
const memoryOf = new WeakMap<ConcreteTensor, ArrayBuffer>()

/** How many tensors of a piece of memory have not been given up. */
const remaining = new WeakMap<ArrayBuffer, number>()

/** Notes that a piece of memory holds these results and nothing else. */
export const holdResults = (memory: ArrayBuffer, results: readonly ConcreteTensor[]): void => {
  remaining.set(memory, results.length)
  results.forEach((result) => memoryOf.set(result, memory))
}

/**
 * Gives tensors up. Memory none of whose tensors is left is taken from whoever still refers to it: reading a given-up
 * tensor, or a view of it, is an error from then on, never another value. The pieces of memory taken are returned.
 */
export const giveUp = (tensors: readonly ConcreteTensor[]): readonly ArrayBuffer[] =>
  tensors.flatMap((tensor) => {
    const memory = memoryOf.get(tensor)
    if (memory === undefined) return []
    memoryOf.delete(tensor)
    const left = (remaining.get(memory) ?? 0) - 1
    remaining.set(memory, left)
    return left === 0 ? [structuredClone(memory, { transfer: [memory] })] : []
  })
