import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvDataset } from '../../src/data/formats/csv-dataset.ts'
import { csvFormat } from '../../src/data/formats/csv-format.ts'
import { csvScanner } from '../../src/data/formats/csv-scanner.ts'
import {
  parseCsv,
  readCsv,
  scanRows,
  streamCsv,
  type Classes,
  type CsvOptions,
  type DataError,
  type Dataset,
} from '../../src/data/index.ts'
import { isEncoding } from '../../src/data/formats/text-encoding.ts'
import { leftOf, numbers, rightOf } from './rows.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const parse = (text: string | Uint8Array, options: Partial<Omit<CsvOptions, 'task'>> = {}) =>
  parseCsv(text, { label: 'k', file: 'f.csv', ...options })
const classesOf = (read: E.Either<DataError, Dataset<'raw', Classes>>) => rightOf(read).targets.names
const messageOf = (read: E.Either<DataError, unknown>) => leftOf(read).message

/** The bytes of a text in an encoding of one byte a letter. */
const inSingleBytes = (text: string, encoding: string): Uint8Array => {
  const decoder = new TextDecoder(encoding)
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]))
  return Uint8Array.from(text, (letter) => bytes.get(letter)!)
}
const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le')
  return new Uint8Array(big ? bytes.swap16() : bytes)
}

const folder: { path: string } = { path: '' }
const at = (name: string): string => join(folder.path, name)
beforeAll(async () => {
  folder.path = await mkdtemp(join(tmpdir(), 'puregrad-tables-'))
})
afterAll(() => rm(folder.path, { recursive: true }))

describe('bytes that are no letters', () => {
  const latin = Uint8Array.from('a,k\n1,caf\xe9\n2,caf\xe8\n', (letter) => letter.charCodeAt(0))

  test('are never replaced: a left value names the byte, the line and the option', () => {
    expect(leftOf(parse(latin))).toEqual({
      kind: 'encoding',
      file: 'f.csv',
      offset: 9,
      line: 2,
      message:
        'f.csv, line 2, byte 9: 0xe9 is no letter in UTF-8; name the encoding of the file with the option encoding, such as windows-1252 or windows-1251',
    })
    expect(classesOf(parse(latin, { encoding: 'latin1' }))).toEqual(['cafè', 'café'])
  })

  test('classes are as many as their bytes, or none are read', () => {
    const byte = fc.oneof(
      fc.constantFrom(0x61, 0xc3, 0xa9, 0xe9, 0xef, 0xbf, 0xbd, 0xf0, 0x9f),
      fc.integer({ min: 0x80, max: 0xff }),
    )
    const name = fc.array(byte, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 5, selector: String }),
        fc.constantFrom('utf-8', 'windows-1251', 'latin1', 'koi8-r', 'ibm866', 'macintosh'),
        (names, encoding) => {
          const bytes = Uint8Array.from([
            ...bytesOf('a,k\n'),
            ...names.flatMap((text) => [49, 44, 120, ...text, 120, 10]),
          ])
          const read = parse(bytes, { encoding })
          if (E.isRight(read)) expect(read.right.targets.names.length).toBe(names.length)
          // Names that differ in an invisible letter only are asked about.
          else if (read.left.kind !== 'undecided')
            expect([encoding, read.left.kind]).toEqual(['utf-8', 'encoding'])
        },
      ),
      { numRuns: 500 },
    )
  })

  test.each(['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5', 'x-mac-cyrillic'])(
    '%s is read as it is meant',
    (encoding) => {
      const bytes = inSingleBytes('ширина;вид\n1;Адели\n2;Антарктически\n3;Генту\n', encoding)
      expect(leftOf(parse(bytes, { label: 'вид' })).kind).toBe('encoding')
      const read = rightOf(parse(bytes, { label: 'вид', encoding }))
      expect([read.featureNames, read.targets.names]).toEqual([
        ['ширина'],
        ['Адели', 'Антарктически', 'Генту'],
      ])
    },
  )

  test('windows-1252 has its own letters, whatever the version of Node.js', () => {
    const bytes = Uint8Array.from('a,k\n1,\x80\n2,\x93x\x94\n', (letter) => letter.charCodeAt(0))
    expect(classesOf(parse(bytes, { encoding: 'windows-1252' }))).toEqual(['“x”', '€'])
  })

  test('byte order marks are believed and left out', () => {
    const text = 'a,k\n1,ъ\n2,é\n'
    for (const bytes of [
      bytesOf(`\uFEFF${text}`),
      utf16(`\uFEFF${text}`, false),
      utf16(`\uFEFF${text}`, true),
    ]) {
      expect(rightOf(parse(bytes))).toMatchObject({ featureNames: ['a'], targets: { names: ['é', 'ъ'] } })
      expect(messageOf(parse(bytes, { encoding: 'koi8-r' }))).toMatch(
        /a byte order mark of utf-(8|16le|16be), but the option encoding says koi8-r/,
      )
    }
    expect(messageOf(parse(Uint8Array.of(0xff, 0xfe, 0, 0, 97, 0, 0, 0)))).toContain('utf-32le')
  })

  test.each([
    ['utf-16le', false],
    ['utf-16be', true],
  ] as const)('UTF-16 without a mark is named: %s', (encoding, big) => {
    for (const text of ['a,k\n1,x\n2,y\n', 'ширина,k\n1,Адели\n2,Генту\n']) {
      const bytes = utf16(text, big)
      expect(messageOf(parse(bytes))).toContain(`say so with the option encoding: ${encoding}`)
      expect(classesOf(parse(bytes, { encoding })).length).toBe(2)
    }
    expect(messageOf(parse(utf16('a,k\n1,x\n2,y\n', big).subarray(0, -1), { encoding }))).toContain(
      'line 3, byte 23: the text ends in the middle of a letter',
    )
    expect(leftOf(parse(bytesOf('a,k\n1,x\0\n2,y\n')))).toMatchObject({
      kind: 'encoding',
      offset: 7,
      line: 2,
    })
  })

  test('halves of surrogate pairs in a text are none', () => {
    expect(leftOf(parse('a,k\n1,\ud800\n2,\ud801\n'))).toMatchObject({ kind: 'encoding', line: 2 })
    expect(classesOf(parse('a,k\n1,😀\n2,😁\n'))).toEqual(['😀', '😁'])
  })

  test('an encoding nobody knows is a mistake of the program', () => {
    expect(() => parse('', { encoding: 'klingon' })).toThrow(
      "parseCsv: encoding: there is no encoding 'klingon'",
    )
    expect([isEncoding('latin1'), isEncoding('klingon')]).toEqual([true, false])
  })

  test('where pieces end does not matter, in any encoding', () => {
    const text = 'ширина,k\r\n1,"ъ""😀\r\nя"\r\n2,y\r3,"z"\n4,end'
    const forms = {
      'utf-8': bytesOf(text),
      'utf-16le': utf16(text, false),
      'utf-16be': utf16(text, true),
      'windows-1251': inSingleBytes(text.replace('😀', 'ж'), 'windows-1251'),
      gb18030: Uint8Array.of(97, 44, 107, 10, 49, 44, 0xc4, 0xe3, 10, 50, 44, 0x81, 0x30, 0x81, 0x30, 10),
      shift_jis: Uint8Array.of(97, 124, 107, 10, 49, 124, 0x83, 0x7c, 10, 50, 124, 0x83, 0x5c, 10),
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(forms)),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        ([encoding, bytes], steps) => {
          const table = csvDataset(csvFormat('test', { label: 'k', encoding }, 'f'))
          for (let from = 0, i = 0; from < bytes.length; i++) {
            const to = from + steps[i % steps.length]!
            rightOf(table.push(bytes.subarray(from, to), to >= bytes.length))
            from = to
          }
          const whole = rightOf(parse(bytes, { encoding }))
          const read = rightOf(table.finish())
          expect([read.targets, numbers(read.x), numbers(read.y)]).toEqual([
            whole.targets,
            numbers(whole.x),
            numbers(whole.y),
          ])
        },
      ),
      { numRuns: 300 },
    )
  })

  test('rows are cut at the same places, whatever the pieces', () => {
    const rowsIn = (bytes: Uint8Array, step: number): readonly unknown[] => {
      const scanner = csvScanner('f', 44)
      const rows: unknown[] = []
      for (let from = 0; from <= bytes.length; from += step) {
        scanner.push(bytes.subarray(from, from + step), from + step > bytes.length)
        for (;;) {
          const next = scanner.next()
          if (E.isLeft(next)) return [...rows, next.left.message.replace(/got '.*/s, '')]
          if (next.right === undefined) break
          const { line, count, text } = next.right
          rows.push([line, Array.from({ length: count }, (_, cell) => text(cell))])
        }
      }
      return rows
    }
    const text = fc.string({
      unit: fc.constantFrom('a', ',', '"', '""', '\n', '\r', '\r\n', ' ', 'ъ', '"x"'),
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (table, step) => {
        expect(rowsIn(bytesOf(table), step)).toEqual(rowsIn(bytesOf(table), 1e6))
      }),
      { numRuns: 1000 },
    )
  })

  test('a long row in small pieces is read whole', () => {
    const header = Array.from({ length: 200_000 }, (_, i) => `x${i}`).join(',')
    const text = bytesOf(`${header},k\n${'1,'.repeat(200_000)}a\n${'2,'.repeat(200_000)}b\n`)
    const table = csvDataset(csvFormat('test', { label: 'k' }, 'f'))
    for (let from = 0; from < text.length; from += 1000)
      rightOf(table.push(text.subarray(from, from + 1000), false))
    rightOf(table.push(new Uint8Array(0), true))
    expect(rightOf(table.finish()).x.shape).toEqual([2, 200_000])
  })
})

describe('separators', () => {
  test.each<readonly [string, string]>([
    ['semicolons', 'a;b;k\n1;2;x\n3;4;y\n'],
    ['tabs', 'a\tb\tk\n1\t2\tx\n3\t4\ty\n'],
    ['bars', 'a|b|k\n1|2|x\n3|4|y\n'],
    ['a quoted header with semicolons', '"a";"b";"k"\n1;2;x\n3;4;y\n'],
    ['a quoted header with bars', '"a"|"b"|"k"\n"1"|2|x\n3|4|y'],
    ['blanks around quotes', ' "a" , "b" , "k"\n"1" ,2 ,x\n 3, "4" ,"y" \n'],
    ['carriage returns alone', 'a,b,k\r1,2,x\r3,4,y\r'],
    ['a separator at the end of each row', 'a,b,k,\n1,2,x,\n3,4,y,\n'],
    ['other separators in quotes', '"a",b,k\n1,2,"x"\n3,4,y\n'],
  ])('%s', (_, text) => {
    const read = rightOf(parse(text))
    expect([read.featureNames, numbers(read.x), numbers(read.y)]).toEqual([
      ['a', 'b'],
      [1, 2, 3, 4],
      [0, 1],
    ])
  })

  test('any table is read as it was written, with any of them', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', ',', ';', '\t', '|', '"', '\n', '\r', ' ', 'ъ'),
      maxLength: 6,
    })
    const label = name.map((text) => `x${text}x`)
    fc.assert(
      fc.property(
        fc.constantFrom(',', ';', '\t', '|' as const),
        fc.uniqueArray(label, { minLength: 2, maxLength: 5 }),
        fc.uniqueArray(label, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (separator, names, features, told) => {
          const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`
          const rows = names.map((text, i) => [...features.map((_, j) => String(i * 10 + j)), cell(text)])
          const header = [...features.map((text) => cell(`f${text}`)), 'kind']
          const text = [header, ...rows].map((row) => row.join(separator)).join('\r\n')
          const read = rightOf(parseCsv(text, { label: 'kind', ...(told ? { separator: separator } : {}) }))
          expect(read.featureNames).toEqual(features.map((feature) => `f${feature}`))
          expect(numbers(read.y).map((y) => read.targets.names[y])).toEqual(names)
          expect(numbers(read.x)).toEqual(names.flatMap((_, i) => features.map((_feature, j) => i * 10 + j)))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a comma inside names is none where semicolons part the cells', () => {
    const text = 'a,b;k\n1;x, y\n2;z\n'
    expect(rightOf(parse(text))).toMatchObject({ featureNames: ['a,b'], targets: { names: ['x, y', 'z'] } })
  })

  test.each<readonly [string, string, string]>([
    [
      'text after a closing quote',
      'a,k\n1,"x"y\n',
      "f.csv, line 2, cell 2: expected a separator after the closing quote, got 'y\\n'",
    ],
    ['a quote that is not doubled', 'a,k\n1,"x "y" z"\n', 'line 2, cell 2: expected a separator'],
    ['semicolons where commas were said', '"a";"k"\n1;x\n', 'line 1, cell 1: expected a separator'],
    [
      'a quote opened on a later line of a row',
      'a,b,k\n"1\n2",3,"x\n4,5,6\n',
      'line 3: a quote is opened and never closed',
    ],
    [
      'a cell in a column without any',
      'a,k,\n1,x,\n2,y,7\n',
      "line 3, column #3: expected nothing, as in the header and the row below it, got '7'",
    ],
  ])('%s is a left value', (_, text, part) => {
    expect(messageOf(parse(text, { separator: ',' }))).toContain(part)
  })

  test('a column without a name keeps its numbers', () => {
    expect(rightOf(parse('a,k,\n1,x,5\n2,y,7\n')).featureNames).toEqual(['a', '#3'])
  })

  test('names of the language are names as others', () => {
    const read = rightOf(parse('__proto__,constructor,k\n1,2,__proto__\n3,4,toString\n'))
    expect([read.featureNames, read.targets.names]).toEqual([
      ['__proto__', 'constructor'],
      ['__proto__', 'toString'],
    ])
  })

  test('a decimal comma is read where it is said, and named where it is not', () => {
    const text = 'a;k\n1,5;x\n-2,25;y\n'
    expect(numbers(rightOf(parse(text, { decimal: ',' })).x)).toEqual([1.5, -2.25])
    expect(messageOf(parse(text))).toContain(
      "got '1,5'; numbers with a decimal comma are read with the option decimal: ','",
    )
    expect(() => parse(text, { decimal: ',', separator: ',' })).toThrow('two different marks')
  })
})

describe('a table without a header line', () => {
  const text = '5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.8,virginica\n'
  test('is read whole where it is said, its columns named by their numbers', () => {
    const read = rightOf(parse(text, { label: '3', header: false }))
    expect([read.n, read.featureNames, read.targets.names]).toEqual([3, ['1', '2'], ['setosa', 'virginica']])
  })

  test.each<readonly [string, string, string]>([
    ['the label a class', text, 'setosa'],
    ['the label a number', '1,2,0\n3,4,1\n5,6,0\n', '0'],
    ['every cell a number', '2001,2002,2003\n1,2,3\n4,5,6\n', '2003'],
  ])('never loses its first row without a word: %s', async (_, rows, label) => {
    expect(leftOf(parse(rows, { label }))).toMatchObject({ kind: 'undecided', option: 'header' })
    await writeFile(at('headless.csv'), rows)
    expect(leftOf(await scanRows(streamCsv(at('headless.csv'), { label }))())).toMatchObject({
      kind: 'undecided',
      option: 'header',
    })
    expect(messageOf(parse(rows, { label }))).toContain('header: false')
  })

  test('a missing column and two of one name point to it', () => {
    expect(messageOf(parse(text, { label: 'species' }))).toContain('header: false')
    expect(messageOf(parse('1,1,x\n2,2,y\n', { label: 'x' }))).toContain('header: false')
    expect(messageOf(parse('a,b\n2,2\n', { label: 'x' }))).not.toContain('header')
  })

  test('names that are numbers are a header where the target has a name, or where it is said', () => {
    expect(rightOf(parse('0,1,k\n3,4,a\n5,6,b\n')).featureNames).toEqual(['0', '1'])
    expect(rightOf(parse('2001,2002,2003\n1,2,3\n4,5,6\n', { label: '2003', header: true })).n).toBe(2)
  })

  test('an empty one says so', () => {
    expect(messageOf(parse('\n', { header: false }))).toBe('f.csv: expected at least one row, got nothing')
  })
})

describe('what the targets are for', () => {
  const table = (targets: readonly (number | string)[]): string =>
    `a,k\n${targets.map((target, i) => `${i},${target}`).join('\n')}\n`

  test('numbers with fractions, or of many values, are asked about', async () => {
    for (const targets of [[3.5, 4.5], [1.5, 2, 3], Array.from({ length: 60 }, (_, i) => 100 + i)]) {
      const error = leftOf(parse(table(targets)))
      expect(error).toMatchObject({ kind: 'undecided', option: 'task' })
      expect(error.message).toContain("task: 'regression'")
      await writeFile(at('targets.csv'), table(targets))
      const stream = streamCsv(at('targets.csv'), { label: 'k' })
      expect(leftOf(await scanRows(stream)())).toMatchObject({ kind: 'undecided', option: 'task' })
      expect(rightOf(await scanRows(stream, { task: 'classification' })()).n).toBe(targets.length)
    }
  })

  test('whole numbers of few values, and names, are classes', () => {
    for (const targets of [
      [0, 1, 0],
      ['1.0', '2.0'],
      [3, 4, 5, 6],
      ['1.5', 'x'],
      Array.from({ length: 300 }, (_, i) => i % 26),
    ])
      expect(E.isRight(parse(table(targets)))).toBe(true)
  })

  test('a regression has numbers, of the dtype asked for', () => {
    const read = rightOf(
      parseCsv(table([3.5, 4.25, -1]), { label: 'k', task: 'regression', dtype: 'float64' }),
    )
    expect([read.targets, read.y.dtype, numbers(read.y), read.x.dtype]).toEqual([
      { kind: 'values', names: ['k'] },
      'float64',
      [3.5, 4.25, -1],
      'float64',
    ])
    expect(messageOf(parseCsv(table([3.5, 'x']), { label: 'k', task: 'regression' }))).toContain(
      "line 3, column k: expected a number, got 'x'",
    )
    expect(messageOf(parseCsv('a,k\n1,2\n3,\n', { label: 'k', task: 'regression' }))).toContain(
      'the target is missing',
    )
    expect(classesOf(parseCsv(table([3.5, 4.5]), { label: 'k', task: 'classification' }))).toEqual([
      '3.5',
      '4.5',
    ])
  })
})

describe('messages', () => {
  test.each<readonly [string, string]>([
    ['a first line of five million letters', 'x'.repeat(5e6)],
    ['five million columns of one name', 'a,'.repeat(2.5e6)],
    ['many long names', Array.from({ length: 5000 }, (_, i) => `${'n'.repeat(100)}${i}`).join(',')],
    ['control characters', 'a\u001b[31m,\u0007b\u009b\n1,2\n'],
    ['control characters in a cell', `a,k\n"\u001b]0;x\u0007${'y\n'.repeat(999)}",x\n`],
  ])('stay short and harmless: %s', (_, text) => {
    const message = messageOf(parse(text))
    expect(message.length).toBeLessThan(600)
    expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
  })

  test('whatever the bytes are, the result is a table or a short left value', () => {
    const good = bytesOf('a,"b;c",k\n1,2.5,"x, ""y"""\n3,4,"ъ\nz"\n')
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 10, 13, 34, 44, 49, 59, 124, 0xc3, 0xff)), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(edits, fc.nat({ max: 20 }), (changes, less) => {
        const bytes = good.slice(0, good.length - less)
        changes.forEach(([where, byte]) => bytes.set([byte], where % bytes.length))
        const read = parse(bytes)
        if (E.isLeft(read)) expect(read.left.message.length).toBeLessThan(700)
        else expect(read.right.x.shape).toEqual([read.right.n, read.right.featureNames.length])
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(['Left', 'Right']).toContain(parse(bytes)._tag)
      }),
    )
  })

  test.each<readonly [string, object, string]>([
    ['an unknown option', { seperator: ';' }, 'did you mean separator'],
    ['a separator of two letters', { separator: '::' }, 'separator: expected ","'],
    [
      'a task that is none',
      { task: 'ranking' },
      'task: expected "classification" or "regression", got "ranking"',
    ],
    ['a header that is none', { header: 'yes' }, 'header: expected true or false'],
    ['no bytes at all', { maxBytes: 0 }, 'maxBytes: expected a whole number of 1 or more'],
    ['a label that is no name', { label: 3 }, 'label: expected the name of a column'],
  ])('%s is a mistake of the program', (_, options, part) => {
    expect(() => parse('a,k\n', options)).toThrow(part)
  })
})

describe('files', () => {
  const text = 'a,k\n1,x\n2,y\n'
  const read = (name: string, options: Partial<Omit<CsvOptions, 'file' | 'task'>> = {}) =>
    readCsv(at(name), { label: 'k', ...options })()

  test('gzip is known by its bytes, and all of its members are read', async () => {
    await writeFile(at('plain-name'), Buffer.concat([gzipSync('a,k\n1,x\n'), gzipSync('2,y\n')]))
    expect(rightOf(await read('plain-name')).n).toBe(2)
    await writeFile(at('filled.gz'), Buffer.concat([gzipSync(text), Buffer.alloc(512)]))
    expect(rightOf(await read('filled.gz')).n).toBe(2)
    await writeFile(at('latin.csv.gz'), gzipSync(Buffer.from('a,k\n1,\xe9\n2,\xe8\n', 'latin1')))
    expect(leftOf(await read('latin.csv.gz'))).toMatchObject({ kind: 'encoding', offset: 6 })
    expect(classesOf(await read('latin.csv.gz', { encoding: 'latin1' }))).toEqual(['è', 'é'])
    expect(messageOf(parse(gzipSync(text)))).toContain('these bytes are gzipped')
  })

  test('gzip that is cut off, changed or followed by other bytes is a left value', async () => {
    const packed = gzipSync(text)
    const checksum = Uint8Array.from(packed)
    checksum[packed.length - 8]! ^= 1
    const damaged: readonly Uint8Array[] = [
      ...Array.from({ length: packed.length - 2 }, (_, i) => packed.subarray(0, i + 2)),
      checksum,
      Buffer.concat([packed, Buffer.from('more')]),
      Buffer.concat([packed, Buffer.alloc(3), gzipSync('3,z\n')]),
      Buffer.concat([packed, gzipSync('3,z\n').subarray(0, 12)]),
    ]
    for (const bytes of damaged) {
      await writeFile(at('damaged.gz'), bytes)
      expect(leftOf(await read('damaged.gz'))).toMatchObject({ kind: 'malformed', field: 'gzip' })
    }
  })

  test('a file unfolds to no more than the limit, and says which option allows more', async () => {
    await writeFile(at('large.gz'), gzipSync(`a,k\n${'1,x\n2,y\n'.repeat(50_000)}`))
    await writeFile(at('large.csv'), `a,k\n${'1,x\n2,y\n'.repeat(50_000)}`)
    for (const name of ['large.gz', 'large.csv']) {
      const error = leftOf(await read(name, { maxBytes: 100_000 }))
      expect(error.kind).toBe('too-large')
      expect(error.message).toContain('maxBytes')
      expect(leftOf(await scanRows(streamCsv(at(name), { label: 'k', maxBytes: 100_000 }))()).kind).toBe(
        'too-large',
      )
      expect(rightOf(await read(name, { maxBytes: 400_004 })).n).toBe(100_000)
    }
    const member = gzipSync(Buffer.alloc(3e7, '1\n'))
    await writeFile(
      at('bomb.gz'),
      Buffer.concat([gzipSync('a,k\n'), ...Array.from({ length: 10 }, () => member)]),
    )
    expect(leftOf(await read('bomb.gz')).kind).toBe('ragged-row')
  })

  test('a pipe is read to its end', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const reading = read('pipe')
    await writeFile(at('pipe'), gzipSync(text))
    expect(rightOf(await reading).n).toBe(2)
    const streaming = scanRows(streamCsv(at('pipe'), { label: 'k' }))()
    await writeFile(at('pipe'), text)
    expect(rightOf(await streaming).n).toBe(2)
  })

  test.each<readonly [string, string]>([
    ['absent.csv', 'there is no such file'],
    ['.', 'this is a folder, not a file'],
    ['empty.csv/x', 'a part of the path is not a folder'],
    ['no\0name', 'this is no name of a file'],
    ['../../../../../../../../dev/zero', 'this is a device, not a file'],
    ['empty.csv', 'expected a header line and at least one row, got nothing'],
  ])('%j is a left value', async (name, reason) => {
    await writeFile(at('empty.csv'), '')
    expect(messageOf(await read(name))).toContain(reason)
    expect(messageOf(await scanRows(streamCsv(at(name), { label: 'k' }))())).toContain(reason)
  })

  test.skipIf(process.getuid?.() === 0)('a file that may not be read is a left value', async () => {
    await writeFile(at('secret.csv'), text)
    await chmod(at('secret.csv'), 0)
    expect(messageOf(await read('secret.csv'))).toContain('reading it is not permitted')
  })
})

describe('real tables', () => {
  const table = (name: string): string =>
    fileURLToPath(new URL(`../../../shared/data/tables/${name}`, import.meta.url))
  const present = existsSync(table('sonar.csv'))
  if (!present) console.log('the real tables are not beside the project: only generated ones were tested')

  test.runIf(present)('without header, with semicolons, with a mark, in another encoding', async () => {
    const sonar = rightOf(await readCsv(table('sonar.csv'), { label: '61', header: false })())
    expect([sonar.x.shape, sonar.targets.names]).toEqual([
      [208, 60],
      ['M', 'R'],
    ])
    expect(numbers(sonar.y).filter((y) => y === 0).length).toBe(111)
    expect(leftOf(await readCsv(table('sonar.csv'), { label: 'R' })()).kind).toBe('undecided')
    const ecoli = rightOf(await readCsv(table('ecoli.csv'), { label: '8', header: false })())
    expect([ecoli.n, ecoli.targets.names.length]).toEqual([336, 8])
    const wine = rightOf(
      await readCsv(table('winequality-red.csv'), { label: 'quality', task: 'regression' })(),
    )
    expect(wine.x.shape).toEqual([1599, 11])
    expect(numbers(wine.y).reduce((a, b) => a + b, 0) / wine.n).toBeCloseTo(5.636023, 6)
    const penguins = readFileSync(table('penguins-bg.csv'))
    const message = messageOf(parse(penguins, { label: 'вид' }))
    expect(message).toContain('windows-1251')
    expect(messageOf(parse(penguins, { label: 'вид', encoding: 'windows-1251' }))).toContain(
      "column остров: expected a number, got 'Торгерсен'",
    )
    expect(messageOf(await readCsv(table('imports85.csv.gz'), { label: 'price' })())).toContain("got 'NA'")
  })
})
