/* ZIP archives are read in two steps: the directory, with all that it claims, and the members that are wanted. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import { malformed, unsupported } from './malformed.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'

/** Node's zlib is asked for when it is needed and not imported, so that bundles for browsers can hold this module. */
const zlib = () => process.getBuiltinModule('node:zlib')

const viewOfBytes = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
}
const lengths = { local: 30, central: 46, end: 22, end64: 56, locator: 20 }

/** What stands in a field whose value is in the extra field of ZIP64. */
const elsewhere = { 2: 0xffff, 4: 0xffffffff } as const

/** Deflate never shrinks more than this. Source: the technical notes of zlib. */
const strongestCompression = 1032

/** Names that lead out of a folder are those of an attack on whoever unpacks the archive. */
export const leadsOut = (name: string): boolean =>
  /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..')

/** An entry of the directory: where a member is and what has to come out. */
export interface ZipEntry {
  readonly name: string
  /** The byte of the entry itself. */
  readonly at: number
  readonly method: number
  readonly encrypted: boolean
  readonly crc: number
  readonly stored: number
  readonly size: number
  /** The byte where the member begins, and where its data do. */
  readonly local: number
  readonly start: number
}

/** The record that ends an archive; a comment of any length within its 16 bits may follow it. */
const endOf = (bytes: Uint8Array): number | undefined => {
  const view = viewOfBytes(bytes)
  const last = bytes.length - lengths.end
  return Array.from({ length: Math.max(0, Math.min(last, 0xffff) + 1) }, (_, i) => last - i).find(
    (at) =>
      view.getUint32(at, true) === signatures.end &&
      at + lengths.end + view.getUint16(at + 20, true) === bytes.length,
  )
}

/** A number of 64 bits; beyond what a double holds it is beyond every file too. */
const longAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true))

interface Directory {
  readonly first: number
  readonly count: number
  /** The byte after it. */
  readonly end: number
}

/** Where the directory is, as the end of the archive says, or the longer end of ZIP64 before it. */
const directoryOf = (bytes: Uint8Array, file: string): E.Either<DataError, Directory> => {
  const at = endOf(bytes)
  if (at === undefined) return malformed(file, bytes.length, 'archive', 'the end of a ZIP archive', 'none')
  const view = viewOfBytes(bytes)
  const short = { count: view.getUint16(at + 10, true), first: view.getUint32(at + 16, true), end: at }
  if (view.getUint16(at + 4, true) !== 0 && view.getUint16(at + 4, true) !== elsewhere[2])
    return unsupported(file, 'archive', 'an archive in one file', 'a part of one')
  if (short.count !== elsewhere[2] && short.first !== elsewhere[4])
    return short.first > at
      ? malformed(file, at + 16, 'directory', `a byte up to ${at}`, String(short.first))
      : E.right(short)
  const locator = at - lengths.locator
  if (locator < 0 || view.getUint32(locator, true) !== signatures.locator)
    return malformed(file, at, 'archive', 'the locator of a ZIP64 archive', 'none')
  const end64 = longAt(view, locator + 8)
  if (end64 + lengths.end64 > locator || view.getUint32(end64, true) !== signatures.end64)
    return malformed(
      file,
      locator + 8,
      'archive',
      'the byte where the end of a ZIP64 archive begins',
      String(end64),
    )
  const [count, first] = [longAt(view, end64 + 32), longAt(view, end64 + 48)]
  return first > end64 || count > bytes.length / lengths.central
    ? malformed(file, end64, 'directory', `entries up to byte ${end64}`, `${count} from byte ${first} on`)
    : E.right({ count, first, end: end64 })
}

/** Sizes and places that do not fit in 32 bits, in the order in which the extra field holds them. */
const longFields = (
  view: DataView,
  from: number,
  to: number,
  fields: readonly number[],
): readonly number[] | undefined => {
  /* eslint-disable functional/no-let, functional/no-loop-statements -- a part tells where the next one begins */
  for (let at = from; at + 4 <= to;) {
    const [kind, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (at + 4 + length > to) return undefined
    const long = fields.map((field) => field === elsewhere[4])
    if (kind === 1)
      return long.filter(Boolean).length * 8 > length
        ? undefined
        : fields.map((field, i) =>
            field === elsewhere[4]
              ? longAt(view, at + 4 + 8 * long.slice(0, i).filter(Boolean).length)
              : field,
          )
    at += 4 + length
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  return undefined
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

/** The entry at a byte of the directory, checked against the header of the member itself; where the next one begins. */
const entryAt = (
  bytes: Uint8Array,
  file: string,
  { first, end }: Directory,
  at: number,
  index: number,
): E.Either<DataError, { readonly entry: ZipEntry; readonly next: number }> => {
  const view = viewOfBytes(bytes)
  if (at + lengths.central > end || view.getUint32(at, true) !== signatures.central)
    return malformed(file, at, `entry ${index}`, 'an entry of the directory', 'something else')
  const label = at + lengths.central
  const extra = label + view.getUint16(at + 28, true)
  const comment = extra + view.getUint16(at + 30, true)
  const next = comment + view.getUint16(at + 32, true)
  if (next > end)
    return malformed(file, at + 28, `entry ${index}`, `at most ${end - at} bytes`, String(next - at))
  const labelBytes = bytes.subarray(label, extra)
  const name = new TextDecoder().decode(labelBytes)
  const where = `member '${showText(name, 60)}'`
  const short = [24, 20, 42].map((field) => view.getUint32(at + field, true))
  const [size, stored, local] = short.includes(elsewhere[4])
    ? (longFields(view, extra, comment, short) ?? [])
    : short
  if (size === undefined || stored === undefined || local === undefined)
    return malformed(file, extra, where, 'the sizes of a ZIP64 member', 'none')
  if (local + lengths.local > first || view.getUint32(local, true) !== signatures.local)
    return malformed(file, at + 42, where, 'the byte where it begins', String(local))
  const localName = view.getUint16(local + 26, true)
  const start = local + lengths.local + localName + view.getUint16(local + 28, true)
  if (!sameBytes(labelBytes, bytes.subarray(local + lengths.local, local + lengths.local + localName)))
    return malformed(file, local, where, 'the name that the directory has', 'another')
  if (start + stored > first)
    return malformed(
      file,
      at + 20,
      where,
      `at most ${Math.max(0, first - start)} bytes, which do not overlap the directory`,
      String(stored),
    )
  const [flags, method, crc] = [
    view.getUint16(at + 8, true),
    view.getUint16(at + 10, true),
    view.getUint32(at + 16, true),
  ]
  return E.right({
    next,
    entry: { at, name, encrypted: (flags & 1) === 1, method, crc, stored, size, local, start },
  })
}

/** Members that share their bytes would let a small archive unfold without limit. */
const overlap = (entries: readonly ZipEntry[]): boolean => {
  const placed = [...entries].sort((a, b) => a.local - b.local)
  return placed.some(({ local }, i) => {
    const before = placed[i - 1]
    return before !== undefined && local < before.start + before.stored
  })
}

/**
 * The directory of a ZIP archive, ZIP64 too. All it claims is checked against the archive: where members are, how long,
 * that they do not share bytes, and that their own headers have the same names.
 *
 * Source: PKWARE, ".ZIP File Format Specification" 6.3.10, sections 4.3 to 4.5.
 */
export const zipEntries = (bytes: Uint8Array, file: string): E.Either<DataError, readonly ZipEntry[]> =>
  pipe(
    directoryOf(bytes, file),
    E.flatMap((directory): E.Either<DataError, readonly ZipEntry[]> => {
      /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
         an entry tells where the next one begins; recursion over many thousands would overflow */
      const entries: ZipEntry[] = []
      let at = directory.first
      for (let i = 0; i < directory.count; i++) {
        const read = entryAt(bytes, file, directory, at, i)
        if (E.isLeft(read)) return read
        entries.push(read.right.entry)
        at = read.right.next
      }
      /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
      return overlap(entries)
        ? malformed(file, directory.first, 'directory', 'members beside each other', 'members that overlap')
        : E.right(entries)
    }),
  )

/** A member that is not stored or deflated, or is encrypted; undefined for one that can be read. */
export const unreadableMember = (entry: ZipEntry, file: string): E.Either<DataError, undefined> =>
  entry.encrypted || (entry.method !== 0 && entry.method !== 8)
    ? unsupported(
        file,
        `member '${showText(entry.name, 60)}'`,
        'a stored or deflated member',
        entry.encrypted ? 'an encrypted one' : `method ${entry.method}`,
      )
    : E.right(undefined)

/** A size that no so many bytes can unfold to; found before anything is allocated. */
export const lyingSize = (entry: ZipEntry, file: string): E.Either<DataError, undefined> => {
  const { name, method, size, stored } = entry
  return (method === 0 && size !== stored) || (method === 8 && size > strongestCompression * stored)
    ? malformed(
        file,
        entry.at + 24,
        `member '${showText(name, 60)}'`,
        `a size that ${stored} bytes can hold`,
        String(size),
      )
    : E.right(undefined)
}

/** The content of a member whose size does not lie, checked against it and the checksum. */
export const zipContent = (
  bytes: Uint8Array,
  file: string,
  entry: ZipEntry,
): E.Either<DataError, Uint8Array> => {
  const where = `member '${showText(entry.name, 60)}'`
  const { method, size, stored, start } = entry
  const data = bytes.subarray(start, start + stored)
  return pipe(
    E.tryCatch(
      () =>
        method === 0
          ? data
          : new Uint8Array(zlib().inflateRawSync(data, { maxOutputLength: Math.max(1, size) })),
      reasonOf,
    ),
    E.fold(
      (reason) => malformed(file, entry.local, where, `${size} bytes of deflated data`, reason),
      (content) =>
        content.length !== size
          ? malformed(file, entry.local, where, `${size} bytes`, String(content.length))
          : zlib().crc32(content) !== entry.crc
            ? malformed(file, entry.at + 16, where, `CRC-32 ${entry.crc}`, String(zlib().crc32(content)))
            : E.right(content),
    ),
  )
}
