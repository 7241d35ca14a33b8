/* eslint-disable functional/no-let, functional/no-loop-statements -- bytes come in pieces */
import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import { joinBytes } from '../formats/join-bytes.ts'
import { pieceDecoder } from '../formats/text-encoding.ts'
import { checkUtf8 } from '../formats/utf8-check.ts'
import { likelyUtf16, markOf } from '../formats/utf8-source.ts'
import type { BytePasses } from './byte-passes.ts'
import { wordLikelihood } from './letter-likelihood.ts'
import type { EncodingReason, Found } from './table-report.ts'

/**
 * Encodings of one byte a letter, with how common they are where nothing else is known. Those that differ in few letters
 * only, and are rarer, are left to the option.
 */
const candidates: readonly (readonly [encoding: string, weight: number])[] = [
  ['windows-1252', 0.4],
  ['windows-1251', 0.4],
  ['windows-1250', 0.08],
  ['koi8-r', 0.03],
  ['ibm866', 0.03],
  ['macintosh', 0.02],
  ['windows-1253', 0.02],
  ['iso-8859-2', 0.005],
  ['iso-8859-5', 0.002],
]

/** So many different words decide. */
const mostWords = 2000

/** A letter as likely as this, on average, is one of a text that somebody wrote. */
const leastLikely = Math.log(0.0008)

/** The share of all readings that the best must have. */
const sure = 0.95

const isLetter = (byte: number): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/** Gathers different words that are not all ASCII; a word that a piece ends in is left out. */
const gatherWords = (bytes: Uint8Array, words: Map<string, Uint8Array>): void => {
  let at = bytes.findIndex((byte) => byte >= 0x80)
  while (at >= 0 && words.size < mostWords) {
    let [start, end] = [at, at]
    while (start > 0 && isLetter(bytes[start - 1]!)) start--
    while (end < bytes.length && isLetter(bytes[end]!)) end++
    const word = bytes.subarray(start, Math.min(end, start + 40))
    // eslint-disable-next-line functional/immutable-data -- of the caller, who gathers in it
    words.set(word.join(), word.slice())
    const next = bytes.subarray(end).findIndex((byte) => byte >= 0x80)
    at = next < 0 ? -1 : end + next
  }
}

interface Reading {
  readonly encoding: string
  readonly texts: readonly string[]
  /** The logarithm of how likely the texts are, and of how common the encoding is. */
  readonly score: number
}

const readingsOf = (words: readonly Uint8Array[]): readonly Reading[] =>
  candidates
    .flatMap(([encoding, weight]): readonly Reading[] => {
      const texts = E.tryCatch(
        () => words.map((word) => pieceDecoder(encoding).decode(word, true)),
        () => undefined,
      )
      return E.isLeft(texts)
        ? []
        : [
            {
              encoding,
              texts: texts.right,
              score: texts.right.reduce((sum, text) => sum + wordLikelihood(text), Math.log(weight)),
            },
          ]
    })
    .toSorted((a, b) => b.score - a.score)

const undecided = (file: string, readings: readonly Reading[]): DataError => {
  const shown = readings.slice(0, 3).map(({ encoding, texts }) => {
    const sample = [...texts].sort((a, b) => b.length - a.length).slice(0, 3)
    return `${encoding} (${sample.map((text) => showText(text, 30)).join(', ')})`
  })
  return {
    kind: 'undecided',
    file,
    option: 'encoding',
    message: `${file}: the bytes are not UTF-8, and which encoding they are in cannot be told: ${shown.join(', ')}, or another; say so with the option encoding`,
  }
}

const isUtf8 = (word: Uint8Array): boolean => {
  const { wrong, whole } = checkUtf8(word)
  return wrong < 0 && whole === word.length
}

/** A file that is in UTF-8 for the most part: hardly a word of another encoding is valid in it by chance. */
const mixed = (file: string, words: readonly Uint8Array[]): DataError | undefined => {
  const odd = words.filter((word) => !isUtf8(word))
  const fitting = words.length - odd.length
  const [first] = odd
  return first === undefined || fitting < 2 || fitting < odd.length
    ? undefined
    : {
        kind: 'undecided',
        file,
        option: 'encoding',
        message: `${file}: two encodings are mixed: most words with other than ASCII letters are UTF-8, but not all (one of them, as windows-1252: '${showText(new TextDecoder('windows-1252').decode(first), 30)}'); write the file in one encoding; read with the option encoding as utf-8, the first odd line is named`,
      }
}

/** The encoding by which words are likeliest those of a language, if it is clearly so. */
const byLetters = (
  file: string,
  words: readonly Uint8Array[],
): E.Either<DataError, Found<string, EncodingReason>> => {
  const twice = mixed(file, words)
  if (twice !== undefined) return E.left(twice)
  const readings = readingsOf(words)
  const [best] = readings
  if (best === undefined) return E.left(undecided(file, readings))
  // Encodings that give the same text are one.
  const rivals = readings.filter(({ texts }) => texts.join('\n') !== best.texts.join('\n'))
  const share = 1 / (1 + rivals.reduce((sum, { score }) => sum + Math.exp(score - best.score), 0))
  const letters = words.reduce((sum, word) => sum + word.filter((byte) => byte >= 0x80).length, 0)
  return share < sure || best.score < leastLikely * Math.max(letters, 3)
    ? E.left(undecided(file, readings))
    : E.right({ value: best.encoding, why: 'letters' })
}

/** Whether all bytes are UTF-8, and if not the words that are no ASCII. */
function* nonAsciiWords(): BytePasses<ReadonlyMap<string, Uint8Array> | undefined> {
  yield 'begin'
  const words = new Map<string, Uint8Array>()
  let rest: Uint8Array = new Uint8Array(0)
  let isUtf8 = true
  for (;;) {
    const piece = yield 'next'
    if (piece === undefined) return E.right(isUtf8 && rest.length === 0 ? undefined : words)
    if (isUtf8) {
      const joined = rest.length === 0 ? piece : joinBytes([rest, piece])
      const { wrong, whole } = checkUtf8(joined)
      // A NUL is in no text of one byte a letter either: reading as UTF-8 says so.
      if (wrong >= 0 && joined[wrong] === 0) return E.right(undefined)
      isUtf8 = wrong < 0
      rest = isUtf8 ? joined.slice(whole) : rest
      if (isUtf8 && rest.length === 0) continue
    }
    gatherWords(piece, words)
    if (!isUtf8 && words.size >= mostWords) return E.right(words)
  }
}

/**
 * The encoding of a table, and by what it was found: an option, a byte order mark, NULs in every other byte of the first
 * ones, bytes that are UTF-8 all over, or the letters they make in encodings of one byte a letter. Where two of those are
 * about as likely, a left value asks, with a sample of each.
 */
export function* findEncoding(
  file: string,
  first: Uint8Array,
  told: string | undefined,
): BytePasses<Found<string, EncodingReason>> {
  const marked = markOf(first)
  if (told !== undefined) return E.right({ value: told, why: 'told' })
  if (marked !== undefined) return E.right({ value: marked.name, why: 'byte-order-mark' })
  const utf16 = likelyUtf16(first)
  if (utf16 !== undefined) return E.right({ value: utf16, why: 'every-other-byte' })
  const words = yield* nonAsciiWords()
  return E.isLeft(words)
    ? words
    : words.right === undefined
      ? E.right({ value: 'utf-8', why: 'valid-utf-8' })
      : byLetters(file, [...words.right.values()])
}
