import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { fromTransferable, tensor, toArray, type Tensor } from '../../../src/index.ts'
import { workerThreads, type TrialTask } from '../../../src/search/index.ts'

const signal = new AbortController().signal
const task = { id: 0, config: true, budget: 1, seed: 1 } as unknown as TrialTask<boolean, unknown>

test('tensors travel between threads in their transferable form only', { timeout: 30_000 }, async () => {
  const runner = workerThreads<boolean, unknown>(new URL('./tensors-in-thread.ts', import.meta.url), {
    lanes: 1,
  })
  const good = await runner.run(task, signal)()
  expect(E.isRight(good)).toBe(true)
  if (E.isRight(good)) {
    const { params } = fromTransferable<{ params: { w: Tensor } }>(good.right.state as never)
    expect(toArray(params.w)).toEqual([3, 6])
  }
  expect(await runner.run({ ...task, config: false }, signal)()).toMatchObject(
    E.left({ kind: 'crashed', message: expect.stringMatching(/state\.params\.w.*toTransferable/) }),
  )
  const from = { budget: 1, state: { w: tensor(1) } }
  expect(await runner.run({ ...task, from }, signal)()).toMatchObject(
    E.left({ kind: 'crashed', message: expect.stringMatching(/the task holds a tensor at from\.state\.w/) }),
  )
  await runner.close()
})
