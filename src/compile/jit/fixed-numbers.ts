import type { DeviceJitOptions, JitOptions } from './jit.ts'

/**
 * Options of a compiled function some of whose arguments are trees that somebody else's functions take apart: there a
 * number is a part of the structure, as in every tree, and not traced.
 */
export const withFixedNumbers = <O extends JitOptions | DeviceJitOptions>(
  options: O,
  positions: readonly number[] = [0],
): O => ({
  ...options,
  static: [...(options.static ?? []), ...positions],
})
