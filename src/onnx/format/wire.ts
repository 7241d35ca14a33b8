import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { isRecord } from '../../core/tensor/tree.ts'

/*
 * Messages of protocol buffers from one literal each: the numbers and kinds of the fields. The same literal writes and
 * reads. A field that is not in it is passed over, as the format asks for.
 */

type ScalarOf = {
  readonly int32: number
  readonly int64: number
  readonly float: number
  readonly double: number
  readonly string: string
  readonly bytes: Uint8Array
}

type ScalarKind = keyof ScalarOf

/** One field: its number, and a scalar kind or the message it holds. */
export interface Field {
  readonly number: number
  readonly of: ScalarKind | (() => Message)
  readonly repeated: boolean
}

/** The fields of a message by name. */
export type Message = Readonly<Record<string, Field>>

/** The literal of a message type: exactly its names. */
export type Fields<M> = { readonly [K in keyof M]-?: Field }

export const one = (number: number, of: Field['of']): Field => ({ number, of, repeated: false })

export const many = (number: number, of: Field['of']): Field => ({ number, of, repeated: true })

type Entries = Readonly<Record<string, unknown>>

const wireTypeOf = {
  int32: WireType.Varint,
  int64: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
} as const

/** Numbers that are written side by side in one field. */
const isPacked = (of: Field['of']): of is 'int32' | 'int64' | 'float' | 'double' =>
  typeof of === 'string' && of !== 'string' && of !== 'bytes'

const writeScalar = (writer: BinaryWriter, of: ScalarKind, value: unknown): void => {
  if (of === 'string' && typeof value === 'string') writer.string(value)
  else if (of === 'bytes' && value instanceof Uint8Array) writer.bytes(value)
  else if (of === 'int64' && typeof value === 'number') writer.int64(BigInt(value))
  else if (of !== 'string' && of !== 'bytes' && of !== 'int64' && typeof value === 'number') writer[of](value)
  else throw new TypeError(`expected a value of kind ${of}, got one of type ${typeof value}`)
}

const writeField = (writer: BinaryWriter, { number, of, repeated }: Field, value: unknown): void => {
  const values: readonly unknown[] = repeated && Array.isArray(value) ? value : [value]
  if (repeated && isPacked(of)) {
    if (values.length === 0) return
    writer.tag(number, WireType.LengthDelimited).fork()
    values.forEach((item) => writeScalar(writer, of, item))
    writer.join()
    return
  }
  values.forEach((item) => {
    if (typeof of === 'string') {
      writer.tag(number, wireTypeOf[of])
      writeScalar(writer, of, item)
    } else {
      writer.tag(number, WireType.LengthDelimited).fork()
      writeMessage(writer, of(), item)
      writer.join()
    }
  })
}

const writeMessage = (writer: BinaryWriter, message: Message, value: unknown): void => {
  if (!isRecord(value)) throw new TypeError(`expected a message, got one of type ${typeof value}`)
  Object.entries(message).forEach(([name, field]) => {
    if (value[name] !== undefined) writeField(writer, field, value[name])
  })
}

/** A message as bytes: fields that are `undefined` are left out. */
export const encodeMessage = <M extends object>(message: Fields<M>, value: M): Uint8Array<ArrayBuffer> => {
  const writer = new BinaryWriter()
  writeMessage(writer, message, value)
  return writer.finish()
}

const readScalar = (reader: BinaryReader, of: ScalarKind): unknown =>
  of === 'int64' ? Number(reader.int64()) : reader[of]()

/** Deeper nesting is refused, so that reading a file cannot exhaust the stack. */
const deepest = 64

const readField = (
  reader: BinaryReader,
  { of, repeated }: Field,
  wireType: WireType,
  depth: number,
): readonly unknown[] => {
  if (typeof of !== 'string') return [readMessage(reader.bytes(), of(), depth + 1)]
  if (!(repeated && isPacked(of) && wireType === WireType.LengthDelimited)) {
    if (wireType !== wireTypeOf[of]) throw new Error(`a field of kind ${of} has the wire type ${wireType}`)
    return [readScalar(reader, of)]
  }
  const end = reader.uint32() + reader.pos
  if (end > reader.len) throw new Error('a list of numbers is longer than its message')
  const values: unknown[] = []
  while (reader.pos < end) values.push(readScalar(reader, of))
  return values
}

const readMessage = (bytes: Uint8Array, message: Message, depth: number): Entries => {
  if (depth > deepest) throw new Error(`messages are nested more than ${deepest} deep`)
  const reader = new BinaryReader(bytes)
  const byNumber = new Map(Object.entries(message).map(([name, field]) => [field.number, { name, field }]))
  const value: Record<string, unknown> = {}
  const lists = new Map<string, unknown[]>()
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    const known = byNumber.get(number)
    if (known === undefined) reader.skip(wireType, number)
    else {
      const items = readField(reader, known.field, wireType, depth)
      const before = lists.get(known.name)
      if (!known.field.repeated) value[known.name] = items[0]
      else if (before === undefined) {
        const list = [...items]
        lists.set(known.name, list)
        value[known.name] = list
      } else items.forEach((item) => before.push(item))
    }
  }
  return value
}

/** The message that bytes hold. @throws Error for bytes that hold none; what is in it is not checked further. */
export const decodeMessage = <M extends object>(message: Fields<M>, bytes: Uint8Array): M =>
  readMessage(bytes, message, 0) as M
