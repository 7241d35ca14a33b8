/* eslint-disable functional/no-let, functional/no-loop-statements --
   bytes come in pieces, and where one ends is remembered for the next */
import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'
import { joinBytes } from './join-bytes.ts'
import { pieceDecoder, type PieceDecoder } from './text-encoding.ts'
import { checkUtf8 } from './utf8-check.ts'

/** Bytes of a text in any encoding become those of the same text in UTF-8, piece by piece. */
export interface Utf8Source {
  /** The text of the next bytes, or that it is none; `last` says that no more follow. */
  readonly push: (bytes: Uint8Array, last: boolean) => E.Either<DataError, Uint8Array>
}

/** What a file begins with where it names its own encoding. */
const marks: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

export const markOf = (bytes: Uint8Array): { readonly name: string; readonly length: number } | undefined => {
  const found = marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))
  return found === undefined ? undefined : { name: found[0], length: found[1].length }
}

const encodingError = (file: string, offset: number, line: number, problem: string): DataError => ({
  kind: 'encoding',
  file,
  offset,
  line,
  message: `${file}, line ${line}, byte ${offset}: ${problem}`,
})

const hex = (byte: number | undefined): string => `0x${(byte ?? 0).toString(16).padStart(2, '0')}`

/** UTF-16 of mostly Latin text has a NUL in every other byte; which ones tells the order of the two. */
export const likelyUtf16 = (bytes: Uint8Array): string | undefined => {
  const sample = bytes.subarray(0, 4096)
  const [even, odd] = [0, 1].map((rest) => sample.filter((byte, i) => byte === 0 && i % 2 === rest).length)
  const most = Math.max(even ?? 0, odd ?? 0)
  return most * 20 < sample.length || Math.min(even ?? 0, odd ?? 0) * 4 > most
    ? undefined
    : even === most
      ? 'utf-16be'
      : 'utf-16le'
}

const problemOf = (byte: number | undefined, from: Uint8Array): string => {
  const guess = likelyUtf16(from)
  const found = byte === 0 ? 'a NUL, which is in no table of text' : `${hex(byte)} is no letter in UTF-8`
  return guess !== undefined
    ? `${found}; if this is UTF-16 without a byte order mark, say so with the option encoding: ${guess}`
    : byte === 0
      ? `${found}; is this another kind of file?`
      : `${found}; name the encoding of the file with the option encoding, such as windows-1252 or windows-1251`
}

/** Checks UTF-8 and passes it on. */
const utf8Pieces = (file: string, start: number): Utf8Source => {
  let rest: Uint8Array = new Uint8Array(0)
  let offset = start
  let [feeds, returns] = [0, 0]
  return {
    push: (bytes, last) => {
      const piece = rest.length === 0 ? bytes : joinBytes([rest, bytes])
      const found = checkUtf8(piece)
      feeds += found.feeds
      returns += found.returns
      const line = 1 + (feeds > 0 ? feeds : returns)
      const wrong = found.wrong >= 0 ? found.wrong : last && found.whole < piece.length ? found.whole : -1
      if (wrong >= 0)
        return E.left(
          encodingError(file, offset + wrong, line, problemOf(piece[wrong], piece.subarray(offset % 2))),
        )
      rest = piece.subarray(found.whole)
      offset += found.whole
      return E.right(piece.subarray(0, found.whole))
    },
  }
}

/** How many bytes a fresh decoder takes before it throws. */
const firstWrong = (decoder: PieceDecoder, bytes: Uint8Array): number => {
  for (let i = 0; i < bytes.length; i++)
    if (
      E.isLeft(
        E.tryCatch(
          () => decoder.decode(bytes.subarray(i, i + 1), false),
          () => undefined,
        ),
      )
    )
      return i
  return bytes.length
}

/** Decodes another encoding. */
const decodedPieces = (file: string, name: string, start: number): Utf8Source => {
  const decoder = pieceDecoder(name)
  const encoder = new TextEncoder()
  let offset = start
  let [feeds, returns] = [0, 0]
  const counted = (text: string): void => {
    feeds += text.split('\n').length - 1
    returns += text.split('\r').length - 1
  }
  const problem = (at: number, text: string, cut: boolean): E.Either<DataError, never> => {
    counted(text)
    return E.left(
      encodingError(
        file,
        at,
        1 + (feeds > 0 ? feeds : returns),
        text.includes('\0')
          ? `a NUL in what is to be ${name}; is this another kind of file, or another encoding?`
          : cut
            ? `the text ends in the middle of a letter of ${name}`
            : `what begins here is no letter in ${name}; name the encoding of the file with the option encoding`,
      ),
    )
  }
  return {
    push: (bytes, last) => {
      const decoded = E.tryCatch(
        () => decoder.decode(bytes, last),
        () => undefined,
      )
      if (E.isLeft(decoded)) {
        const wrong = firstWrong(pieceDecoder(name), bytes)
        const before = E.getOrElse(() => '')(
          E.tryCatch(
            () => pieceDecoder(name).decode(bytes.subarray(0, wrong), false),
            () => undefined,
          ),
        )
        return problem(offset + wrong, before.replaceAll('\0', ' '), wrong === bytes.length)
      }
      const text = decoded.right
      const nul = text.indexOf('\0')
      if (nul >= 0)
        return problem(offset + nul * (name.startsWith('utf-16') ? 2 : 1), text.slice(0, nul + 1), false)
      counted(text)
      offset += bytes.length
      return E.right(encoder.encode(text))
    },
  }
}

const begun = (
  file: string,
  head: Uint8Array,
  encoding: string | undefined,
): E.Either<DataError, { readonly source: Utf8Source; readonly skip: number }> => {
  const mark = markOf(head)
  if (mark?.name.startsWith('utf-32') === true)
    return E.left(
      encodingError(file, 0, 1, `a byte order mark of ${mark.name}, which is not read; save it as UTF-8`),
    )
  // 'utf-16' is an alias of utf-16le; the mark says which of the two it is.
  const agrees =
    mark === undefined ||
    encoding === undefined ||
    encoding === mark.name ||
    (encoding === 'utf-16le' && mark.name === 'utf-16be')
  if (!agrees)
    return E.left(
      encodingError(
        file,
        0,
        1,
        `a byte order mark of ${mark.name}, but the option encoding says ${encoding}`,
      ),
    )
  const name = mark?.name ?? encoding ?? 'utf-8'
  const skip = mark?.length ?? 0
  return E.right({
    skip,
    source: name === 'utf-8' ? utf8Pieces(file, skip) : decodedPieces(file, name, skip),
  })
}

/**
 * The text of a file as UTF-8. A byte order mark of UTF-8 or UTF-16 is recognized and left out; without one the text has
 * to be in the encoding named, UTF-8 unless one is. A byte that is no letter is never replaced by another: it is a left
 * value that names the byte and the line.
 */
export const utf8Source = (file: string, encoding: string | undefined): Utf8Source => {
  let head: Uint8Array = new Uint8Array(0)
  let source: Utf8Source | undefined
  return {
    push: (bytes, last) => {
      if (source !== undefined) return source.push(bytes, last)
      head = head.length === 0 ? bytes : joinBytes([head, bytes])
      if (head.length < 4 && !last) return E.right(new Uint8Array(0))
      const found = begun(file, head, encoding)
      if (E.isLeft(found)) return found
      source = found.right.source
      return source.push(head.subarray(found.right.skip), last)
    },
  }
}
