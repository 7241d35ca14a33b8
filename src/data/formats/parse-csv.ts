import * as E from 'fp-ts/lib/Either.js'
import { csvDataset } from './csv-dataset.ts'
import { csvFormat, type CsvFormat, type CsvOptions, type Task } from './csv-format.ts'
import type { DataError } from '../data-error.ts'
import type { Classes, Dataset, Values } from '../dataset.ts'
import { isGzip } from './gzip.ts'
import { tooManyBytes } from './max-bytes.ts'

/**
 * The kind of data set that a task makes: numbers for a regression, else classes.
 *
 * @category Files
 */
export type CsvDataset<T extends Task | undefined> = T extends 'regression'
  ? Dataset<'raw', Values>
  : Dataset<'raw', Classes>

/** What is read at a time. */
const pieceLength = 2 ** 18

/** The bytes of a text, piece by piece; a pair of surrogates is not parted. */
function* piecesOf(text: string | Uint8Array): Generator<Uint8Array, void> {
  const encoder = new TextEncoder()
  const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00
  /* eslint-disable functional/no-let, functional/no-loop-statements -- one piece after another */
  for (let at = 0; at < text.length;) {
    const most = Math.min(text.length, at + pieceLength)
    const end =
      typeof text === 'string' && most < text.length && isHigh(text.charCodeAt(most - 1)) ? most - 1 : most
    yield typeof text === 'string' ? encoder.encode(text.slice(at, end)) : text.subarray(at, end)
    at = end
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}

/** Where half of a surrogate pair stands alone, which no encoding can hold; -1 for nowhere. */
const loneSurrogate = (text: string): number =>
  text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)

const wrongText = (text: string | Uint8Array, { file, maxBytes }: CsvFormat): DataError | undefined => {
  if (maxBytes !== undefined && text.length > maxBytes) return tooManyBytes(file, maxBytes, false)
  if (typeof text !== 'string')
    return isGzip(text)
      ? {
          kind: 'encoding',
          file,
          offset: 0,
          line: 1,
          message: `${file}, line 1, byte 0: these bytes are gzipped; unfold them first, or read the file with readCsv`,
        }
      : undefined
  const lone = loneSurrogate(text)
  if (lone < 0) return undefined
  const line = text.slice(0, lone).split(/\r\n|\r|\n/).length
  return {
    kind: 'encoding',
    file,
    offset: lone,
    line,
    message: `${file}, line ${line}, letter ${lone}: half of a surrogate pair, which is no letter`,
  }
}

/**
 * A data set from CSV, a text or its bytes: a header line, numeric features, and one column of class names, or with
 * `task: 'regression'` of numbers. The error names the file, the line and the column, and the option that would help.
 *
 * Nothing is guessed without a word. Bytes that are no letters in the encoding, a first row that looks like data, text
 * after a closing quote, rows of another length, two columns of one name, and numbers as targets that may be classes or
 * measurements are left values. Numbers are digits with an optional sign, fraction and exponent (`+1`, `.5`, `1.` and
 * `1e5` too); `0x10`, `1_000`, `Infinity`, `NaN` and an empty cell are none.
 *
 * Blanks around cells and quotes, blank rows, a byte order mark, and a separator at the end of every row do not matter;
 * quoted cells may hold separators, doubled quotes and line breaks; rows end with LF, CR LF or CR.
 *
 * @throws ArgumentError for options that are none, or have no such value.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { parseCsv } from 'puregrad/data'
 * const good = parseCsv('a;b;kind\n1;2;cat\n3;4;dog\n', { label: 'kind' })
 * E.isRight(good) ? good.right.targets.names : [] // => ['cat', 'dog']
 * const bad = parseCsv('a,kind\n1,cat\n?,dog\n', { label: 'kind', file: 'pets.csv' })
 * E.isLeft(bad) ? bad.left.message : '' // => "pets.csv, line 3, column a: expected a number, got '?'"
 * const western = Uint8Array.of(97, 44, 107, 10, 49, 44, 0xe9, 10, 50, 44, 0xe8, 10)
 * E.isLeft(parseCsv(western, { label: 'k' })) // => true
 * const read = parseCsv(western, { label: 'k', encoding: 'latin1' })
 * E.isRight(read) ? read.right.targets.names : [] // => ['è', 'é']
 * const prices = parseCsv('a,price\n1,3.5\n2,4.5\n', { label: 'price', task: 'regression' })
 * E.isRight(prices) ? prices.right.y.dtype : '' // => 'float32'
 * ```
 * @category Files
 */
export const parseCsv = <const T extends Task | undefined = undefined>(
  text: string | Uint8Array,
  options: CsvOptions & { readonly task?: T },
): E.Either<DataError, CsvDataset<T>> => {
  const format = csvFormat('parseCsv', options, options.file ?? 'CSV text')
  const wrong = wrongText(text, format)
  if (wrong !== undefined) return E.left(wrong)
  const table = csvDataset(
    typeof text === 'string' ? { ...format, encoding: undefined } : format,
    text.length,
  )
  // eslint-disable-next-line functional/no-loop-statements -- pieces are taken in turn until one is wrong
  for (const piece of piecesOf(text)) {
    const taken = table.push(piece, false)
    if (E.isLeft(taken)) return taken
  }
  const ended = table.push(new Uint8Array(0), true)
  // The task of the format decides the kind of targets.
  return E.isLeft(ended) ? ended : (table.finish() as E.Either<DataError, CsvDataset<T>>)
}
