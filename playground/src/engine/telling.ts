import { frameOf } from './frame.ts'
import { settingsNow, stageNow, type Future } from './future.ts'
import type { Business, FutureIndex, Reply, View, ViewRequest } from './messages.ts'
import { futuresOf, type Playing, type Shown } from './playing.ts'
import { viewOf } from './views.ts'

/** How much of a history the page still has: up to where it differs. */
const unchanged = (before: Future | undefined, { history }: Future): number => {
  if (before === undefined) return 0
  const differs = history.findIndex((record, i) => before.history[i] !== record)
  return differs < 0 ? Math.min(before.history.length, history.length) : differs
}

const nameOf = (future: number, request: ViewRequest): string =>
  `${String(future)} ${JSON.stringify(request)}`

/** Whether some visible panel shows a state that is past. */
export const isStale = (my: Playing): boolean =>
  futuresOf(my).some((future, i) =>
    my.views.some((request) => my.shown.get(nameOf(i, request))?.of !== future),
  )

interface Seen {
  readonly shown: ReadonlyMap<string, Shown>
  readonly views: readonly { readonly future: FutureIndex; readonly view: View }[]
}

/** The views that are due. While training goes on, all of them together take no more than half of the time. */
const viewsDue = (my: Playing, now: () => number): Seen => {
  const futures = futuresOf(my)
  const all = futures.flatMap((future, i) =>
    my.views.map((request) => ({ future, i: i as FutureIndex, request })),
  )
  return all.reduce<Seen>(
    ({ shown, views }, { future, i, request }) => {
      const name = nameOf(i, request)
      const last = shown.get(name)
      const begun = now()
      const rest = my.going === undefined ? 0 : 2 * all.length * (last?.cost ?? 0)
      if (last !== undefined && (last.of === future || begun - last.at < rest)) return { shown, views }
      const view = viewOf(future, request)
      const at = now()
      return {
        shown: new Map([...shown, [name, { of: future, at, cost: at - begun }]]),
        views: view === undefined ? views : [...views, { future: i, view }],
      }
    },
    { shown: my.shown, views: [] },
  )
}

const businessOf = ({ session, going, millisecondsPerStep }: Playing): Business | undefined => {
  const returning = session.find(({ future }) => future.returningTo !== undefined)?.future
  const future = returning ?? session[0]?.future
  if (future === undefined || (going === undefined && returning === undefined)) return undefined
  const { epoch, cursor, step } = future.state
  const target = returning?.returningTo ?? Math.min(going?.epochs[0] ?? Infinity, settingsNow(future).epochs)
  const left = Math.max(0, (target - epoch) * stageNow(future).clock.stepsPerEpoch - cursor)
  return {
    doing: returning === undefined ? 'training' : 'returning',
    step,
    of: step + left,
    millisecondsPerStep,
    secondsLeft: (left * millisecondsPerStep * session.length) / 1000,
  }
}

/** A frame of where all is, and what is known after it was sent. */
export const told = (my: Playing, now: () => number): readonly [Playing, Reply] => {
  const futures = futuresOf(my)
  const busy = businessOf(my)
  const { shown, views } = viewsDue(my, now)
  // That training has stopped is told at once, and why in the frame after that one.
  const isTold = (future: Future): boolean => my.sent.includes(future)
  const frames = futures.map((future, i) => frameOf(future, unchanged(my.sent[i], future), isTold(future)))
  const at = now()
  const epochs = (futures[0]?.state.epoch ?? 0) - (my.going?.epochsBefore ?? Infinity)
  const seconds = (at - (my.going?.since ?? at)) / 1000
  return [
    {
      ...my,
      shown,
      sent: futures,
      lastFrame: at,
      drawn: my.drawn === undefined ? undefined : false,
      untold: futures.some((future) => future.problem !== undefined && !isTold(future)),
    },
    {
      kind: 'frame',
      futures: frames,
      running: my.going !== undefined,
      ...(busy === undefined ? {} : { busy }),
      views,
      ...(seconds > 0.2 && epochs > 0 ? { epochsPerSecond: epochs / seconds } : {}),
    },
  ]
}
