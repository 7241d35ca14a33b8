import type { Reference, Storage } from './graph.ts'
import { isContiguousLayout } from './layout.ts'
import type { RegionContext } from './region-context.ts'

/**
 * How the body of a loop gives its next carried values. All are replaced at once: what views another of them, or its own
 * in another order, is copied before the first is written.
 */
export const carriedForm =
  (carried: readonly Storage[]): RegionContext['outputForm'] =>
  ({ root, layout }: Reference, i) => {
    const isOwn = root.storage === carried[i] && isContiguousLayout(layout)
    return isOwn || !carried.includes(root.storage!) ? 'view' : 'copy'
  }
