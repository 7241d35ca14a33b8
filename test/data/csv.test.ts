import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvFormatRows } from 'd3-dsv'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseCsv, readCsv, splitData, standardize, scaled, type DataError } from '../../src/data/index.ts'
import { key } from '../../src/index.ts'
import { leftOf, nearestCentroidAccuracy, numbers, opened, realData, rightOf } from './rows.ts'

const parse = (text: string, label = 'kind') => parseCsv(text, { label, file: 'f.csv', dtype: 'float64' })

describe('parseCsv', () => {
  test('features, labels and names, wherever the label column stands', () => {
    const { x, y, n, featureNames, targets, role } = rightOf(parse('a,kind,b\n1,dog,2\n3,cat,-4e2\n'))
    expect({ x: numbers(x), y: numbers(y), n, featureNames, targets, role }).toEqual({
      x: [1, 2, 3, -400],
      y: [1, 0],
      n: 2,
      featureNames: ['a', 'b'],
      targets: { kind: 'classes', names: ['cat', 'dog'] },
      role: 'raw',
    })
    expect([x.shape, x.dtype, y.dtype]).toEqual([[2, 2], 'float64', 'int32'])
  })

  test('what is written is what is read', () => {
    const cell = fc.double({ noDefaultInfinity: true, noNaN: true })
    const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '"', ',', '\n', '1', ' ', 'я') })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }).chain((width) =>
          fc.record({
            rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
              minLength: 2,
              maxLength: 8,
            }),
            names: fc.uniqueArray(name, {
              minLength: 2,
              maxLength: 4,
              selector: (text) => text.trim(),
            }),
            at: fc.nat(width),
          }),
        ),
        ({ rows, names, at }) => {
          fc.pre(names.every((text) => text.trim() !== ''))
          const insert = (row: readonly string[], text: string) => [
            ...row.slice(0, at),
            text,
            ...row.slice(at),
          ]
          const label = (i: number) => names[i % names.length] ?? ''
          const header = insert(
            rows[0]!.map((_, j) => `x${j}`),
            'kind',
          )
          const data = rightOf(
            parse(csvFormatRows([header, ...rows.map((row, i) => insert(row.map(String), label(i)))])),
          )
          expect(numbers(data.x)).toEqual(rows.flat().map((value) => (Object.is(value, -0) ? 0 : value)))
          expect(numbers(data.y).map((y) => data.targets.names[y])).toEqual(
            rows.map((_, i) => label(i).trim()),
          )
        },
      ),
    )
  })

  test.each([
    ['numbers by value', ['10', '9', '-1', '2.5'], ['-1', '2.5', '9', '10']],
    ['numbers inside names by value', ['class10', 'class2', 'b', 'B'], ['B', 'b', 'class2', 'class10']],
    ['numbers before names', ['1a', '10', '9'], ['9', '10', '1a']],
    ['spellings of one number apart', ['1.0', '1', '01'], ['01', '1', '1.0']],
  ])('classes come in order: %s', (_, names, expected) => {
    const classes = (order: readonly string[]) =>
      rightOf(
        parseCsv(`a,kind\n${order.map((name) => `0,${name}`).join('\n')}`, {
          label: 'kind',
          task: 'classification',
        }),
      ).targets.names
    expect(classes(names)).toEqual(expected)
    expect(classes([...names].reverse())).toEqual(expected)
  })

  test('the order of classes does not depend on the order of rows', () => {
    const name = fc.stringMatching(/^[0-9a-z.-]{1,4}$/)
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
        const classes = (order: readonly string[]) =>
          rightOf(
            parseCsv(`a,kind\n${order.map((text) => `0,${text}`).join('\n')}`, {
              label: 'kind',
              task: 'classification',
            }),
          ).targets.names
        expect(classes([...names].reverse())).toEqual(classes(names))
      }),
    )
  })

  test('byte order mark, carriage returns, blank lines and spaces are no matter', () => {
    const plain = rightOf(parse('a,kind\n1,x\n2,y\n'))
    const odd = rightOf(parse('\uFEFF a , kind \r\n\r\n 1 , x \r\n2,y'))
    expect([numbers(odd.x), numbers(odd.y), odd.featureNames, odd.targets.names]).toEqual([
      numbers(plain.x),
      numbers(plain.y),
      plain.featureNames,
      plain.targets.names,
    ])
  })

  const failures: readonly (readonly [
    string,
    string,
    string,
    Partial<DataError> & { readonly message: string },
  ])[] = [
    [
      'an empty text',
      '',
      'kind',
      { kind: 'empty', message: 'f.csv: expected a header line and at least one row, got nothing' },
    ],
    [
      'blank lines only',
      '\n \n',
      'kind',
      { kind: 'empty', message: 'f.csv: expected a header line and at least one row, got nothing' },
    ],
    [
      'a header only',
      'a,kind\n',
      'kind',
      { kind: 'empty', message: 'f.csv: expected a header line and at least one row, got only a header' },
    ],
    [
      'no feature',
      'kind\nx\ny\n',
      'kind',
      { kind: 'empty', message: "f.csv: there is no feature column beside 'kind'" },
    ],
    [
      'a missing label column',
      'a,b\n1,x\n',
      'kind',
      { kind: 'missing-column', message: "f.csv: there is no column 'kind'; the columns are a, b" },
    ],
    [
      'columns of one name',
      'a,b,a,kind\n1,2,3,x\n',
      'kind',
      { kind: 'duplicate-column', message: "f.csv, line 1: two columns are named 'a'" },
    ],
    [
      'a row too short',
      'a,b,kind\n1,2,x\n3,y\n',
      'kind',
      { kind: 'ragged-row', message: 'f.csv, line 3: expected 3 cells as in the header, got 2' },
    ],
    [
      'a row too long',
      'a,kind\n1,x\n3,y,z\n',
      'kind',
      { kind: 'ragged-row', message: 'f.csv, line 3: expected 2 cells as in the header, got 3' },
    ],
    [
      'a word for a number',
      'a,b,kind\n1,2,x\n3,oops,y\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 3, column b: expected a number, got 'oops'" },
    ],
    [
      'a word right of the label',
      'a,kind,b\n1,x,2\n3,y,oops\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 3, column b: expected a number, got 'oops'" },
    ],
    [
      'a word left of the label',
      'a,kind,b\n1,x,2\noops,y,3\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 3, column a: expected a number, got 'oops'" },
    ],
    [
      'NaN',
      'a,kind\nNaN,x\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 2, column a: expected a number, got 'NaN'" },
    ],
    [
      'infinity',
      'a,kind\n1,x\n-Infinity,y\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 3, column a: expected a number, got '-Infinity'" },
    ],
    [
      'a number beyond float64',
      'a,kind\n1e999,x\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 2, column a: expected a number, got '1e999'" },
    ],
    [
      'an empty cell',
      'a,b,kind\n1,,x\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 2, column b: expected a number, got ''" },
    ],
    [
      'a cell in a column without a name',
      ',kind\n?,x\n',
      'kind',
      { kind: 'not-a-number', message: "f.csv, line 2, column #1: expected a number, got '?'" },
    ],
    [
      'a class left out',
      'a,kind\n1,x\n2,\n',
      'kind',
      { kind: 'missing-label', message: 'f.csv, line 3, column kind: the class is missing' },
    ],
    [
      'one class',
      'a,kind\n1,x\n2,x\n',
      'kind',
      { kind: 'one-class', message: "f.csv, column kind: expected at least two classes, every row is 'x'" },
    ],
    [
      'a quote never closed',
      'a,kind\n1,x\n2,"y\n3,z\n',
      'kind',
      { kind: 'open-quote', message: 'f.csv, line 3: a quote is opened and never closed' },
    ],
  ]

  test.each(failures)('%s', (_, text, label, expected) => {
    expect(leftOf(parse(text, label))).toMatchObject(expected)
  })

  test('a number too large for float32 is refused, and read as float64', () => {
    const text = 'a,kind\n1e300,x\n2,y\n'
    expect(leftOf(parseCsv(text, { label: 'kind' })).message).toBe(
      "CSV text, line 2, column a: expected a number within float32, got '1e300'",
    )
    expect(numbers(rightOf(parse(text)).x)).toEqual([1e300, 2])
  })

  test('a long cell is shortened and stays on one line', () => {
    const { message } = leftOf(parse(`a,kind\n"${'no\nnumber '.repeat(99)}",x\n`))
    expect(message).not.toContain('\n')
    expect(message.length).toBeLessThan(130)
  })

  test('lines are those of the file: blank lines and line breaks inside quotes count', () => {
    const fault = (before: string) => leftOf(parse(`${before}1,x\n?,y\n`))
    expect(fault('a,kind\n')).toMatchObject({ line: 3 })
    expect(fault('\na,kind\n\n\n')).toMatchObject({ line: 6 })
    expect(fault('a,kind\n1,"x\ny"\n')).toMatchObject({ line: 5 })
    expect(fault('a,kind\r\n1,"x\r\n\r\ny"\r\n')).toMatchObject({ line: 6 })
    expect(fault('a,"kind"\n1,"say ""x""\n"\n')).toMatchObject({ line: 5 })
  })
})

describe('readCsv', () => {
  const folder: { path: string } = { path: '' }
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'puregrad-csv-'))
    await writeFile(join(folder.path, 'good.csv'), 'a,kind\n1,x\n2,y\n')
    await writeFile(join(folder.path, 'bad.csv'), 'a,kind\n1,x\n?,y\n')
  })
  afterAll(() => rm(folder.path, { recursive: true }))
  const read = (name: string) => readCsv(join(folder.path, name), { label: 'kind' })()

  test('reads a file', async () => {
    expect(numbers(rightOf(await read('good.csv')).x)).toEqual([1, 2])
  })

  test('messages name the file', async () => {
    const file = join(folder.path, 'bad.csv')
    expect(leftOf(await read('bad.csv')).message).toBe(
      `${file}, line 3, column a: expected a number, got '?'`,
    )
  })

  test('a missing file and a folder are left values', async () => {
    const absent = join(folder.path, 'absent.csv')
    expect(leftOf(await read('absent.csv'))).toEqual({
      kind: 'unreadable',
      file: absent,
      message: `${absent}: there is no such file`,
    })
    expect(leftOf(await readCsv(folder.path, { label: 'kind' })()).message).toBe(
      `${folder.path}: this is a folder, not a file`,
    )
  })
})

describe('real data', () => {
  test.each([
    ['digits.csv', 'label', [1797, 64, 10], 0.85],
    ['iris.csv', 'species', [150, 4, 3], 0.8],
  ] as const)('%s', (name, label, [n, features, classes], least) => {
    const text = realData(name)
    if (text === undefined) {
      console.log(`${name} is not beside the project: only generated data was tested`)
      return
    }
    const data = rightOf(parseCsv(text, { label, file: name }))
    expect([data.x.shape, data.targets.names.length]).toEqual([[n, features], classes])
    const split = rightOf(splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(0) })(data))
    const scaler = rightOf(standardize(split.train, { constant: 'keep' }))
    expect(
      nearestCentroidAccuracy(scaled(split.train, scaler), scaled(opened(split.test), scaler)),
    ).toBeGreaterThan(least)
  })
})
