import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Reader } from './tree-code.ts'

/** What is kept for a structure of arguments. */
interface Kept {
  readonly key: string
  readonly read: Reader
}

export interface Found<E> {
  readonly entry: E
  /** The tensors of the arguments. */
  readonly leaves: readonly Tensor[]
}

export interface ProgramCache<E> {
  readonly find: (args: readonly unknown[]) => Found<E> | undefined
  /** Where there are `size` entries already, the one that has not been used for the longest time goes. */
  readonly keep: (entry: E) => void
}

/** So many of the last entries are tried before the key of the arguments is written: a loop meets one or two. */
const tried = 4

/**
 * Entries by the structure of the arguments they are for. The last used ones are a short list; the others stand in the
 * map in the order in which they left it, so that the first of the map that is not on the list is the one to drop.
 */
export const programCache = <E extends Kept>(
  size: number,
  keyOf: (args: readonly unknown[]) => string | undefined,
): ProgramCache<E> => {
  const entries = new Map<string, E>()
  const recent: E[] = []
  const room = Math.min(tried, size)
  /** Puts an entry first that stands at a place of the list, or after its end. */
  const use = (entry: E, place: number): void => {
    for (let i = Math.min(place, recent.length); i > 0; i--) recent[i] = recent[i - 1]!
    recent[0] = entry
    if (recent.length <= room) return
    const left = recent.pop()!
    entries.delete(left.key)
    entries.set(left.key, left)
  }
  const findOther = (args: readonly unknown[]): Found<E> | undefined => {
    for (let i = 1; i < recent.length; i++) {
      const entry = recent[i]!
      const leaves = entry.read(args)
      if (leaves === undefined) continue
      use(entry, i)
      return { entry, leaves }
    }
    if (entries.size <= recent.length) return undefined
    const key = keyOf(args)
    const entry = key === undefined ? undefined : entries.get(key)
    const leaves = entry?.read(args)
    if (entry === undefined || leaves === undefined) return undefined
    use(entry, recent.length)
    return { entry, leaves }
  }
  return {
    find: (args) => {
      const [entry] = recent
      if (entry === undefined) return undefined
      const leaves = entry.read(args)
      return leaves === undefined ? findOther(args) : { entry, leaves }
    },
    keep: (entry) => {
      entries.set(entry.key, entry)
      use(entry, recent.length)
      if (entries.size <= size) return
      for (const [key, old] of entries)
        if (!recent.includes(old)) {
          entries.delete(key)
          return
        }
    },
  }
}
