import type * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { leavesOf } from '../../core/tensor/tree.ts'
import type { LayerTree } from '../../nn/layer.ts'
import type { Network } from '../../nn/network.ts'
import type { OnnxError } from '../onnx-error.ts'
import { assembled, caught } from './assemble.ts'
import { extents } from './extent.ts'
import { graph, valueInfo } from './graph.ts'
import { writeLayers } from './write-network.ts'

/**
 * How {@link networkToOnnx} writes a network.
 *
 * @category ONNX
 */
export interface NetworkToOnnxOptions {
  /** What its input is called; `x` unless told otherwise. */
  readonly input?: string
  /** What its output is called; `output` unless told otherwise. */
  readonly output?: string
  /** That of the parameters; float32 where there are none and it is not said. */
  readonly dtype?: FloatDType
  /** Texts that the file carries beside the graph. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** float64 where a parameter is; nothing but the parameters says it. */
const dtypeOfParams = (params: unknown): FloatDType =>
  leavesOf(params).some(({ dtype }) => dtype === 'float64') ? 'float64' : 'float32'

/**
 * A network in evaluation as a file of ONNX: input `[batch, …]`, output `[batch, …]`, for any number of rows. Layers that
 * other tools have are written as theirs (Gemm, Relu, BatchNormalization, …), others, those of one's own too, primitive by
 * primitive. Parameters are constants, named after their layers.
 *
 * @throws ArgumentError for another option. Parameters that are not those of the network are a left.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { activation, dense, network } from 'puregrad/nn'
 * import { networkToOnnx, onnxToNetwork } from 'puregrad/onnx'
 * const net = network(4, dense('hidden', 3), activation('relu'), dense('output', 2))
 * const { params, state } = net.init(key(0))
 * const bytes = networkToOnnx(net, params, state)
 * const again = E.isRight(bytes) ? onnxToNetwork(bytes.right) : bytes
 * E.isRight(again) ? again.right.network.spec.layers.map(({ kind }) => kind) : [] // => ['dense', 'activation', 'dense']
 * ```
 * @category ONNX
 */
export const networkToOnnx = <P, S>(
  network: Network<P, S>,
  params: P,
  state: S,
  options: NetworkToOnnxOptions = {},
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  checkOptions('networkToOnnx', options, { input: true, output: true, dtype: true, metadata: true })
  const { input = 'x', output = 'output', dtype = dtypeOfParams(params), metadata = {} } = options
  return caught(() => {
    const g = graph([input, output])
    g.rowsAre(input)
    const rows = { rows: 1, plus: 0 }
    const y = writeLayers(
      g,
      network.layers,
      params as LayerTree,
      state as LayerTree,
      { name: input, shape: network.input },
      dtype,
    )
    const proto = g.finish(
      'network',
      [valueInfo(input, dtype, [rows, ...extents(network.input)])],
      [{ info: valueInfo(output, dtype, [rows, ...extents(y.shape)]), value: y.name }],
    )
    return assembled(proto, g.domains(), metadata)
  })
}
