import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { readTable } from '../../../playground/src/engine/own-table.ts'
import { rowsOf } from '../../../playground/src/engine/rows.ts'
import { toArray } from '../../../src/index.ts'
import { right, small } from './trainings.ts'

const read = (text: string, label = '') => readTable({ file: 'mine.csv', text }, label, 'float64')

const refusal = (text: string, label = '') => {
  const found = read(text, label)
  return E.isLeft(found) ? found.left[0] : undefined
}

const body = (line: (i: number) => string, n = 6): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n')

describe('a table of the user', () => {
  it('has numbers as they are and categories as columns of 0 and 1; names are left out', () => {
    const names = body((i) => `n${i},${['red', 'blue'][i % 2]},${i},${i < 20 ? 'a' : 'b'}`, 40)
    const { data, reading } = right(read(`name,colour,size,kind\n${names}\n`))
    expect(data.featureNames).toEqual(['colour=blue', 'colour=red', 'size'])
    expect((toArray(data.x) as number[][]).slice(0, 3)).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0, 1, 2],
    ])
    expect(data.targets.names).toEqual(['a', 'b'])
    expect(reading.columns).toEqual([
      { name: 'name', holds: 'left out', values: 40 },
      { name: 'colour', holds: 'categories', values: 2 },
      { name: 'size', holds: 'numbers', values: 40 },
      { name: 'kind', holds: 'categories', values: 2 },
    ])
  })

  it('is read whatever its separator, decimal mark, byte order mark, line ends and header', () => {
    const wanted = [[0.5], [1.5], [2.5], [3.5]]
    const lines = (decimal: string, separator: string, end: string, header: boolean): string =>
      [
        ...(header ? [`x${separator}y`] : []),
        ...[0, 1, 2, 3].map((i) => `${i}${decimal}5${separator}${i % 2 === 0 ? 'p' : 'q'}`),
      ].join(end)
    fc.assert(
      fc.property(
        fc.constantFrom(['.', ','], ['.', ';'], [',', ';'], [',', '\t'], ['.', '|']),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        ([decimal, separator], end, header, mark) => {
          const { data } = right(read(`${mark ? '\uFEFF' : ''}${lines(decimal, separator, end, header)}`))
          expect(toArray(data.x)).toEqual(wanted)
          expect(data.featureNames).toEqual([header ? 'x' : '1'])
        },
      ),
    )
  })

  it.each<readonly [string, string, RegExp, object]>([
    ['', '', /empty/, {}],
    ['x,y\n1,a\n,b\n3,a\n', 'y', /line 3: expected a number in the column x/, { line: 3, column: 'x' }],
    ['x,y\n1,a\nlots,b\n3,a\n', 'y', /line 3: expected a number/, { line: 3, column: 'x' }],
    ['x,y\n1,a\n2\n3,a\n', 'y', /line 3: this row has another number of cells/, { line: 3 }],
    [
      `x,c,y\n1,r,a\n2,g,b\nno,r,a\n4,g,b\n`,
      'y',
      /line 4: expected a number in the column x/,
      { line: 4, column: 'x' },
    ],
    ['x,y\n1,a\n2,\n', 'y', /line 3: this row has no class/, { line: 3 }],
    ['x,y\n1,a\n2,a\n', 'y', /one class/, {}],
    ['x,y\n1,a\n2,b\n', 'z', /no column z/, { column: 'z' }],
    ['x,x\n1,a\n2,b\n', '', /two columns are named x/, { column: 'x' }],
    ['x,y\n1,"a\n2,b\n', 'y', /quote is opened/, { line: 2 }],
    [`x,y\n${body((i) => `${i},${i + 0.5}`, 60)}\n`, 'y', /numbers rather than classes/, {}],
    [`x,y\n${body((i) => `${i},c${i}`, 60)}\n`, 'y', /60 different values/, {}],
  ])('says of %j with the classes in %j what is wrong, and where', (text, label, message, place) => {
    const found = refusal(text, label)
    expect(found?.message.en).toMatch(message)
    expect(found?.message.en).toMatch(/mine\.csv/)
    expect(found?.message.bg).toMatch(/[а-я]{3}/)
    expect(found).toMatchObject({ setting: 'label', ...place })
  })

  it('of any text is rows or a reason', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('1', '2,5', 'a', ',', ';', '"', '\n', '\r', '\t', ' ', '\uFEFF', '\ud800'), {
          maxLength: 30,
        }),
        (parts) => {
          const found = read(parts.join(''))
          if (E.isLeft(found)) expect(found.left[0]?.message.en.length).toBeGreaterThan(5)
          else expect(found.right.data.n).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('goes through the sealed split; without its rows there is a reason', () => {
    const text = `x,y\n${body((i) => `${i},${i % 2 === 0 ? 'p' : 'q'}`, 40)}\n`
    const { train, dev, test } = right(rowsOf({ ...small, data: 'csv' }, { file: 'mine.csv', text }))
    expect([train.n, dev.n, test.n]).toEqual([20, 12, 8])
    expect(Object.keys(test)).not.toContain('x')
    const without = rowsOf({ ...small, data: 'csv' })
    expect(E.isLeft(without) && without.left[0]?.message.en).toMatch(/choose the file/)
    const few = rowsOf({ ...small, data: 'csv' }, { file: 'mine.csv', text: 'x,y\n1,p\n2,q\n3,p\n' })
    expect(E.isLeft(few) && few.left[0]?.message.en).toMatch(/too few rows/)
  })
})
