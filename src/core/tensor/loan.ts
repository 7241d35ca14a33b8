/** A piece of memory lent for outputs of a donating function, and how many tensors on it may still be read. */
export interface Loan {
  readonly memory: ArrayBuffer
  /** Tensors that have not been given up, and calls under way. */
  held: number
  /** Whether memory for more calls is left. */
  open: boolean
  /** Whether others may look at it still, by views or in a run on another thread, when all its tensors have been given up. */
  seen: boolean
}

const shown = new WeakSet<ArrayBuffer>()

/**
 * Notes that something outside the library looks at memory: it is never taken back, as that reader could not be told.
 */
export const showOutside = (memory: ArrayBuffer): void => {
  shown.add(memory)
}

export const isShownOutside = (memory: ArrayBuffer): boolean => shown.has(memory)
