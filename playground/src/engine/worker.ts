/// <reference lib="webworker" />
import type { Reply, Request } from './messages.ts'
import { player } from './player.ts'
import { ready } from './ready.ts'

const scope = globalThis as unknown as DedicatedWorkerGlobalScope
const post = (reply: Reply): void => scope.postMessage(reply)

const { receive, turn } = player(post)

/** Told of faults of the program, so that none is silent. */
const guarded = (work: () => void, id?: number): void => {
  try {
    work()
  } catch (error) {
    const message = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)
    post({ kind: 'broken', ...(id === undefined ? {} : { id }), message })
  }
}

/** A turn after the messages that have come: a channel is faster than timers, which wait 4 ms. */
const channel = new MessageChannel()
let timer: ReturnType<typeof setTimeout> | undefined
let waiting = false

const nextTurn = (delay: number | undefined): void => {
  if (delay === undefined) return
  if (delay < 4) {
    if (waiting) return
    waiting = true
    channel.port2.postMessage(undefined)
  } else {
    clearTimeout(timer)
    timer = setTimeout(play, delay)
  }
}

const play = (): void => {
  waiting = false
  clearTimeout(timer)
  guarded(() => nextTurn(turn()))
}

channel.port1.onmessage = play

/** Requests that come before the backend is there wait for it: the first training is on it from its first step. */
const early: Request[] = []
let here = false

const hear = (request: Request): void => {
  guarded(() => receive(request), 'id' in request ? request.id : undefined)
  nextTurn(0)
}

scope.onmessage = ({ data }: MessageEvent<Request>) => {
  if (here) hear(data)
  else early.push(data)
}

void ready().then((found) => {
  post({ kind: 'ready', ...found })
  here = true
  early.splice(0).forEach(hear)
})
