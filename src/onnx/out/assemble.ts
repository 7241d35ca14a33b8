import * as E from 'fp-ts/lib/Either.js'
import { reasonOf } from '../../core/tensor/reason-of.ts'
import { mostBytes } from '../format/element-types.ts'
import type { GraphProto } from '../format/messages.ts'
import { modelProto } from '../format/messages.ts'
import { encodeMessage } from '../format/wire.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'

/**
 * The version of the operators that files are written with.
 *
 * @category ONNX
 */
export const onnxOpset = 18

/** The version of the operators for strings and labels, `ai.onnx.ml`. */
const learningOpset = 3

/** The version of the format that came with these operators. */
const irVersion = 8

const bytesOfGraph = ({ initializer = [] }: GraphProto): number =>
  initializer.reduce((total, { rawData }) => total + (rawData?.length ?? 0), 0)

/** The bytes of a model around a graph. */
export const assembled = (
  graph: GraphProto,
  domains: readonly string[],
  metadata: Readonly<Record<string, string>>,
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  const bytes = bytesOfGraph(graph)
  if (bytes >= mostBytes)
    return E.left(
      onnxError([
        `the constants take ${bytes} bytes; a file of ONNX holds less than ${mostBytes}, and elements in other files are not written`,
      ]),
    )
  return E.right(
    encodeMessage(modelProto, {
      irVersion,
      producerName: 'puregrad',
      graph,
      opsetImport: domains.map((domain) => ({ domain, version: domain === '' ? onnxOpset : learningOpset })),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    }),
  )
}

/** What a function gives; where it throws, the reason. */
export const caught = <A>(make: () => E.Either<OnnxError, A>): E.Either<OnnxError, A> => {
  try {
    return make()
  } catch (error) {
    return E.left(onnxError([reasonOf(error)]))
  }
}
