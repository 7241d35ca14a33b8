import { computed, effect, signal, type Signal } from '@preact/signals'
import type {
  Business,
  Computer,
  DataSummary,
  EpochRecord,
  FutureFrame,
  FutureIndex,
  OwnTable,
  Refusal,
  Reply,
  Timeline,
  View,
  ViewName,
  ViewRequest,
} from '../engine/messages.ts'
import { forkRefusals } from '../engine/forks.ts'
import { defaults, type Settings } from '../engine/settings.ts'
import { fill } from '../engine/wordings.ts'
import { settled } from '../paced.ts'
import { words } from '../words.ts'

import { startTrainer } from './trainer.ts'

/** Where a future is, with all of its epochs so far. */
export interface Future extends Omit<FutureFrame, 'history'> {
  readonly history: readonly EpochRecord[]
}

/** A table of the user's own with what its columns hold. */
export interface OpenTable extends OwnTable {
  readonly columns: readonly string[]
}

type Backend = Extract<Reply, { readonly kind: 'ready' }>
/** What was seen of the test set. */
export type Opening = Extract<Reply, { readonly kind: 'opened' }>

/** What futures are called. */
export const letters = ['A', 'B'] as const

/** What the worker computes on, once it is ready. */
export const backend = signal<Backend>()
/** What makes the steps, and the name of a GPU. */
export const computer = signal<{ readonly on: Computer; readonly name?: string }>({ on: 'processor' })
/** A GPU that was asked for and has not answered yet. */
export const asking = signal(false)
/** What the training works on. */
export const data = signal<DataSummary>()
/** How many numbers are learned. */
export const parameters = signal<number>()
/** One future, or two that are compared. */
export const futures = signal<readonly Future[]>([])
/** Whether epochs go by. */
export const running = signal(false)
export const busy = signal<Business>()
/** How many epochs a second go by. */
export const speed = signal<number>()
/** The future whose settings are shown and change. */
export const chosen = signal<FutureIndex>(0)
/** Changes that the training does not have yet: they are about to be sent, or were refused. */
export const draft = signal<Partial<Settings>>({})
export const refusals = signal<readonly Refusal[]>([])
/** A fault of the program. */
export const fault = signal<string>()
export const table = signal<OpenTable>()
export const opening = signal<Opening>()
/** How many epochs a second a run makes at most; 0 for as many as it can. */
export const pace = signal(0)

const views: Readonly<Record<ViewName, readonly [Signal<View | undefined>, Signal<View | undefined>]>> = {
  boundary: [signal(), signal()],
  diagnosis: [signal(), signal()],
  weights: [signal(), signal()],
  signals: [signal(), signal()],
  descent: [signal(), signal()],
  criteria: [signal(), signal()],
  confusion: [signal(), signal()],
  mistakes: [signal(), signal()],
}

type ViewOf<K extends ViewName> = Extract<View, { readonly kind: K }>

/** What a panel shows of a future. */
export const viewOf = <K extends ViewName>(kind: K, future: FutureIndex): Signal<ViewOf<K> | undefined> =>
  views[kind][future] as Signal<ViewOf<K> | undefined>

/** Forgets what panels show, and gives back how to remember it. */
const forgetViews = (): (() => void) => {
  const all = Object.values(views).flat()
  const before = all.map((view) => view.peek())
  all.forEach((view) => {
    view.value = undefined
  })
  return () =>
    all.forEach((view, i) => {
      view.value = before[i]
    })
}

const merged = (earlier: Future | undefined, { history, ...frame }: FutureFrame): Future => ({
  ...frame,
  history: [...(earlier?.history ?? []).slice(0, history.from), ...history.records],
})

const hear = (reply: Reply): void => {
  switch (reply.kind) {
    case 'ready':
      backend.value = reply
      return
    case 'frame': {
      const earlier = futures.peek()
      futures.value = reply.futures.map((frame, i) => merged(earlier[i], frame))
      running.value = reply.running
      busy.value = reply.busy
      speed.value = reply.epochsPerSecond
      if (reply.futures.length <= chosen.peek()) chosen.value = 0
      reply.views.forEach(({ future, view }) => {
        views[view.kind][future].value = view
      })
      requestAnimationFrame(() => trainer.tell({ kind: 'drawn' }))
      return
    }
    case 'broken':
      fault.value = reply.message
      return
    case 'lost':
      computer.value = { on: 'processor' }
      refusals.value = [{ message: fill(words.gpuLost, { reason: reply.message }) }]
      return
    default:
  }
}

const trainer = startTrainer(hear)

/** Whether the worker is on the way to where a link wants it. */
export const onTheWay = signal(false)

/** The settings as they are shown: those of the chosen future at its present, with what is about to change. */
export const settings = computed<Settings>(() => ({
  ...(futures.value[chosen.value]?.settings ?? defaults),
  ...draft.value,
}))

/** A training as a link has it. */
export interface Course {
  readonly futures: readonly [Timeline] | readonly [Timeline, Timeline]
  readonly epochs: readonly number[]
}

type Answered = Awaited<ReturnType<typeof trainer.ask>>

/** Notes what was refused, and says whether something was. */
const refusedBy = (answer: Answered): boolean => {
  if (answer.kind === 'broken') fault.value = answer.message
  refusals.value = answer.kind === 'refused' ? answer.refusals : []
  return answer.kind === 'refused' || answer.kind === 'broken'
}

/** Starts a course; says whether it was accepted. What was there stays where it is refused. */
export const start = async (course: Course): Promise<boolean> => {
  const own = table.peek()
  // Views of a future that is there before the other one come before the answer.
  const remember = forgetViews()
  onTheWay.value = true
  const answer = await trainer.ask({
    kind: 'start',
    ...course,
    ...(own === undefined ? {} : { table: { file: own.file, text: own.text } }),
  })
  onTheWay.value = false
  if (refusedBy(answer)) {
    remember()
    return false
  }
  if (answer.kind === 'started') {
    data.value = answer.data
    parameters.value = answer.parameters
  }
  opening.value = undefined
  return true
}

/** Starts from settings, at epoch 0. */
export const startAnew = (from: Settings): Promise<boolean> =>
  start({ futures: [{ settings: from, forks: [] }], epochs: [0] })

/** Lets the processor, or the GPU of the browser, make the steps from now on. */
export const computeOn = async (on: Computer): Promise<void> => {
  asking.value = true
  const answer = await trainer.ask({ kind: 'compute', on })
  asking.value = false
  if (!refusedBy(answer) && answer.kind === 'computes')
    computer.value = { on: answer.on, ...(answer.name === undefined ? {} : { name: answer.name }) }
}

export const run = (): void =>
  trainer.tell({
    kind: 'run',
    ...(pace.peek() === 0 ? {} : { options: { epochsPerSecond: pace.peek() } }),
  })

export const pause = (): void => trainer.tell({ kind: 'pause' })
export const step = (by: 'batch' | 'epoch'): void => trainer.tell({ kind: 'step', by })
export const watch = (requests: readonly ViewRequest[]): void =>
  trainer.tell({ kind: 'watch', views: requests })

const atStart = (): boolean =>
  futures.peek().length < 2 && futures.peek().every(({ epoch, batch }) => epoch === 0 && batch === 0)

/** Whether settings ask for a table that is not there yet. */
const lacksTable = (wanted: Settings): boolean => wanted.data === 'csv' && table.peek() === undefined

/**
 * Waits until the chosen future has these settings, at most two seconds: between an answer and the frame that shows it
 * the settings of before would be on the page, and a second change would be made of those.
 */
const reflected = (changes: Partial<Settings>): Promise<unknown> =>
  Promise.race([
    new Promise((resolve) => setTimeout(resolve, 2000)),
    new Promise<void>((resolve) => {
      const stop = effect(() => {
        const present = futures.value[chosen.value]?.settings
        const there = Object.entries(changes).every(
          ([name, value]) => JSON.stringify(present?.[name as keyof Settings]) === JSON.stringify(value),
        )
        if (!there) return
        resolve()
        queueMicrotask(() => stop())
      })
    }),
  ])

const sendDraft = async (): Promise<void> => {
  const changes = draft.peek()
  const wanted = settings.peek()
  if (Object.keys(changes).length === 0 || lacksTable(wanted)) return
  const present = futures.peek()[chosen.peek()]
  const anew = present === undefined || atStart() || forkRefusals(present.settings, changes).length > 0
  const goesOn = running.peek()
  const accepted = anew
    ? await startAnew(wanted)
    : !refusedBy(await trainer.ask({ kind: 'change', future: chosen.peek(), changes }))
  if (!accepted) return
  if (goesOn && anew) run()
  await reflected(changes)
  draft.value = Object.fromEntries(
    Object.entries(draft.peek()).filter(([name, value]) => changes[name as keyof Settings] !== value),
  )
}

const sendSettled = settled(120, () => void sendDraft())

/** Changes settings: at once where the training has not begun or can go on with them, else from a new start. */
export const change = (changes: Partial<Settings>): void => {
  draft.value = { ...draft.peek(), ...changes }
  sendSettled(undefined)
}

/** Goes to the end of an epoch that was reached; 0 is the start, with the same weights. */
export const rewind = async (epoch: number): Promise<void> => {
  refusedBy(await trainer.ask({ kind: 'rewind', epoch }))
}

/** A second future, the first one's twin until one of them is changed. */
export const fork = async (): Promise<void> => {
  const epoch = futures.peek()[0]?.epoch ?? 0
  if (!refusedBy(await trainer.ask({ kind: 'fork', epoch, changes: {} }))) chosen.value = 1
}

export const keep = async (future: FutureIndex): Promise<void> => {
  if (!refusedBy(await trainer.ask({ kind: 'keep', future }))) chosen.value = 0
}

export const openTest = async (reason: string): Promise<void> => {
  const answer = await trainer.ask({ kind: 'openTest', future: chosen.peek(), reason })
  if (!refusedBy(answer) && answer.kind === 'opened') opening.value = answer
}

/** The program behind the page. */
export const program = async (): Promise<string | undefined> => {
  const answer = await trainer.ask({ kind: 'program', future: chosen.peek() })
  return !refusedBy(answer) && answer.kind === 'program' ? answer.text : undefined
}

/** Takes a table of the user's own, and trains on it. */
export const takeTable = async (own: OwnTable): Promise<void> => {
  const answer = await trainer.ask({ kind: 'inspect', table: own })
  if (refusedBy(answer) || answer.kind !== 'table') return
  table.value = { ...own, columns: answer.columns.map(({ name }) => name) }
  change({ data: 'csv', label: answer.label })
}
