/** What a page does on its device; it tells what came of it. */
import * as E from 'fp-ts/lib/Either.js'
import { item, jit, toArray } from '../../src/index.ts'
import { fromDevice, isOnDevice, requestWebGpu } from '../../src/webgpu/index.ts'
import { tell } from '../restricted/tell.ts'
import { start, step } from './page-work.ts'

const work = async (): Promise<object> => {
  const found = await requestWebGpu()()
  if (E.isLeft(found)) return found.left
  const run = jit(step, { backend: found.right, donate: [0] })
  let [state, loss] = await run(start, 0)
  for (let i = 1; i < 5; i++) [state, loss] = await run(state, i)
  const there = isOnDevice(state.w)
  const read = await fromDevice({ loss, w: state.w })
  return { there, loss: item(read.loss), w: toArray(read.w), description: found.right.description }
}

tell(await work().catch((error: unknown) => ({ problem: String(error) })))
