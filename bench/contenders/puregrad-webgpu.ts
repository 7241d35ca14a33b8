// node --import tsx bench/contenders/puregrad-webgpu.ts [software]
import * as E from 'fp-ts/lib/Either.js'
import { jit, slice, tensor, toTypedArray, type Tensor } from '../../src/node.ts'
import { fromDevice, requestWebGpu, toDevice, type WebGpu } from '../../src/webgpu/index.ts'
import { softwareGpu } from '../../test/webgpu/software-gpu.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { absoluteSum, mlpBatch, mlpSizes, products, sequence } from './data.mjs'
import { adamStart, adamStepOf, mlpLoss, netOf, product, sgdStep } from './dense-network.ts'
import { serve } from './serve.mjs'

let device: WebGpu | undefined

/** Requested by the first work, so that what keeps it away is an answer. */
const webgpu = async (): Promise<WebGpu> => {
  if (device !== undefined) return device
  const gpu = process.argv[2] === 'software' ? await softwareGpu() : undefined
  const found = await requestWebGpu(gpu === undefined ? {} : { gpu })()
  if (E.isLeft(found)) throw new Error(found.left.message)
  return (device = found.right)
}

/** Reads what the last call gave, so that all of them are done when it is there. */
const settled = async (x: Tensor): Promise<ArrayLike<number>> => toTypedArray(await fromDevice(x))

/** A state that is stepped again and again and stays there; the check is the loss after five steps. */
const training = async <S>(step: (state: S) => Promise<readonly [S, Tensor]>, start: S) => {
  let state = start
  const run = async (count: number): Promise<number> => {
    let loss: Tensor = tensor(0)
    for (let i = 0; i < count; i++) [state, loss] = await step(state)
    return (await settled(loss))[0] ?? Number.NaN
  }
  return { check: await run(6), run }
}

const mlp = async (rows: number, kind: 'sgd' | 'adam') => {
  const gpu = await webgpu()
  const options = { backend: gpu, donate: [0] }
  const { x, labels } = mlpBatch(rows)
  const [inputs, targets] = await toDevice(gpu, [tensor(x, { shape: [rows, 784] }), tensor(labels)] as const)
  const net = await toDevice(gpu, netOf(mlpSizes))
  if (kind === 'sgd') {
    const step = jit(sgdStep(mlpLoss, 0.01), options)
    return training((params: typeof net) => step(params, inputs, targets), net)
  }
  const step = jit(adamStepOf(mlpLoss), options)
  return training(
    (state: ReturnType<typeof adamStart<typeof net>>) => step(state, inputs, targets),
    adamStart(net),
  )
}

const gemm = async (m: number, k: number, n: number) => {
  const gpu = await webgpu()
  const f = jit((a: Tensor, b: Tensor) => product(a, b), { backend: gpu })
  const [a, b] = await toDevice(gpu, [
    tensor(sequence(1, m * k), { shape: [m, k] }),
    tensor(sequence(2, k * n), { shape: [k, n] }),
  ] as const)
  // One element stands for the whole: reading all of it would be a part of the time.
  const corner = jit((x: Tensor) => slice(x, [0, 0], [1, 1]) as Tensor, { backend: gpu })
  const once = async (): Promise<Tensor> => f(a, b)
  return {
    check: absoluteSum(await settled(await once())),
    run: async (count: number): Promise<void> => {
      for (let i = 1; i < count; i++) await once()
      await settled(await corner(await once()))
    },
  }
}

await serve(
  {
    ...Object.fromEntries(
      Object.entries(products)
        .filter(([, sizes]) => sizes.length === 3)
        .map(([name, [m, k, n]]) => [name, () => gemm(m, k, n)]),
    ),
    ...Object.fromEntries(
      [32, 128, 1024].flatMap((rows) =>
        (['sgd', 'adam'] as const).map((kind) => [`mlp-${String(rows)}-${kind}`, () => mlp(rows, kind)]),
      ),
    ),
  },
  packageJson.version,
)
