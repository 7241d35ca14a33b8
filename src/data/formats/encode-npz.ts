import { zipSync } from 'fflate'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { encodeNpy } from './encode-npy.ts'
import { leadsOut } from './zip.ts'

/**
 * How an archive of arrays is written.
 *
 * @category Files
 */
export interface NpzOptions {
  /** Deflated, as `numpy.savez_compressed` does it, or (the default) stored. */
  readonly compress?: boolean
}

const longestName = 2 ** 16 - 1 - '.npy'.length

/** What the fields of an archive can say; a little is left for its directory. */
const mostMembers = 2 ** 16 - 2
const mostBytes = 2 ** 32 - 2 ** 26

/** The first day ZIP knows: same arrays, same bytes. */
const firstDay = new Date(1980, 0, 1)

/** What could not be read again: a name without a form in UTF-8, or none that stays in the archive. */
const unfit = (name: string): boolean =>
  /\p{Surrogate}/u.test(name) ||
  leadsOut(`${name}.npy`) ||
  new TextEncoder().encode(name).length > longestName

/**
 * Tensors by name as the bytes of an NPZ file, which `numpy.load` reads. Same tensors, same bytes.
 *
 * @throws ArgumentError for another option, and for a name that {@link parseNpz} would refuse, and for more than an archive
 * holds (65,534 arrays, just under 4 GiB); UnknownValueError under `vmap` or `jit`.
 * @example
 * ```ts
 * import { zeros } from 'puregrad'
 * import { encodeNpz } from 'puregrad/data'
 * encodeNpz({ x: zeros([1000]) }, { compress: true }).length < 400 // => true
 * ```
 * @category Files
 */
export const encodeNpz = (arrays: Readonly<Record<string, Tensor>>, options: NpzOptions = {}): Uint8Array => {
  checkOptions<NpzOptions>('encodeNpz', options, { compress: true })
  const { compress = false } = options
  const odd = Object.keys(arrays).find(unfit)
  if (odd !== undefined)
    throw new ArgumentError(
      `encodeNpz: expected names of up to ${longestName} bytes of UTF-8 that do not lead out of the archive, got '${showText(odd, 60)}'`,
    )
  const members = Object.entries(arrays).map(([name, x]) => [`${name}.npy`, encodeNpy(x)] as const)
  const total = members.reduce((sum, [, bytes]) => sum + bytes.length, 0)
  if (members.length > mostMembers || total > mostBytes)
    throw new ArgumentError(
      `encodeNpz: expected up to ${mostMembers} arrays of up to ${mostBytes} bytes in all, got ${members.length} of ${total}`,
    )
  return zipSync(Object.fromEntries(members), { level: compress ? 6 : 0, mtime: firstDay })
}
