/** How many runs on other threads read a piece of memory, and what waits for the last of them. */
interface Readers {
  count: number
  waiting: (() => void) | undefined
}

const readers = new WeakMap<ArrayBuffer, Readers>()
/** How many pieces of memory are read: mostly none, which is quicker to see than that one is not. */
let count = 0

/** Keeps memory where it is while a run on another thread reads it: each `hold` is followed by one `release`. */
export const holdForReading = (memories: readonly ArrayBuffer[]): void => {
  memories.forEach((memory) => {
    const known = readers.get(memory)
    if (known === undefined) {
      readers.set(memory, { count: 1, waiting: undefined })
      count += 1
    } else known.count += 1
  })
}

export const releaseFromReading = (memories: readonly ArrayBuffer[]): void => {
  memories.forEach((memory) => {
    const known = readers.get(memory)
    if (known === undefined) return
    known.count -= 1
    if (known.count > 0) return
    readers.delete(memory)
    count -= 1
    known.waiting?.()
  })
}

/** Whether a run on another thread reads it. */
export const isRead = (memory: ArrayBuffer): boolean => count > 0 && readers.has(memory)

/** Does something with memory once no run on another thread reads it: at once, or after the last of them. */
export const whenUnread = (memory: ArrayBuffer, action: () => void): void => {
  const known = readers.get(memory)
  if (known === undefined) action()
  else known.waiting ??= action
}
