import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showText, showValue } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { requireBytes } from './checked-bytes.ts'
import type { DataError } from '../data-error.ts'
import { malformed, unsupported } from './malformed.ts'
import { checkedMaxBytes, tooManyBytes, unfoldingLimit } from './max-bytes.ts'
import { parseNpy } from './parse-npy.ts'
import { showNames } from './show-names.ts'
import { leadsOut, lyingSize, unreadableMember, zipContent, zipEntries, type ZipEntry } from './zip.ts'

const omitted: unique symbol = Symbol('omitted')

/**
 * A member of an archive that is no array this library holds, and why.
 *
 * @category Files
 */
export interface NpzOmission {
  readonly name: string
  readonly error: DataError
}

/**
 * The arrays of an archive by name; `npzOmissions` says which members are not among them.
 *
 * @category Files
 */
export type NpzArrays = Readonly<Record<string, Tensor>> & {
  readonly [omitted]?: readonly NpzOmission[]
}

/**
 * What is read of an archive of arrays, and how far it may unfold.
 *
 * @category Files
 */
export interface NpzReadOptions {
  /** What messages call the bytes. */
  readonly file?: string
  /** The arrays that are wanted; nothing else is unfolded, and one that cannot be read is a left value. */
  readonly only?: readonly string[]
  /**
   * The most bytes that the members wanted may unfold to; 256 MiB or a hundred times the archive, whichever is more,
   * unless told otherwise.
   */
  readonly maxBytes?: number
}

/**
 * The members of an archive that were left out when its arrays were read, and why: texts, objects, complex numbers,
 * integers beyond 32 bits, encrypted ones, and files that are no arrays.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor } from 'puregrad'
 * import { encodeNpz, npzOmissions, parseNpz } from 'puregrad/data'
 * const read = parseNpz(encodeNpz({ x: tensor([1, 2]) }))
 * E.isRight(read) ? npzOmissions(read.right) : ['all'] // => []
 * ```
 * @category Files
 */
export const npzOmissions = (arrays: NpzArrays): readonly NpzOmission[] => arrays[omitted] ?? []

/** @throws ArgumentError for options that are none, or have no such value. */
export const checkedNpzOptions = <O extends NpzReadOptions>(where: string, options: O): O => {
  checkOptions<NpzReadOptions>(where, options, { file: true, only: true, maxBytes: true })
  const { only, maxBytes } = options
  if (only !== undefined && !(Array.isArray(only) && only.every((name) => typeof name === 'string')))
    throw new ArgumentError(`${where}: only: expected names of arrays, got ${showValue(only)}`)
  checkedMaxBytes(where, maxBytes)
  return options
}

const arrayName = ({ name }: ZipEntry): string => name.replace(/\.npy$/, '')

/** A member that cannot be an array, by what the directory says. */
const oddEntry = (entry: ZipEntry, file: string): E.Either<DataError, undefined> =>
  leadsOut(entry.name)
    ? unsupported(
        file,
        `member '${showText(entry.name, 60)}'`,
        'a name inside the archive',
        'one that leads out of it',
      )
    : unreadableMember(entry, file)

/** What became of a member; an outer left value is damage, which casts doubt on the whole archive. */
type Outcome = { readonly name: string; readonly array: E.Either<DataError, Tensor> }

const outcomeOf = (bytes: Uint8Array, file: string, entry: ZipEntry): E.Either<DataError, Outcome> => {
  const name = arrayName(entry)
  const odd = oddEntry(entry, file)
  return E.isLeft(odd)
    ? E.right({ name, array: odd })
    : pipe(
        zipContent(bytes, file, entry),
        E.map((content) => ({
          name,
          array: parseNpy(content, { file: `${file}, member '${showText(entry.name, 60)}'` }),
        })),
      )
}

const arraysOf = (
  outcomes: readonly Outcome[],
  file: string,
  strict: boolean,
): E.Either<DataError, NpzArrays> => {
  const arrays = outcomes.flatMap(({ name, array }) =>
    E.isRight(array) ? [[name, array.right] as const] : [],
  )
  const omissions = outcomes.flatMap(({ name, array }) =>
    E.isLeft(array) ? [{ name, error: { ...array.left, file } }] : [],
  )
  const [first] = omissions
  return first !== undefined && (strict || arrays.length === 0)
    ? E.left(first.error)
    : E.right(Object.assign(Object.fromEntries(arrays), first === undefined ? {} : { [omitted]: omissions }))
}

const chosen = (
  entries: readonly ZipEntry[],
  only: readonly string[] | undefined,
  file: string,
): E.Either<DataError, readonly ZipEntry[]> => {
  // An entry that ends with a slash is a folder.
  const members = entries.filter(({ name, size }) => !(name.endsWith('/') && size === 0))
  const names = members.map(arrayName)
  const places = new Map(names.map((name, i) => [name, i]))
  const repeated = names.find((name, i) => places.get(name) !== i)
  if (repeated !== undefined)
    return malformed(
      file,
      0,
      'directory',
      'members of different names',
      `two named '${showText(repeated, 60)}'`,
    )
  const missing = only?.find((name) => !names.includes(name))
  return missing === undefined
    ? E.right(only === undefined ? members : members.filter((entry) => only.includes(arrayName(entry))))
    : E.left({
        kind: 'missing-array',
        file,
        name: missing,
        message: `${file}: there is no array '${showText(missing, 60)}'; there are ${showNames(names)}`,
      })
}

/**
 * The arrays of an NPZ file by name: a ZIP archive of NPY files, as `numpy.savez` and `numpy.savez_compressed` write
 * it. The error names the member, the byte and the field. Needs Node.js, for its zlib.
 *
 * A member that is no array this library holds (text, objects, complex numbers, integers beyond 32 bits) does not spoil
 * the others: it is left out, and {@link npzOmissions} says which and why. It is a left value where it is asked for with
 * `only`, and where no array is left. Damage is a left value always: a checksum or a size that does not fit, members of
 * one name, or that share bytes.
 *
 * @throws ArgumentError for what is no Uint8Array, and for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { encodeNpz, parseNpz } from 'puregrad/data'
 * const bytes = encodeNpz({ x: tensor([1, 2]), y: tensor(3) })
 * const read = parseNpz(bytes)
 * E.isRight(read) ? toArray(read.right['x']!) : [] // => [1, 2]
 * const one = parseNpz(bytes, { only: ['y'] })
 * E.isRight(one) ? Object.keys(one.right) : [] // => ['y']
 * ```
 * @category Files
 */
export const parseNpz = (bytes: Uint8Array, options: NpzReadOptions = {}): E.Either<DataError, NpzArrays> => {
  requireBytes('parseNpz', bytes)
  const { file = 'NPZ bytes', only, maxBytes } = checkedNpzOptions('parseNpz', options)
  const limit = unfoldingLimit(bytes.length, maxBytes)
  return pipe(
    zipEntries(bytes, file),
    E.flatMap((entries) => chosen(entries, only, file)),
    E.flatMap((entries): E.Either<DataError, readonly ZipEntry[]> =>
      pipe(
        entries,
        E.traverseArray((entry) => lyingSize(entry, file)),
        E.map(() => entries),
      ),
    ),
    E.flatMap((entries): E.Either<DataError, readonly ZipEntry[]> =>
      entries.reduce((total, { size }) => total + size, 0) > limit
        ? E.left(tooManyBytes(file, limit, true))
        : E.right(entries),
    ),
    E.flatMap(E.traverseArray((entry) => outcomeOf(bytes, file, entry))),
    E.flatMap((outcomes) => arraysOf(outcomes, file, only !== undefined)),
  )
}
