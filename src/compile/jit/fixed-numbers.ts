import { isRecord } from '../../core/tensor/tree.ts'
import type { Place } from './static-places.ts'
import type { DeviceJitOptions, JitOptions } from './jit.ts'

/**
 * Options of a compiled function some of whose arguments are trees that somebody else's functions take apart: there a
 * number is a part of the structure, as in every tree, and not traced. What are no options stay as they are, for `jit` to
 * refuse.
 */
export const withFixedNumbers = <O extends JitOptions | DeviceJitOptions>(
  options: O,
  positions: readonly number[] = [0],
): O => {
  const { static: places = [] }: { readonly static?: unknown } = isRecord(options)
    ? options
    : { static: null }
  return Array.isArray(places)
    ? { ...options, static: [...(places as readonly Place[]), ...positions] }
    : options
}
