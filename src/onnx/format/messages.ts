import { many, one, type Fields } from './wire.ts'

/*
 * The messages of ONNX that are written and read here: names as in the specification, in camel case, and the literal with
 * the numbers of the fields beside each. Source: the ONNX specification, "Open Neural Network Exchange Intermediate
 * Representation", version 3 and later.
 */

export interface StringEntry {
  readonly key?: string
  readonly value?: string
}

const stringEntry: Fields<StringEntry> = { key: one(1, 'string'), value: one(2, 'string') }

export interface TensorProto {
  readonly dims?: readonly number[]
  readonly dataType?: number
  readonly floatData?: readonly number[]
  readonly int32Data?: readonly number[]
  readonly stringData?: readonly Uint8Array[]
  readonly int64Data?: readonly number[]
  readonly name?: string
  readonly rawData?: Uint8Array
  readonly doubleData?: readonly number[]
  readonly uint64Data?: readonly number[]
  readonly externalData?: readonly StringEntry[]
  /** 1 where the elements lie in another file. */
  readonly dataLocation?: number
}

const tensorProto: Fields<TensorProto> = {
  dims: many(1, 'int64'),
  dataType: one(2, 'int32'),
  floatData: many(4, 'float'),
  int32Data: many(5, 'int32'),
  stringData: many(6, 'bytes'),
  int64Data: many(7, 'int64'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'double'),
  uint64Data: many(11, 'int64'),
  externalData: many(13, () => stringEntry),
  dataLocation: one(14, 'int32'),
}

export interface Dimension {
  readonly dimValue?: number
  readonly dimParam?: string
}

const dimension: Fields<Dimension> = { dimValue: one(1, 'int64'), dimParam: one(2, 'string') }

export interface TensorShape {
  readonly dim?: readonly Dimension[]
}

const tensorShape: Fields<TensorShape> = { dim: many(1, () => dimension) }

export interface TensorTypeProto {
  readonly elemType?: number
  readonly shape?: TensorShape
}

const tensorTypeProto: Fields<TensorTypeProto> = {
  elemType: one(1, 'int32'),
  shape: one(2, () => tensorShape),
}

export interface TypeProto {
  readonly tensorType?: TensorTypeProto
}

const typeProto: Fields<TypeProto> = { tensorType: one(1, () => tensorTypeProto) }

export interface ValueInfo {
  readonly name?: string
  readonly type?: TypeProto
  readonly docString?: string
}

const valueInfo: Fields<ValueInfo> = {
  name: one(1, 'string'),
  type: one(2, () => typeProto),
  docString: one(3, 'string'),
}

export interface AttributeProto {
  readonly name?: string
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  readonly t?: TensorProto
  readonly g?: GraphProto
  readonly floats?: readonly number[]
  readonly ints?: readonly number[]
  readonly strings?: readonly Uint8Array[]
  readonly type?: number
}

const attributeProto: Fields<AttributeProto> = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int64'),
  s: one(4, 'bytes'),
  t: one(5, () => tensorProto),
  g: one(6, () => graphProto),
  floats: many(7, 'float'),
  ints: many(8, 'int64'),
  strings: many(9, 'bytes'),
  type: one(20, 'int32'),
}

export interface NodeProto {
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly name?: string
  readonly opType?: string
  readonly attribute?: readonly AttributeProto[]
  readonly domain?: string
}

const nodeProto: Fields<NodeProto> = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, () => attributeProto),
  domain: one(7, 'string'),
}

export interface GraphProto {
  readonly node?: readonly NodeProto[]
  readonly name?: string
  readonly initializer?: readonly TensorProto[]
  readonly docString?: string
  readonly input?: readonly ValueInfo[]
  readonly output?: readonly ValueInfo[]
}

const graphProto: Fields<GraphProto> = {
  node: many(1, () => nodeProto),
  name: one(2, 'string'),
  initializer: many(5, () => tensorProto),
  docString: one(10, 'string'),
  input: many(11, () => valueInfo),
  output: many(12, () => valueInfo),
}

export interface OperatorSet {
  readonly domain?: string
  readonly version?: number
}

const operatorSet: Fields<OperatorSet> = { domain: one(1, 'string'), version: one(2, 'int64') }

export interface ModelProto {
  readonly irVersion?: number
  readonly producerName?: string
  readonly producerVersion?: string
  readonly docString?: string
  readonly graph?: GraphProto
  readonly opsetImport?: readonly OperatorSet[]
  readonly metadataProps?: readonly StringEntry[]
}

export const modelProto: Fields<ModelProto> = {
  irVersion: one(1, 'int64'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  docString: one(6, 'string'),
  graph: one(7, () => graphProto),
  opsetImport: many(8, () => operatorSet),
  metadataProps: many(14, () => stringEntry),
}
