import { ArgumentError } from '../../core/tensor/errors.ts'
import { showText } from '../../core/tensor/show-value.ts'

/** Turns bytes into text piece by piece; throws where bytes are no text of the encoding. */
export interface PieceDecoder {
  readonly decode: (bytes: Uint8Array, last: boolean) => string
}

/**
 * Letters of windows-1252 that ISO 8859-1 has no place for, at 0x80 to 0x9f. They are written out because some
 * versions of Node.js decode these bytes as ISO 8859-1.
 *
 * Source: WHATWG Encoding Standard, index windows-1252.
 */
const westernLetters = [
  ...[0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021],
  ...[0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f],
  ...[0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014],
  ...[0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178],
]

/** How many letters `String.fromCharCode` takes at once. */
const lettersAtOnce = 2 ** 12

const western: PieceDecoder = {
  decode: (bytes) => {
    const codes = Uint16Array.from(bytes, (byte) =>
      byte >= 0x80 && byte < 0xa0 ? (westernLetters[byte - 0x80] ?? byte) : byte,
    )
    return Array.from({ length: Math.ceil(codes.length / lettersAtOnce) }, (_, i) =>
      String.fromCharCode(...codes.subarray(i * lettersAtOnce, (i + 1) * lettersAtOnce)),
    ).join('')
  },
}

/** The standard name of an encoding, or of an alias of it such as `latin1`; undefined where there is none. */
export const encodingNamed = (label: string): string | undefined => {
  try {
    return new TextDecoder(label, { fatal: true }).encoding
  } catch {
    return undefined
  }
}

/**
 * Whether an encoding of this name is known: `utf-8`, `windows-1251`, `latin1` and whatever else `TextDecoder` knows.
 */
export const isEncoding = (name: string): boolean => encodingNamed(name) !== undefined

/**
 * The standard name of the encoding that an option asks for.
 *
 * @throws ArgumentError where there is no such encoding.
 */
export const checkedEncoding = (where: string, label: string): string => {
  const name = encodingNamed(label)
  if (name === undefined)
    throw new ArgumentError(
      `${where}: encoding: there is no encoding '${showText(label, 40)}'; there are utf-8, windows-1252, windows-1251, koi8-r, utf-16le, utf-16be, shift_jis, gb18030 and the others of TextDecoder`,
    )
  return name
}

/** A decoder of an encoding given by its standard name. */
export const pieceDecoder = (name: string): PieceDecoder => {
  if (name === 'windows-1252') return western
  const decoder = new TextDecoder(name, { fatal: true })
  return { decode: (bytes, last) => decoder.decode(bytes, { stream: !last }) }
}
