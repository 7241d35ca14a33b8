import * as E from 'fp-ts/lib/Either.js'
import { requestWebGpu, type WebGpu } from '../../src/webgpu/index.ts'
import { softwareGpu } from './software-gpu.ts'

/** A device in software, for tests, which are skipped without one; where the machine should have one they are not. */
export const softwareDevice = async (): Promise<WebGpu | undefined> => {
  const gpu = await softwareGpu()
  if (gpu === undefined) return undefined
  const found = await requestWebGpu({ gpu })()
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}
