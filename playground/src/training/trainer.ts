import { signal } from '@preact/signals'
import type { Reply, Request } from '../engine/messages.ts'

type Asked = Extract<Request, { readonly id: number }>
/** A request before it has its number. */
type Question = Asked extends infer R ? (R extends Asked ? Omit<R, 'id'> : never) : never
type Told = Exclude<Request, Asked>
type Answer = Extract<Reply, { readonly id: number }> | Extract<Reply, { readonly kind: 'broken' }>

/** The worker that trains, spoken to in questions that are answered and in orders that are not. */
export interface Trainer {
  readonly ask: (question: Question) => Promise<Answer>
  readonly tell: (order: Told) => void
}

/** Starts the worker. What nobody asked for goes to `hear`: that it is ready, frames, and faults. */
export const startTrainer = (hear: (reply: Reply) => void): Trainer => {
  const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (answer: Answer) => void>()
  const last = signal(0)
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const answered = 'id' in data ? waiting.get(data.id) : undefined
    if (answered === undefined) return hear(data)
    waiting.delete((data as Answer & { readonly id: number }).id)
    answered(data as Answer)
  }
  worker.onerror = ({ message }) =>
    hear({ kind: 'broken', message: message || 'the worker could not be loaded' })
  return {
    ask: (question) =>
      new Promise((resolve) => {
        const id = (last.value += 1)
        waiting.set(id, resolve)
        worker.postMessage({ ...question, id })
      }),
    tell: (order) => worker.postMessage(order),
  }
}
