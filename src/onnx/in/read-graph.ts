import * as E from 'fp-ts/lib/Either.js'
import { separate } from 'fp-ts/lib/ReadonlyArray.js'
import { reasonOf } from '../../core/tensor/reason-of.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import {
  modelProto,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type ValueInfo,
} from '../format/messages.ts'
import { decodeMessage } from '../format/wire.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { dtypeOf, tensorOfProto } from './tensor-of-proto.ts'

/** A node of a file: what it is called in messages, and what it takes and gives. */
export interface Node {
  /** `node "Gemm_1" (Gemm)` */
  readonly label: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, AttributeProto>
}

/** An input of a graph. */
export interface GraphInput {
  readonly name: string
  /** Undefined for what is no tensor that can be read, such as texts. */
  readonly dtype: DType | undefined
  /** Undefined where a size is free, and in place of the list where nothing is said. */
  readonly shape: readonly (number | undefined)[] | undefined
}

/** A graph of a file. */
export interface ReadGraph {
  readonly nodes: readonly Node[]
  readonly constants: ReadonlyMap<string, ConcreteTensor>
  readonly inputs: readonly GraphInput[]
  readonly outputs: readonly GraphInput[]
}

/** A whole file. */
export interface ReadModel {
  readonly graph: ReadGraph
  /** The version of the operators. */
  readonly opset: number
  readonly metadata: Readonly<Record<string, string>>
}

const text = new TextDecoder()

export const textOf = (bytes: Uint8Array | undefined): string => text.decode(bytes ?? new Uint8Array())

/** The operator with its domain, where that is not the usual one. */
const opOf = ({ opType = '', domain = '' }: NodeProto): string =>
  domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`

const nodeOf = (proto: NodeProto): Node => {
  const op = opOf(proto)
  const name = proto.name === undefined || proto.name === '' ? (proto.output?.[0] ?? '') : proto.name
  return {
    label: `node ${JSON.stringify(showText(name, 60))} (${showText(op, 60)})`,
    op,
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: new Map((proto.attribute ?? []).map((attribute) => [attribute.name ?? '', attribute])),
  }
}

const inputOf = ({ name = '', type }: ValueInfo): GraphInput => ({
  name,
  dtype: dtypeOf(type?.tensorType?.elemType),
  shape: type?.tensorType?.shape?.dim?.map(({ dimValue }) =>
    dimValue !== undefined && dimValue > 0 ? dimValue : undefined,
  ),
})

/** A constant is an initializer, or what a node of that name says. Texts are not among them. */
const constantsOf = (graph: GraphProto): E.Either<OnnxError, ReadonlyMap<string, ConcreteTensor>> => {
  const texts = 8
  const { left, right } = separate(
    (graph.initializer ?? [])
      .filter(({ dataType }) => dataType !== texts)
      .map((proto) => {
        const tensor = tensorOfProto(proto)
        return E.isLeft(tensor) ? tensor : E.right([proto.name ?? '', tensor.right] as const)
      }),
  )
  return left.length > 0 ? E.left(onnxError(left)) : E.right(new Map(right))
}

export const graphOf = (proto: GraphProto): E.Either<OnnxError, ReadGraph> => {
  const constants = constantsOf(proto)
  if (E.isLeft(constants)) return constants
  return E.right({
    nodes: (proto.node ?? []).map(nodeOf),
    constants: constants.right,
    inputs: (proto.input ?? []).map(inputOf).filter(({ name }) => !constants.right.has(name)),
    outputs: (proto.output ?? []).map(inputOf),
  })
}

/** The oldest version of the operators that is read: since then sizes and axes are inputs. */
const oldestOpset = 7

/** The graph of a file, or what is wrong with the bytes. */
export const readModel = (bytes: Uint8Array): E.Either<OnnxError, ReadModel> => {
  const decoded = E.tryCatch(
    () => decodeMessage(modelProto, bytes),
    (error) => onnxError([`these bytes are no file of ONNX: ${reasonOf(error)}`]),
  )
  if (E.isLeft(decoded)) return decoded
  const { graph, opsetImport = [], metadataProps = [] } = decoded.right
  if (graph === undefined)
    return E.left(onnxError(['these bytes are no file of ONNX: there is no graph in them']))
  const opset = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? 1
  if (opset < oldestOpset)
    return E.left(
      onnxError([`expected operators of version ${oldestOpset} or later, got those of version ${opset}`]),
    )
  const read = graphOf(graph)
  return E.isLeft(read)
    ? read
    : E.right({
        graph: read.right,
        opset,
        metadata: Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value])),
      })
}
