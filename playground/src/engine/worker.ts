/// <reference lib="webworker" />
import type { Reply, Request } from './messages.ts'
import { player } from './player.ts'
import { ready } from './ready.ts'

const scope = globalThis as unknown as DedicatedWorkerGlobalScope
const post = (reply: Reply): void => scope.postMessage(reply)

const { receive, turn } = player(post)

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
  void arrived.then(() => {
    guarded(() => receive(data), 'id' in data ? data.id : undefined)
    nextTurn(0)
  })
}
