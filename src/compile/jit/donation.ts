import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isShownOutside, type Loan } from '../../core/tensor/loan.ts'
import { isRead, whenUnread } from './memory-readers.ts'
import { allocateMemory, type OutputMemory } from './output-memory.ts'

/** Memory for the outputs of one call, held until `hold` says by which tensors. */
export interface LentMemory extends OutputMemory {
  readonly loan: Loan
}

/** The memory of one donating function. */
interface Lending {
  /** Fresh memory, aligned to 64 bytes. */
  readonly lend: () => LentMemory
  /** Notes that the memory of one call holds these results and nothing else. */
  readonly hold: (loan: Loan, results: readonly ConcreteTensor[]) => void
  /** Notes that the call the memory was lent for has failed: nothing holds it. */
  readonly cancel: (loan: Loan) => void
  /**
   * Gives a tensor up, where it is on lent memory. One that nobody has looked into, as in a loop that only hands it on, lets go of
   * its memory, which costs nothing. Memory none of whose tensors is left is used again; where others may still refer to it, it is taken
   * from them, once no run on another thread reads it: reading a given-up tensor, or a view of it, is an error from then
   * on, never another value. Memory that was shown to the outside (`toNdarray`) stays.
   */
  readonly giveUp: (tensor: ConcreteTensor) => void
}

/** Detaches memory from whoever refers to it. */
const takenFromAll = (memory: ArrayBuffer): ArrayBuffer => structuredClone(memory, { transfer: [memory] })

/** The memory of a loan, all of whose tensors are among these and are given up, for the results that were written there. */
export const renewed = (own: Loan, tensors: readonly ConcreteTensor[]): LentMemory => {
  for (let i = 0; i < tensors.length; i++) {
    const tensor = tensors[i]!
    if (tensor.loan !== own) continue
    tensor.loan = undefined
    if (!tensor.letGo()) own.seen = true
  }
  own.held = 0
  const memory = own.seen ? takenFromAll(own.memory) : own.memory
  return { memory, byteOffset: 0, loan: { memory, held: 1, open: false, seen: false } }
}

/** Small outputs are taken back many at a time, which costs about as much as taking back one. */
const togetherBytes = 1 << 16
const togetherCalls = 8

/** Outputs up to this size are faster made than taken back. */
const leastBytes = 1 << 11
/** Outputs from this size on are taken back one by one. */
const aloneBytes = 1 << 15

/** Whether it pays to use memory of this size again. */
export const isWorthTakingBack = (bytes: number): boolean => bytes > leastBytes

/** Whether outputs of this size have memory of their own. */
export const isAlone = (bytes: number): boolean => bytes > aloneBytes

/** The memory of a donating function whose outputs take so many bytes. */
export const lendingMemory = (bytes: number): Lending => {
  const stride = Math.ceil(bytes / 64) * 64
  const calls = isAlone(bytes) ? 1 : Math.max(togetherCalls, Math.floor(togetherBytes / stride))
  /** Taken back and not used yet; one piece is enough for a loop. */
  let spare: ArrayBuffer | undefined
  let loan: Loan | undefined
  let used = 0
  const keep = (memory: ArrayBuffer): void => {
    if (memory.byteLength === calls * stride) spare ??= memory
  }
  const drop = (own: Loan): void => {
    own.held -= 1
    if (own.held > 0 || own.open) return
    if (!own.seen) return keep(own.memory)
    whenUnread(own.memory, () => {
      if (!isShownOutside(own.memory)) keep(takenFromAll(own.memory))
    })
  }
  return {
    lend: (): LentMemory => {
      if (loan === undefined || used === calls) {
        loan = { memory: spare ?? allocateMemory(calls * stride), held: 0, open: true, seen: false }
        spare = undefined
        used = 0
      }
      const byteOffset = used * stride
      used += 1
      loan.open = used < calls
      loan.held += 1
      return { memory: loan.memory, byteOffset, loan }
    },
    hold: (loan: Loan, results: readonly ConcreteTensor[]): void => {
      loan.held += results.length - 1
      for (let i = 0; i < results.length; i++) results[i]!.loan = loan
    },
    giveUp: (tensor: ConcreteTensor): void => {
      const { loan: own } = tensor
      if (own === undefined) return
      tensor.loan = undefined
      // What a run on another thread reads is needed by that call until the end.
      if (isRead(own.memory) || !tensor.letGo()) own.seen = true
      drop(own)
    },
    cancel: drop,
  }
}
