import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { arrayAfter, checkedShape, type ArrayHeader } from './array-elements.ts'
import { checkedBytes, type BytesOptions } from './checked-bytes.ts'
import type { DataError } from '../data-error.ts'
import { malformed, unsupported } from './malformed.ts'
import { isStoredType } from './stored-elements.ts'

const magic = [0x93, ...Array.from('NUMPY', (letter) => letter.charCodeAt(0))]

/** Longer headers describe records of many fields, which no tensor holds. */
const longestHeader = 2 ** 16

/** Where the length of the header ends and what it is; undefined where the bytes end before it. */
const headerLength = (bytes: Uint8Array): { readonly from: number; readonly length: number } | undefined => {
  const from = bytes[6] === 1 ? 10 : 12
  const memory = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length < from
    ? undefined
    : { from, length: from === 10 ? memory.getUint16(8, true) : memory.getUint32(8, true) }
}

/** How many bytes follow the length of the header that belong to it; 0 where it is too long to be one. */
export const npyHeaderLength = (bytes: Uint8Array): number => {
  const { length } = headerLength(bytes) ?? { length: 0 }
  return length > longestHeader ? 0 : length
}

/** The entries of the dictionary that describes the array; undefined where it is not one of these three. */
const entriesOf = (text: string): ReadonlyMap<string, string> | undefined => {
  const inside = /^\s*\{([^{}]*)\}\s*$/.exec(text)?.[1]
  if (inside === undefined) return undefined
  const entry =
    /\s*(?:'(descr|fortran_order|shape)'|"(descr|fortran_order|shape)")\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\))\s*(?:,|$)/gy
  const found = [...inside.matchAll(entry)]
  const entries = new Map(found.map(([, one, two, value]) => [one ?? two ?? '', value ?? '']))
  const read = found.reduce((length, [whole]) => length + whole.length, 0)
  return inside.slice(read).trim() === '' && found.length === 3 && entries.size === 3 ? entries : undefined
}

/** The dimensions in a Python tuple; undefined where it is none. Python 2 wrote them with an L. */
const dimensionsIn = (tuple: string): readonly number[] | undefined => {
  const inside = tuple.slice(1, -1).trim().replace(/,$/, '')
  const parts = inside === '' ? [] : inside.split(',').map((part) => part.trim().replace(/L$/, ''))
  return /^\(.*\)$/s.test(tuple) && parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : undefined
}

const shortened = (text: string): string => {
  const line = text.trim().replace(/[^\x20-\x7e]+/g, '?')
  return line.length > 80 ? `'${line.slice(0, 80)}…'` : `'${line}'`
}

/** The header of an NPY file, of which at least this part is there. */
export const npyHeader = (bytes: Uint8Array, file: string): E.Either<DataError, ArrayHeader> => {
  if (magic.some((byte, i) => bytes[i] !== byte))
    return malformed(
      file,
      0,
      'magic',
      String.raw`\x93NUMPY`,
      bytes.length === 0 ? 'nothing' : shortened(String.fromCharCode(...bytes.subarray(0, 6))),
    )
  const [major, minor] = [bytes[6], bytes[7]]
  if (major === undefined || major < 1 || major > 3 || minor !== 0)
    return malformed(file, 6, 'version', '1.0, 2.0 or 3.0', `${major ?? 'nothing'}.${minor ?? ''}`)
  const size = headerLength(bytes)
  if (size === undefined || size.from + size.length > bytes.length || size.length > longestHeader)
    return malformed(
      file,
      8,
      'header length',
      `at most ${Math.min(longestHeader, Math.max(0, bytes.length - (major === 1 ? 10 : 12)))}`,
      size === undefined ? 'nothing' : String(size.length),
    )
  const { from, length } = size
  const text = new TextDecoder('latin1').decode(bytes.subarray(from, from + length))
  const entries = entriesOf(text)
  const order = entries?.get('fortran_order')
  const shape = dimensionsIn(entries?.get('shape') ?? '')
  const descr = /^['"]([<>=|])(\w+)['"]$/.exec(entries?.get('descr') ?? '')
  if (entries === undefined || shape === undefined || (order !== 'True' && order !== 'False'))
    return malformed(
      file,
      from,
      'header',
      "{'descr': type, 'fortran_order': True or False, 'shape': tuple}",
      shortened(text),
    )
  const [, byteOrder, type = ''] = descr ?? []
  if (byteOrder === undefined || !isStoredType(type) || (byteOrder === '|' && !type.endsWith('1')))
    return unsupported(
      file,
      'descr',
      'booleans, integers or floats such as <f4, >i8, |u1',
      shortened(entries.get('descr') ?? ''),
    )
  return pipe(
    checkedShape(shape, file),
    E.map(() => ({
      type,
      littleEndian: byteOrder !== '>',
      shape,
      fortranOrder: order === 'True',
      start: from + length,
    })),
  )
}

/**
 * The array in the bytes of an NPY file, NumPy's format, versions 1 to 3: either byte order, either order of axes.
 * Booleans become bool, float16 and float32 float32, float64 float64, integers int32 or (unsigned of 32 and 64 bits)
 * uint32. Integers of 64 bits have to fit. The error names the byte and the field.
 *
 * Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays".
 *
 * @throws ArgumentError for what is no Uint8Array, and for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { encodeNpy, parseNpy } from 'puregrad/data'
 * const read = parseNpy(encodeNpy(tensor([[1, 2], [3, 4]])))
 * E.isRight(read) ? toArray(read.right) : [] // => [[1, 2], [3, 4]]
 * const other = parseNpy(Uint8Array.of(80, 75, 3, 4), { file: 'x.npy' })
 * E.isLeft(other) ? other.left.message : '' // => "x.npy, byte 0, magic: expected \\x93NUMPY, got 'PK?'"
 * ```
 * @category Files
 */
export const parseNpy = (bytes: Uint8Array, options: BytesOptions = {}): E.Either<DataError, Tensor> => {
  const { file = 'NPY bytes' } = checkedBytes('parseNpy', bytes, options)
  return pipe(
    npyHeader(bytes, file),
    E.flatMap((header) => arrayAfter(header, bytes, file)),
  )
}
