import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage, many, one, type Fields } from '../../src/onnx/format/wire.ts'

interface Row {
  readonly name?: string
  readonly bytes?: Uint8Array
  readonly sizes?: readonly number[]
  readonly rows?: readonly Row[]
}

const row: Fields<Row> = {
  name: one(1, 'string'),
  bytes: one(2, 'bytes'),
  sizes: many(3, 'int64'),
  rows: many(4, () => row),
}

test('a message is read as it was written, lists in their order', () => {
  const message: Row = {
    name: 'outer',
    bytes: Uint8Array.of(1, 2),
    sizes: [3, -1, 2 ** 40],
    rows: [{ name: 'a' }, { name: 'b', rows: [{ sizes: [0] }] }],
  }
  expect(decodeMessage(row, encodeMessage(row, message))).toEqual(message)
})

test('a list in several pieces is one', () => {
  const [first, second] = [encodeMessage(row, { sizes: [1, 2] }), encodeMessage(row, { sizes: [3] })]
  expect(decodeMessage(row, Uint8Array.from([...first, ...second]))).toEqual({ sizes: [1, 2, 3] })
})

test.each<[object, string]>([
  [{ name: 3 }, 'expected a value of kind string, got one of type number'],
  [{ sizes: ['3'] }, 'expected a value of kind int64, got one of type string'],
  [{ rows: [3] }, 'expected a message, got one of type number'],
])('a value of another kind is not written: %j', (message, said) => {
  expect(() => encodeMessage(row, message)).toThrow(said)
})
