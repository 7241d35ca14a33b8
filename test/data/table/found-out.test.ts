import { describe, expect, test } from 'vitest'
import { parseTable, type TableOptions, type TableReading } from '../../../src/data/index.ts'
import { leftOf, rightOf } from '../rows.ts'
import { cellsOf } from './cells-of.ts'

const read = (text: string | Uint8Array, options: TableOptions = {}): TableReading =>
  rightOf(parseTable(text, { file: 'f.csv', ...options }))
const messageOf = (text: string | Uint8Array, options: TableOptions = {}): string =>
  leftOf(parseTable(text, { file: 'f.csv', ...options })).message
const cells = (text: string, options: TableOptions = {}) => read(text, options).table.columns.map(cellsOf)
const kinds = (text: string, options: TableOptions = {}) =>
  read(text, options).schema.columns.map(({ kind }) => kind)
const flags = (text: string, options: TableOptions = {}) =>
  read(text, options).report.columns.map((column) => column.flags)
/** A column beside one that counts nothing. */
const column = (list: readonly (string | number)[], name = 'x') =>
  [`${name};k`, ...list.map((cell, i) => `${cell};${'ab'[i % 2]!}`)].join('\n')
const times = <A>(n: number, make: (i: number) => A): readonly A[] =>
  Array.from({ length: n }, (_, i) => make(i))

/** The bytes of a text in an encoding of one byte a letter. */
const inSingleBytes = (text: string, encoding: string): Uint8Array => {
  const decoder = new TextDecoder(encoding)
  const bytes = new Map(times(256, (byte) => [decoder.decode(Uint8Array.of(byte)), byte]))
  return Uint8Array.from(text, (letter) => bytes.get(letter)!)
}

describe('the encoding', () => {
  test.each([
    ['windows-1251', 'град;брой\nСофия;1\nПловдив;2\nВарна;3\n'],
    ['windows-1251', 'пол;n\nм;1\nж;2\n'],
    ['koi8-r', 'город;число\nМосква;1\nКазань;2\nСанкт-Петербург;3\n'],
    ['ibm866', 'город;число\nМосква;1\nКазань;2\nСанкт-Петербург;3\n'],
    ['windows-1252', 'name;n\ncaf\u00e9;1\n'],
    ['windows-1252', 'name;n\nSão Paulo;1\nMünchen;3\n'],
    ['windows-1253', 'πόλη;n\nΑθήνα;1\nΘεσσαλονίκη;2\n'],
    ['macintosh', 'name;n\ncafé;1\nnaïve;2\nmüller;4\n'],
  ])('%s is found by the letters', (encoding, text) => {
    const { report, table } = read(inSingleBytes(text, encoding))
    expect(report.encoding).toEqual({ value: encoding, why: 'letters' })
    expect(table.columns[0]!.name).toBe(text.split(';')[0])
  })
  test.each([
    ['windows-1251', 'first'],
    ['windows-1252', 'last'],
  ])('of two in one file is asked for, the other being %s, %s', (encoding, place) => {
    const utf8 = new TextEncoder().encode('София;1\nПловдив;2\nВарна;3\n')
    const odd = inSingleBytes(encoding === 'windows-1251' ? 'Плевен;4\n' : 'Nîmes;4\n', encoding)
    const parts = place === 'first' ? [odd, utf8] : [utf8, odd]
    expect(messageOf(Buffer.concat([Buffer.from('town;n\n'), ...parts]))).toMatch(
      /^f\.csv: two encodings are mixed/,
    )
  })
  test('of a late letter is found too, and its column is whole', () => {
    const text = `a;k\n${'1;x\n'.repeat(200_000)}2;град\n3;София\n`
    const { report, table } = read(inSingleBytes(text, 'windows-1251'))
    expect(report.encoding.value).toBe('windows-1251')
    expect(cellsOf(table.columns[1]!).slice(-2)).toEqual(['град', 'София'])
  })
  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('UTF-16 is found, little-endian: %s, with a mark: %s', (little, mark) => {
    const bytes = Buffer.from(`${mark ? '\ufeff' : ''}град;брой\nСофия;1\nПловдив;2\n`, 'utf16le')
    const { report, table } = read(new Uint8Array(little ? bytes : bytes.swap16()))
    expect(report.encoding).toEqual({
      value: little ? 'utf-16le' : 'utf-16be',
      why: mark ? 'byte-order-mark' : 'every-other-byte',
    })
    expect(table.columns.map(({ name }) => name)).toEqual(['град', 'брой'])
  })
  test('that cannot be told is asked for, with what each makes of the bytes', () => {
    const bytes = inSingleBytes('město;n\nŽižkov;1\nPříbram;2\n', 'windows-1250')
    expect(leftOf(parseTable(bytes))).toMatchObject({ kind: 'undecided', option: 'encoding' })
    expect(messageOf(bytes)).toMatch(/windows-1252 \(Pøíbram.*windows-1250 \(Příbram.*option encoding/)
    expect(cellsOf(read(bytes, { encoding: 'windows-1250' }).table.columns[0]!)).toEqual([
      'Žižkov',
      'Příbram',
    ])
  })
  test('of bytes that are no text is refused', () => {
    expect(messageOf(Uint8Array.of(80, 75, 3, 4, 0, 0, 8, 0, 0x9d, 0xff))).toMatch(/NUL/)
  })
})

describe('the layout', () => {
  test('semicolons with commas in most cells, points and bars', () => {
    expect(cells('a;b\n1,5;x, y\n2,5;z\n')).toEqual([
      [1.5, 2.5],
      ['x, y', 'z'],
    ])
    expect(cells('1,5;2,5\n3,5;4,5\n')).toEqual([
      [1.5, 3.5],
      [2.5, 4.5],
    ])
    expect(read('a\tb\n1\t2\n').schema.format.separator).toBe('\t')
    expect(read('a|b\n1|2\n').schema.format.separator).toBe('|')
  })
  test.each([
    ['39, Private, 13\n50, State-gov, 14\n38, Private, 15\n', false, 'value-comes-again'],
    ['0.1,0.2,R\n0.2,0.3,M\n', false, 'values-in-first-row'],
    ['a,b\n1,2\n', true, 'names-above-values'],
    ['kind,size\nx,s\ny,t\nx,t\n', true, 'nothing-against-names'],
    ['x,s\ny,t\nx,t\n', false, 'value-comes-again'],
    ['country,1950,1960,1970\nA,1.5,2,3\nB,4,5,6\n', true, 'counts-columns'],
    ['1,2,3\n4,5,6\n7,8,9\n', false, 'values-in-first-row'],
  ])('%j has a header: %s', (text, value, why) => {
    const { report, table } = read(text)
    expect(report.header).toEqual({ value, why })
    expect(table.n).toBe(text.trim().split('\n').length - (value ? 1 : 0))
    if (!value) expect(table.columns[1]!.name).toBe('column2')
  })
  test('two columns of one name, and none, are told apart; a separator at the end of each row makes no column', () => {
    const { table, report } = read('a,a,,b,\n1,2,3,4,\n5,6,7,8,\n')
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'a (2)', 'column3', 'b'])
    expect(report.columns.map(({ flags }) => flags.filter(({ kind }) => kind === 'renamed'))).toEqual([
      [],
      [{ kind: 'renamed', from: 'a' }],
      [{ kind: 'renamed', from: '' }],
      [],
    ])
    expect(report.leftOut).toEqual(['column5'])
  })
  test('a row of another length, an open quote and an empty file are refused', () => {
    expect(messageOf('a,b\n1,2\n3\n')).toMatch(/^f.csv, line 3: expected 2 cells as in the header, got 1/)
    expect(messageOf('a,b\n1,"2\n')).toMatch(/line 2: a quote is opened/)
    expect(messageOf('a,b\n')).toMatch(/no row of data/)
    expect(messageOf('')).toMatch(/at least one row/)
  })
})

describe('numbers', () => {
  test('decimal commas beside names with commas', () => {
    const text = 'country;lifeExp\nCongo, Dem. Rep.;28,801\nSpain;80,94\n'
    expect(cells(text)).toEqual([
      ['Congo, Dem. Rep.', 'Spain'],
      [28.801, 80.94],
    ])
  })
  test('1,234 is a fraction or a thousand by the other columns, then by the separator; what is open is flagged', () => {
    expect(cells('a;b\n1,234;0,5\n2,345;1,5\n')[0]).toEqual([1.234, 2.345])
    expect(cells('a;b\n1,234;0.5\n2,345;1.5\n')[0]).toEqual([1234, 2345])
    expect(cells('a,b\n"1,234",x\n"2,345",y\n')[0]).toEqual([1234, 2345])
    expect(cells('a;b\n1,234;x\n2,345;y\n')[0]).toEqual([1.234, 2.345])
    expect(flags('a;b\n1,234;x\n2,345;y\n')[0]).toMatchObject([{ kind: 'ambiguous-numbers' }])
    expect(cells('a;b\n1,234;x\n2,345;y\n', { decimal: '.' })[0]).toEqual([1234, 2345])
    expect(cells('a;b\n1.234;0,5\n2.345;1,5\n')[0]).toEqual([1234, 2345])
    expect(cells('a;b\n0.234;0,5\n2.345;1,5\n')[0]).toEqual([0.234, 2.345])
  })
  test('thousands, percents, signs, exponents', () => {
    expect(cells("a;b;c\n1'234.5;12%;1e3\n-1'234'567.25;7.5 %;+.5\n")).toEqual([
      [1234.5, -1_234_567.25],
      [12, 7.5],
      [1000, 0.5],
    ])
    expect(cells('a;b\n1 234,5;x\n12 000,25;y\n')[0]).toEqual([1234.5, 12_000.25])
  })
  test('a needless zero, or more digits than a number holds, make a name', () => {
    expect(cells('zip,x\n02134,1\n90210,2\n')[0]).toEqual(['02134', '90210'])
    expect(read('zip,x\n02134,1\n90210,2\n').report.columns[0]!.why).toEqual({
      kind: 'names-in-digits',
      first: { line: 2, cell: '02134' },
    })
    expect(cells('card,x\n4000123412341234567,1\n4000123412341234568,2\n')[0]![0]).toBe('4000123412341234567')
    expect(kinds('a,b\n0,0.5\n10,1.0\n')).toEqual(['number', 'number'])
  })
  test('one odd cell makes a column of texts, which is flagged with its place; as a number it is refused', () => {
    const text = column([...times(20, (i) => i * 1.5), 'x12', 7])
    expect(kinds(text)[0]).toBe('text')
    expect(flags(text)[0]).toEqual([
      { kind: 'odd-cells', expected: 'number', count: 1, first: [{ line: 22, cell: 'x12' }] },
    ])
    expect(messageOf(text, { kinds: { x: 'number' } })).toMatch(
      /x, line 22: expected a number, got 'x12'.*missing/,
    )
    expect(kinds(text, { missing: ['x12'] })[0]).toBe('number')
  })
  test('a sentinel is flagged; told, it is missing, as a number however it is written', () => {
    const temperatures = column([...times(30, (i) => i / 7), -200, '-200.0', 3])
    expect(flags(temperatures)[0]).toEqual([{ kind: 'sentinel', value: -200, count: 2 }])
    const told = read(temperatures, { missing: ['-200'] })
    expect(told.report.columns[0]!.missing).toBe(2)
    expect(cellsOf(told.table.columns[0]!).slice(-3)).toEqual([undefined, undefined, 3])
    expect(flags(column([...times(30, (i) => i * 40), 9999, 9999]))[0]).toEqual([
      { kind: 'sentinel', value: 9999, count: 2 },
    ])
    expect(flags(column(times(30, (i) => (i % 2) * 2 - 1)))[0]).toEqual([])
  })
  test('numbers at the edges are the nearest doubles', () => {
    const list = ['0.1', '-0', '9007199254740993e-1', '123456789012345', '0.000000000000001', '1e-320']
    expect(cells(column(list))[0]).toEqual(list.map(Number))
  })
})

describe('dates', () => {
  const day = (iso: string) => Date.parse(`${iso}T00:00Z`)
  test('in all orders; which one, the whole column says', () => {
    expect(cells('d,x\n2024-02-29,1\n2023-12-31T12:30:00+02:00,2\n')[0]).toEqual([
      day('2024-02-29'),
      Date.parse('2023-12-31T10:30:00Z'),
    ])
    expect(cells('d,x\n03/04/2024,1\n25/12/2023,2\n')[0]).toEqual([day('2024-04-03'), day('2023-12-25')])
    expect(cells('d,x\n03/04/2024,1\n12/25/2023,2\n')[0]).toEqual([day('2024-03-04'), day('2023-12-25')])
    expect(cells('d,x\n3.4.2024 г.,1\n5.6.2023,2\n')[0]).toEqual([day('2024-04-03'), day('2023-06-05')])
    expect(cells('d,x\n1949-01,112\n1949-02,118\n')[0]).toEqual([day('1949-01-01'), day('1949-02-01')])
  })
  test('whose days and months can be exchanged are flagged, until they are told', () => {
    const text = 'd,x\n03/04/2024,1\n05/06/2023,2\n'
    expect(flags(text)[0]).toEqual([{ kind: 'ambiguous-dates', taken: 'dmy', other: 'mdy' }])
    expect(cells(text, { dates: 'mdy' })[0]).toEqual([day('2024-03-04'), day('2023-05-06')])
    expect(flags(text, { dates: 'mdy' })[0]).toEqual([])
  })
  test('the thirtieth of February is none', () => {
    const text = column([...times(12, (i) => `2024-03-${10 + i}`), '2024-02-30'])
    expect(flags(text)[0]).toEqual([
      { kind: 'odd-cells', expected: 'date', count: 1, first: [{ line: 14, cell: '2024-02-30' }] },
    ])
    expect(messageOf(text, { kinds: { x: 'date' } })).toMatch(/expected a date.*got '2024-02-30'/)
  })
})

describe('other kinds', () => {
  test('two opposite words, however capital; single letters are categories', () => {
    expect(cells('a,b\nTrue,n\nfalse,t\nTRUE,f\n')).toEqual([
      ['True', 'false', 'True'],
      ['n', 't', 'f'],
    ])
    expect(kinds('a,b\nTrue,n\nfalse,t\nTRUE,f\n')).toEqual(['boolean', 'category'])
    expect(kinds('a,b\nyes,t\nno,f\n')).toEqual(['boolean', 'category'])
  })
  test('missing cells: all usual signs, a lone blank, and those that are told', () => {
    const signs = ['', 'NA', 'N/A', '?', 'NaN', 'null', ' ', '""', '-']
    const text = ['x,k', ...signs.map((sign) => `${sign},a`), '1,b'].join('\n')
    expect(kinds(text)[0]).toBe('category')
    expect(read(text, { missing: ['-'] }).report.columns[0]).toMatchObject({ kind: 'number', missing: 9 })
    expect(read(text, { usualMissing: false }).report.columns[0]!.missing).toBe(3)
  })
  test('what counts rows, or is named so, is an identifier; so are texts that are all different', () => {
    const text = [
      'n,userId,name,size',
      ...times(25, (i) => `${i + 1},${(i * 7919) % 1000},name ${i},${i * 3}`),
    ].join('\n')
    expect(kinds(text)).toEqual(['identifier', 'identifier', 'identifier', 'number'])
    expect(read(text).report.columns.map(({ why }) => why.kind)).toEqual([
      'counts-rows',
      'named-identifier',
      'all-different',
      'numbers',
    ])
    expect(kinds(text, { kinds: { n: 'number' } })[0]).toBe('number')
  })
  test('codes, constants, empty and repeated columns, repeated rows', () => {
    const text = [
      'level,school,one,none,code',
      ...times(40, (i) => `${i % 4},${['a', 'b', 'c', 'd'][i % 4]!},x,,${i % 8}`),
    ].join('\n')
    const { report } = read(text)
    expect(report.columns.map((own) => own.flags.map(({ kind }) => kind))).toEqual([
      ['integer-codes'],
      ['repeats'],
      ['constant'],
      ['empty'],
      ['integer-codes'],
    ])
    expect(report.repeatedRows).toBe(32)
  })
})

describe('a schema', () => {
  const { schema } = read('age;born;member;kind\n1,5;2024-01-02;yes;a\n2,5;2024-01-03;no;b\n')
  const onlyAge = { ...schema, columns: schema.columns.filter(({ name }) => name === 'age') }
  test('finds columns by name, leaves others out, and says all that cannot be used at once', () => {
    const other = read('kind;more;member;born;age\nz;1;no;2024-05-06;7,25\n', { schema })
    expect(other.table.columns.map(({ name }) => name)).toEqual(['age', 'born', 'member', 'kind'])
    expect(other.table.columns.map(cellsOf)).toEqual([[7.25], [Date.parse('2024-05-06')], ['no'], ['z']])
    expect(other.report.leftOut).toEqual(['more'])
    const wrong = leftOf(
      parseTable('kind;member;born;age\nz;perhaps;2024-02-30;7.25\na;no;;x\n', { schema, file: 'f.csv' }),
    )
    expect(wrong).toMatchObject({
      kind: 'unusable-columns',
      columns: [
        { column: 'age', line: 2, cell: '7.25', count: 2 },
        { column: 'born', line: 2, cell: '2024-02-30', count: 1 },
        { column: 'member', line: 2, cell: 'perhaps', count: 1 },
      ],
    })
    expect(messageOf('knid;member;born\nz;no;\n', { schema })).toMatch(
      /age: there is no such column.*kind: .*is it knid\?/,
    )
  })
  test('refuses a number with another mark, where nothing else is odd', () => {
    expect(leftOf(parseTable('kind;age\ncat;4.5\n', { schema: onlyAge }))).toMatchObject({
      kind: 'unusable-columns',
      columns: [{ column: 'age', line: 2, cell: '4.5', count: 1 }],
    })
    expect(messageOf('age\n1e3\n4.5%\n', { schema: onlyAge })).toMatch(/line 3.*got '4.5%'/)
  })
  test('is not contradicted by options', () => {
    expect(() => parseTable('a\n1\n', { schema, decimal: '.' })).toThrow(/the schema says this/)
    expect(() => parseTable('a\n1\n', { decimal: ',', thousands: ',' })).toThrow(/two different marks/)
    expect(() => parseTable('a\n1\n', { seperator: ',' } as TableOptions)).toThrow(/separator/)
  })
})

describe('numbers among signs', () => {
  const signed = (make: (i: number) => string) =>
    flags(column(times(40, make))).flatMap((own) => own.filter(({ kind }) => kind === 'numbers-among-signs'))
  test.each<[string, (i: number) => string]>([
    ['dollars', (i) => `$${i * 7 + 1000}.50`],
    ['euros after the number', (i) => `${i * 7} €`],
    ['a currency in letters', (i) => `${i * 7 + 0.5} лв.`],
    ['negative in brackets', (i) => (i % 2 === 0 ? `(${i + 0.5})` : `${i + 0.5}`)],
    ['a unit', (i) => `${i * 3} kg`],
  ])('%s are said to be texts therefore', (_, make) => {
    expect(signed(make)).toEqual([{ kind: 'numbers-among-signs', example: make(0) }])
  })
  test.each<[string, (i: number) => string]>([
    ['names of seats', (i) => `${i}${'ABCDEFGH'[i % 8]!}`],
    ['names of things', (i) => `item ${i}`],
    ['times of the day', (i) => `12:${10 + i}`],
    ['hexadecimal numbers', (i) => `0x${(i + 16).toString(16)}`],
    ['zeros before a number', (i) => `${i + 100}`.padStart(6, '0')],
    ['plain numbers', (i) => `${i * 7}`],
  ])('%s are none', (_, make) => {
    expect(signed(make)).toEqual([])
  })
})
