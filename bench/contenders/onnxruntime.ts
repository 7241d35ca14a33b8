// ONNX Runtime for Node on the network as puregrad writes it to a file. It runs networks and does not train them, so a
// forward pass is all of it.
import * as E from 'fp-ts/lib/Either.js'
import { InferenceSession, Tensor as Value } from 'onnxruntime-node'
import { add, matmul, relu, stage, tensor, zeros, type Tensor } from '../../src/node.ts'
import { programToOnnx } from '../../src/onnx/index.ts'
import { absoluteSum, mlpBatch, mlpSizes, weightsOf } from './data.mjs'
import { serve } from './serve.mjs'
import { versionOf } from './version-of.mjs'

const layers = weightsOf(mlpSizes).map(({ inputs, out, w }) => ({
  w: tensor(w, { shape: [inputs, out] }),
  b: tensor(new Float32Array(out)),
}))

const forward = (x: Tensor): Tensor =>
  layers.reduce<Tensor>((h, { w, b }, l) => {
    const z = add(matmul(h, w), b) as Tensor
    return l === layers.length - 1 ? z : relu(z)
  }, x)

const session = async (rows: number, threads: number): Promise<InferenceSession> => {
  const bytes = programToOnnx(stage(forward)(zeros([rows, 784])).program, { inputs: ['x'], outputs: ['y'] })
  if (E.isLeft(bytes)) throw new Error(bytes.left.message)
  return InferenceSession.create(bytes.right, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
}

await serve(
  {
    'mlp-forward-128': async (threads) => {
      const net = await session(128, threads)
      const x = new Value('float32', mlpBatch(128).x, [128, 784])
      const once = async () => (await net.run({ x }))['y']
      return {
        check: absoluteSum((await once())?.data as Float32Array),
        run: async (count: number) => {
          for (let i = 0; i < count; i++) await once()
        },
      }
    },
  },
  versionOf('onnxruntime-node'),
)
