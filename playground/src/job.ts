import type { JobReply, JobRequest } from './engine/messages.ts'

/** A job that goes on in a worker of its own, and how to give it up. */
export interface Job {
  readonly end: () => void
}

/** Does a job in a worker of its own. Ending the worker gives it up; what it told before has been heard. */
export const startJob = (request: JobRequest, hear: (reply: JobReply) => void): Job => {
  const worker = new Worker(new URL('./engine/job-worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }: MessageEvent<JobReply>) => hear(data)
  worker.onerror = ({ message }) =>
    hear({ kind: 'broken', message: message || 'the worker could not be loaded' })
  worker.postMessage(request)
  return { end: () => worker.terminate() }
}
