import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { encodeNpy } from './encode-npy.ts'
import { leadsOut, zip } from './zip.ts'

/** How an archive of arrays is written. */
export interface NpzOptions {
  /** Deflated, as `numpy.savez_compressed` does it, or (the default) stored. */
  readonly compress?: boolean
}

const longestName = 2 ** 16 - 1 - '.npy'.length

/** What could not be read again: a name without a form in UTF-8, or none that stays in the archive. */
const unfit = (name: string): boolean =>
  /\p{Surrogate}/u.test(name) ||
  leadsOut(`${name}.npy`) ||
  new TextEncoder().encode(name).length > longestName

/**
 * Tensors by name as the bytes of an NPZ file, which `numpy.load` reads. Same tensors, same bytes. Needs Node.js, for
 * its zlib.
 *
 * @throws ArgumentError for another option, and for a name that {@link parseNpz} would refuse; UnknownValueError under `vmap` or `jit`.
 * @example
 * ```ts
 * import { zeros } from 'puregrad'
 * import { encodeNpz } from 'puregrad/data'
 * encodeNpz({ x: zeros([1000]) }, { compress: true }).length < 400 // => true
 * ```
 */
export const encodeNpz = (arrays: Readonly<Record<string, Tensor>>, options: NpzOptions = {}): Uint8Array => {
  checkOptions<NpzOptions>('encodeNpz', options, { compress: true })
  const { compress = false } = options
  const odd = Object.keys(arrays).find(unfit)
  if (odd !== undefined)
    throw new ArgumentError(
      `encodeNpz: expected names of up to ${longestName} bytes of UTF-8 that do not lead out of the archive, got '${showText(odd, 60)}'`,
    )
  return zip(
    Object.entries(arrays).map(([name, x]) => ({ name: `${name}.npy`, bytes: encodeNpy(x) })),
    compress,
  )
}
