import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { DataError } from './data-error.ts'
import { joinBytes } from './join-bytes.ts'
import { malformed, unsupported } from './malformed.ts'

/** A file inside an archive. */
export interface ZipMember {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Node's zlib is asked for when it is needed and not imported, so that bundles for browsers can hold this module. */
const zlib = () => process.getBuiltinModule('node:zlib')

const viewOfBytes = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 }
const lengths = { local: 30, central: 46, end: 22 }

/** Deflate never shrinks more than this. Source: the technical notes of zlib. */
const strongestCompression = 1032

/** An entry of the directory: where a member is and what has to come out. */
interface Entry {
  readonly at: number
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly crc: number
  readonly stored: number
  readonly size: number
  readonly local: number
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

/** The entries of the directory from some byte on. */
const entriesFrom = (
  bytes: Uint8Array,
  file: string,
  first: number,
  count: number,
  end: number,
): E.Either<DataError, readonly Entry[]> => {
  const view = viewOfBytes(bytes)
  /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
     an entry tells where the next one begins; recursion over 65,534 of them would overflow */
  const entries: Entry[] = []
  let at = first
  for (let i = 0; i < count; i++) {
    if (at + lengths.central > end || view.getUint32(at, true) !== signatures.central)
      return malformed(file, at, `entry ${i}`, 'an entry of the directory', 'something else')
    const name = view.getUint16(at + 28, true)
    const next = at + lengths.central + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    if (next > end)
      return malformed(file, at + 28, `entry ${i}`, `at most ${end - at} bytes`, String(next - at))
    entries.push({
      at,
      name: new TextDecoder().decode(bytes.subarray(at + lengths.central, at + lengths.central + name)),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      stored: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      local: view.getUint32(at + 42, true),
    })
    at = next
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
  return E.right(entries)
}

const inflated = (entry: Entry, stored: Uint8Array, file: string): E.Either<DataError, Uint8Array> => {
  const where = `member '${entry.name}'`
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8))
    return unsupported(
      file,
      where,
      'a stored or deflated member',
      entry.encrypted ? 'an encrypted one' : `method ${entry.method}`,
    )
  if (entry.method === 0 ? entry.size !== entry.stored : entry.size > strongestCompression * entry.stored)
    return malformed(
      file,
      entry.at + 24,
      where,
      `a size that ${entry.stored} bytes can hold`,
      String(entry.size),
    )
  return pipe(
    E.tryCatch(
      () =>
        entry.method === 0
          ? stored
          : new Uint8Array(zlib().inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.size) })),
      (error) => (error instanceof Error ? error.message : String(error)),
    ),
    E.fold(
      (reason) => malformed(file, entry.local, where, `${entry.size} bytes of deflated data`, reason),
      (bytes) =>
        bytes.length !== entry.size
          ? malformed(file, entry.local, where, `${entry.size} bytes`, String(bytes.length))
          : zlib().crc32(bytes) !== entry.crc
            ? malformed(file, entry.at + 16, where, `CRC-32 ${entry.crc}`, String(zlib().crc32(bytes)))
            : E.right(bytes),
    ),
  )
}

const memberOf =
  (bytes: Uint8Array, file: string) =>
  (entry: Entry): E.Either<DataError, ZipMember> => {
    const view = viewOfBytes(bytes)
    const { local, name, stored } = entry
    if (local + lengths.local > bytes.length || view.getUint32(local, true) !== signatures.local)
      return malformed(file, entry.at + 42, `member '${name}'`, 'the byte where it begins', String(local))
    const start = local + lengths.local + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    return start + stored > bytes.length
      ? malformed(
          file,
          entry.at + 20,
          `member '${name}'`,
          `at most ${bytes.length - start} bytes`,
          String(stored),
        )
      : pipe(
          inflated(entry, bytes.subarray(start, start + stored), file),
          E.map((inside) => ({ name, bytes: inside })),
        )
  }

/**
 * The members of a ZIP archive, stored or deflated, checked against their sizes and checksums. Archives beyond 4 GiB or
 * 65,534 members (ZIP64) are refused. What is allocated is at most about a thousand times the archive.
 *
 * Source: PKWARE, ".ZIP File Format Specification" 6.3.10, sections 4.3 and 4.4.
 */
export const unzip = (bytes: Uint8Array, file: string): E.Either<DataError, readonly ZipMember[]> => {
  const end = endOf(bytes)
  if (end === undefined) return malformed(file, bytes.length, 'archive', 'the end of a ZIP archive', 'none')
  const view = viewOfBytes(bytes)
  const [count, first] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)]
  if (count === 0xffff || first === 0xffffffff)
    return unsupported(file, 'archive', 'fewer than 65,535 members and 4 GiB', 'a ZIP64 archive')
  if (first > end) return malformed(file, end + 16, 'directory', `a byte up to ${end}`, String(first))
  return pipe(
    entriesFrom(bytes, file, first, count, end),
    // Members that share their bytes would let a small archive unfold without limit.
    E.flatMap((entries) =>
      entries.reduce((total, { stored }) => total + lengths.local + stored, 0) <= first
        ? E.right(entries)
        : malformed(file, first, 'directory', 'members beside each other', 'members that overlap'),
    ),
    E.flatMap(E.traverseArray(memberOf(bytes, file))),
  )
}

const fields = (...values: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array => {
  const out = new DataView(new ArrayBuffer(values.reduce((length, [bytes]) => length + bytes, 0)))
  values.reduce((at, [bytes, value]) => {
    if (bytes === 2) out.setUint16(at, value, true)
    else out.setUint32(at, value, true)
    return at + bytes
  }, 0)
  return new Uint8Array(out.buffer)
}

/** The first day ZIP knows, 1 January 1980: same members, same bytes. */
const firstDay = 0x21

/** An archive of these members, deflated or stored. */
export const zip = (members: readonly ZipMember[], compress: boolean): Uint8Array => {
  const method = compress ? 8 : 0
  const packed = members.map(({ name, bytes }) => {
    const data = compress ? new Uint8Array(zlib().deflateRawSync(bytes)) : bytes
    const label = new TextEncoder().encode(name)
    const utf8 = 0x800
    const shared = fields(
      [2, 20],
      [2, utf8],
      [2, method],
      [2, 0],
      [2, firstDay],
      [4, zlib().crc32(bytes)],
      [4, data.length],
      [4, bytes.length],
      [2, label.length],
      [2, 0],
    )
    return { label, shared, local: joinBytes([fields([4, signatures.local]), shared, label, data]) }
  })
  const starts = packed.map((_, i) =>
    packed.slice(0, i).reduce((length, { local }) => length + local.length, 0),
  )
  const directory = joinBytes(
    packed.map(({ label, shared }, i) =>
      joinBytes([
        fields([4, signatures.central], [2, 20]),
        shared,
        fields([2, 0], [2, 0], [2, 0], [4, 0], [4, starts[i] ?? 0]),
        label,
      ]),
    ),
  )
  const before = packed.reduce((length, { local }) => length + local.length, 0)
  const end = fields(
    [4, signatures.end],
    [2, 0],
    [2, 0],
    [2, members.length],
    [2, members.length],
    [4, directory.length],
    [4, before],
    [2, 0],
  )
  return joinBytes([...packed.map(({ local }) => local), directory, end])
}
