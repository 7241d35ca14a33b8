import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { test } from 'vitest'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import type { Buffer, DType } from '../../src/core/tensor/dtype.ts'
import type { Tensor } from '../../src/index.ts'

const loaded = async () => {
  try {
    return await import('onnxruntime-node')
  } catch (error) {
    // There is a library for this platform in the package, so that it has to load here.
    if (process.platform === 'linux' && process.arch === 'x64') throw error
    console.info(`left out: ONNX in onnxruntime, which does not load here: ${String(error)}`)
    return undefined
  }
}

const runtime = await loaded()

/** Tests that run files in onnxruntime. */
export const ortTest = test.skipIf(runtime === undefined)

/** A value of a session: a tensor, or texts. */
export type Fed = Tensor | readonly string[]

const toOrt = (value: Fed): OrtTensor => {
  if (Array.isArray(value)) return new runtime!.Tensor('string', [...(value as string[])], [value.length, 1])
  const tensor = value as ConcreteTensor
  return new runtime!.Tensor(tensor.dtype as 'float32', copyElements(tensor) as Float32Array, [
    ...tensor.shape,
  ])
}

const fromOrt = ({ type, data, dims }: OrtTensor): Tensor | readonly string[] | readonly number[] =>
  type === 'string'
    ? (data as unknown as readonly string[])
    : type === 'int64'
      ? Array.from(data as BigInt64Array, Number)
      : (viewOf(data as unknown as Buffer, type as DType, dims) as unknown as Tensor)

export const sessionOf = (bytes: Uint8Array, optimized = true): Promise<InferenceSession> =>
  runtime!.InferenceSession.create(bytes, {
    graphOptimizationLevel: optimized ? 'all' : 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  })

/** What a session makes of inputs, output by output. */
export const runSession = async (
  session: InferenceSession,
  feeds: Readonly<Record<string, Fed>>,
): Promise<Readonly<Record<string, Tensor | readonly string[] | readonly number[]>>> => {
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toOrt(value)])),
  )
  return Object.fromEntries(session.outputNames.map((name) => [name, fromOrt(results[name]!)]))
}

/** What onnxruntime makes of a file and inputs. */
export const runOnnx = async (bytes: Uint8Array, feeds: Readonly<Record<string, Fed>>, optimized = true) => {
  const session = await sessionOf(bytes, optimized)
  const outputs = await runSession(session, feeds)
  await session.release()
  return outputs
}
