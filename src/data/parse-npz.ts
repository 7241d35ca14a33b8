import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Tensor } from '../tensor/tensor.ts'
import type { DataError } from './data-error.ts'
import { malformed } from './malformed.ts'
import type { BytesOptions } from './parse-idx.ts'
import { parseNpy } from './parse-npy.ts'
import { unzip } from './zip.ts'

/**
 * The arrays of an NPZ file by name: a ZIP archive of NPY files, as `numpy.savez` and `numpy.savez_compressed` write
 * it. The error names the member, the byte and the field. Needs Node.js, for its zlib.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { encodeNpz, parseNpz } from 'puregrad/data'
 * const read = parseNpz(encodeNpz({ x: tensor([1, 2]), y: tensor(3) }))
 * E.isRight(read) ? toArray(read.right['x']!) : [] // => [1, 2]
 * ```
 */
export const parseNpz = (
  bytes: Uint8Array,
  { file = 'NPZ bytes' }: BytesOptions = {},
): E.Either<DataError, Readonly<Record<string, Tensor>>> =>
  pipe(
    unzip(bytes, file),
    E.flatMap(
      E.traverseArray((member) =>
        pipe(
          parseNpy(member.bytes, { file: `${file}, member '${member.name}'` }),
          E.map((array) => [member.name.replace(/\.npy$/, ''), array] as const),
        ),
      ),
    ),
    E.flatMap((arrays) => {
      const names = arrays.map(([name]) => name)
      const repeated = names.find((name, i) => names.indexOf(name) !== i)
      return repeated === undefined
        ? E.right(Object.fromEntries(arrays))
        : malformed(file, 0, 'directory', 'members of different names', `two named '${repeated}'`)
    }),
  )
