/// <reference lib="webworker" />
import * as E from 'fp-ts/lib/Either.js'
import type { Reply, Request } from './messages.ts'
import { player } from './player.ts'
import { ready } from './ready.ts'

const scope = globalThis as unknown as DedicatedWorkerGlobalScope
const post = (reply: Reply): void => scope.postMessage(reply)

const { receive, turn, computeOn } = player(post, undefined, () => nextTurn(0))

/** Exchanges what makes the steps. What a GPU needs is loaded when one is asked for. */
const compute = async ({ id, on }: Extract<Request, { readonly kind: 'compute' }>): Promise<void> => {
  if (on === 'processor') {
    computeOn(undefined)
    post({ kind: 'computes', id, on })
    return
  }
  const { requestGpu } = await import('./gpu.ts')
  const found = await requestGpu()
  if (E.isLeft(found)) {
    post({ kind: 'refused', id, refusals: [found.left] })
    return
  }
  computeOn(found.right)
  post({ kind: 'computes', id, on, name: found.right.name })
}

/** Tells faults of the program, so that none is silent. */
const guarded = (work: () => void, id?: number): void => {
  try {
    work()
  } catch (error) {
    const message = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
    post({ kind: 'broken', ...(id === undefined ? {} : { id }), message })
  }
}

/** Turns at once go through a channel: timers wait for 4 ms, and are for later. */
const channel = new MessageChannel()

/* eslint-disable functional/no-let -- the turn that is to come, of which there is one at a time */
let timer: ReturnType<typeof setTimeout> | undefined
let isComing = false

const nextTurn = (delay: number | undefined): void => {
  clearTimeout(timer)
  if (delay === undefined || isComing) return
  if (delay >= 4) timer = setTimeout(play, delay)
  else {
    isComing = true
    channel.port2.postMessage(undefined)
  }
}

const play = (): void => {
  isComing = false
  guarded(() => nextTurn(turn()))
}
/* eslint-enable functional/no-let */

channel.port1.addEventListener('message', play)
channel.port1.start()

/** Requests wait for the backend: a training is on one backend from its first step. */
const arrived = ready().then((found) => post({ kind: 'ready', ...found }))

scope.onmessage = ({ data }: MessageEvent<Request>) => {
  void arrived.then(async () => {
    if (data.kind === 'compute') {
      try {
        await compute(data)
      } catch (error) {
        post({ kind: 'broken', id: data.id, message: String(error) })
      }
      nextTurn(0)
      return
    }
    guarded(() => receive(data), 'id' in data ? data.id : undefined)
    nextTurn(0)
  })
}
