import { answered, settled } from './answering.ts'
import type { Reply, Request } from './messages.ts'
import type { Gpu } from './gpu.ts'
import {
  advanced,
  advancedThere,
  atRest,
  nextInTurn,
  waitFor,
  withoutWalks,
  withWalkThere,
  type Playing,
} from './playing.ts'
import { isStale, told } from './telling.ts'

/** How long a turn works, and how long after a frame the next one comes at the earliest, in milliseconds. */
const turnLength = 12
const framePause = 16
/** A page that does not draw, as in a tab behind others, gets a frame now and then. */
const undrawnPause = 500

export interface Player {
  readonly receive: (request: Request) => void
  /**
   * Works for a moment. Gives back after how many milliseconds it wants its next turn; `undefined` where there is
   * nothing to do until the next request.
   */
  readonly turn: () => number | undefined
  /** Steps are made on a GPU from now on, or by the processor again. */
  readonly computeOn: (gpu: Gpu | undefined) => void
}

/** A batch further, and how long such a step takes on the average of the last ones. */
const timed = (my: Playing, i: number, now: () => number): Playing => {
  const begun = now()
  const after = advanced(my, i)
  if (after.session[i]?.future.state.step === my.session[i]?.future.state.step) return after
  const cost = now() - begun
  const { millisecondsPerStep: past } = my
  return { ...after, millisecondsPerStep: past === 0 ? cost : 0.9 * past + 0.1 * cost }
}

/**
 * Trains what a page asks for and tells it, in turns of a few milliseconds, so that requests are heard in between. What
 * it knows is a value that each request and each batch replaces.
 */
export const player = (
  post: (reply: Reply) => void,
  now: () => number = () => performance.now(),
  /** A turn is wanted at once: a step on a GPU is made. */
  wake: () => void = () => undefined,
): Player => {
  /* eslint-disable functional/no-let, functional/no-loop-statements --
     the one place that holds the present: requests and turns come from outside */
  let my = atRest
  let gpu: Gpu | undefined
  /** A step that is under way on the GPU. */
  let isUnderWay = false
  const answer = ([after, replies]: readonly [Playing, readonly Reply[]]): void => {
    my = after
    replies.forEach(post)
  }
  const untilFrame = (): number =>
    Math.max(0, my.lastFrame + (my.drawn === false ? undrawnPause : framePause) - now())

  /** Trains until time is up, all rest, or the pace asks for a pause, which is given back. */
  const train = (): number => {
    const end = now() + turnLength
    for (let i = nextInTurn(my); i !== undefined && now() < end; i = nextInTurn(my)) {
      const pause = waitFor(my, i, now())
      if (pause > 0) return pause
      my = timed(my, i, now)
      answer(settled(my))
    }
    return 0
  }

  const computeOn = (next: Gpu | undefined): void => {
    gpu?.close()
    gpu = next
    my = withoutWalks(my)
  }

  /** Begins a step on the GPU; what comes of it is told by another turn. Gives back how long to wait before. */
  const trainThere = (there: Gpu): number => {
    const i = nextInTurn(my)
    if (isUnderWay || i === undefined) return Infinity
    const pause = waitFor(my, i, now())
    if (pause > 0) return pause
    my = withWalkThere(my, i, there.walk)
    const walking = my.session[i]!.walkThere!
    const begun = now()
    isUnderWay = true
    void walking
      .next()
      .then(
        (next) => {
          my = { ...advancedThere(my, walking, next), millisecondsPerStep: now() - begun }
          answer(settled(my))
        },
        (error: unknown) => {
          if (gpu !== there) return
          computeOn(undefined)
          post({ kind: 'lost', message: error instanceof Error ? error.message : String(error) })
        },
      )
      .finally(() => {
        isUnderWay = false
        wake()
      })
    return Infinity
  }

  return {
    computeOn,
    receive: (request) => answer(answered(my, request, now())),
    turn: () => {
      const pause = gpu === undefined ? train() : trainThere(gpu)
      const resting = nextInTurn(my) === undefined
      if (resting && my.going !== undefined) my = { ...my, going: undefined, untold: true }
      if (my.session.length > 0 && (my.untold || isStale(my)) && untilFrame() === 0) {
        const [after, frame] = told(my, now)
        my = after
        post(frame)
      }
      const frameIn = my.session.length > 0 && (my.untold || isStale(my)) ? untilFrame() : undefined
      const turnIn = resting ? frameIn : Math.min(pause, frameIn ?? pause)
      return turnIn === Infinity ? undefined : turnIn
    },
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
