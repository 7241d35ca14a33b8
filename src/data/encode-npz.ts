import type { Tensor } from '../tensor/tensor.ts'
import { encodeNpy } from './encode-npy.ts'
import { zip } from './zip.ts'

export interface NpzOptions {
  /** Deflated, as `numpy.savez_compressed` does it, or (the default) stored. */
  readonly compress?: boolean
}

/**
 * Tensors by name as the bytes of an NPZ file, which `numpy.load` reads. Same tensors, same bytes. Needs Node.js, for
 * its zlib.
 *
 * @throws UnknownValueError under `vmap` or `jit`.
 * @example
 * ```ts
 * import { zeros } from 'puregrad'
 * import { encodeNpz } from 'puregrad/data'
 * encodeNpz({ x: zeros([1000]) }, { compress: true }).length < 400 // => true
 * ```
 */
export const encodeNpz = (
  arrays: Readonly<Record<string, Tensor>>,
  { compress = false }: NpzOptions = {},
): Uint8Array =>
  zip(
    Object.entries(arrays).map(([name, x]) => ({ name: `${name}.npy`, bytes: encodeNpy(x) })),
    compress,
  )
