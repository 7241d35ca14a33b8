import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { DataError } from '../data-error.ts'
import { encodeNpy } from './encode-npy.ts'
import { encodeNpz, type NpzOptions } from './encode-npz.ts'
import { parseIdx } from './parse-idx.ts'
import { parseNpy } from './parse-npy.ts'
import { checkedNpzOptions, parseNpz, type NpzArrays, type NpzReadOptions } from './parse-npz.ts'
import { checkedUnfolding, type UnfoldOptions } from './unfold-options.ts'
import { readDecompressed } from './read-decompressed.ts'
import { writeAtomically, type WriteError } from '../files/write-atomically.ts'

/**
 * {@link parseIdx} on a file, which may be gzipped. Besides its errors: the file cannot be read or decompressed,
 * or unfolds to more than `maxBytes`.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readIdx } from 'puregrad/data'
 * const read = await readIdx('absent.idx')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.idx: there is no such file'
 * ```
 * @category Files
 */
export const readIdx = (file: string, options: UnfoldOptions = {}): TE.TaskEither<DataError, Tensor> =>
  pipe(
    readDecompressed(file, checkedUnfolding('readIdx', options)),
    TE.flatMapEither((bytes) => parseIdx(bytes, { file })),
  )

/**
 * {@link parseNpy} on a file, which may be gzipped. Besides its errors: the file cannot be read or decompressed, or
 * unfolds to more than `maxBytes`.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readNpy } from 'puregrad/data'
 * const read = await readNpy('absent.npy')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.npy: there is no such file'
 * ```
 * @category Files
 */
export const readNpy = (file: string, options: UnfoldOptions = {}): TE.TaskEither<DataError, Tensor> =>
  pipe(
    readDecompressed(file, checkedUnfolding('readNpy', options)),
    TE.flatMapEither((bytes) => parseNpy(bytes, { file })),
  )

/**
 * {@link parseNpz} on a file; members that are no arrays are left out, and `npzOmissions` says which. Besides its errors:
 * the file cannot be read.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readNpz } from 'puregrad/data'
 * const read = await readNpz('absent.npz')()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.npz: there is no such file'
 * ```
 * @category Files
 */
export const readNpz = (
  file: string,
  options: Omit<NpzReadOptions, 'file'> = {},
): TE.TaskEither<DataError, NpzArrays> =>
  pipe(
    readDecompressed(file, checkedNpzOptions('readNpz', options).maxBytes),
    TE.flatMapEither((bytes) => parseNpz(bytes, { ...options, file })),
  )

/**
 * Writes {@link encodeNpy} to a file, all of it or nothing.
 *
 * @example
 * ```ts no-run
 * import { tensor } from 'puregrad'
 * import { writeNpy } from 'puregrad/data'
 * await writeNpy('x.npy', tensor([1, 2]))()
 * ```
 * @category Files
 */
export const writeNpy = (file: string, x: Tensor): TE.TaskEither<WriteError, void> =>
  writeAtomically(file, encodeNpy(x))

/**
 * Writes {@link encodeNpz} to a file, all of it or nothing.
 *
 * @example
 * ```ts no-run
 * import { tensor } from 'puregrad'
 * import { writeNpz } from 'puregrad/data'
 * await writeNpz('pair.npz', { x: tensor([1, 2]), y: tensor([0]) }, { compress: true })()
 * ```
 * @category Files
 */
export const writeNpz = (
  file: string,
  arrays: Readonly<Record<string, Tensor>>,
  options: NpzOptions = {},
): TE.TaskEither<WriteError, void> => writeAtomically(file, encodeNpz(arrays, options))
