/// <reference lib="webworker" />
import { doJob } from './job.ts'
import type { JobReply, JobRequest } from './messages.ts'
import { ready } from './ready.ts'

const scope = globalThis as unknown as DedicatedWorkerGlobalScope
const post = (reply: JobReply): void => scope.postMessage(reply)

const broken = (error: unknown): void => {
  post({
    kind: 'broken',
    message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
  })
}

/** The list of statements needs no backend, and all else waits for it. */
const arrived = ready()

scope.onmessage = ({ data }: MessageEvent<JobRequest>) => {
  void (data.kind === 'claims' ? Promise.resolve() : arrived).then(() => doJob(data, post)).catch(broken)
}

void arrived.then((found) => post({ kind: 'ready', ...found }))
