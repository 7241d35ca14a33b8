import { describe, expect, it } from 'vitest'
import { trained, walk } from '../../../playground/src/engine/future.ts'
import type { Gpu } from '../../../playground/src/engine/gpu.ts'
import type { Reply, Request, Timeline, View } from '../../../playground/src/engine/messages.ts'
import { player } from '../../../playground/src/engine/player.ts'
import { layer, small, startOf } from './trainings.ts'

const fork = { epoch: 3, changes: { learningRate: 0.1 } }
const timeline: Timeline = { settings: small, forks: [] }

/** A player whose clock moves by as much as it is looked at, and by what a turn asks to wait. */
const played = (tick = 0.5) => {
  const clock = { now: 0 }
  const replies: Reply[] = []
  const frames: { readonly at: number; readonly frame: Extract<Reply, { kind: 'frame' }> }[] = []
  const { receive, turn, computeOn } = player(
    (reply) => {
      replies.push(reply)
      if (reply.kind === 'frame') frames.push({ at: clock.now, frame: reply })
    },
    () => (clock.now += tick),
  )
  return {
    clock,
    replies,
    frames,
    receive,
    /** Turns until it rests. */
    play: (...requests: readonly Request[]) => {
      requests.forEach(receive)
      for (let turns = 0; turns < 20_000; turns++) {
        const delay = turn()
        if (delay === undefined) return
        clock.now += delay
      }
      throw new Error('the player never rests')
    },
    turn,
    computeOn,
    last: () => frames.at(-1)!.frame,
  }
}

/** The history of a future, put together as a page does. */
const historyOf = (frames: ReturnType<typeof played>['frames'], future: number): readonly unknown[] =>
  frames.reduce<readonly unknown[]>((sofar, { frame }) => {
    const { from, records } = frame.futures[future]!.history
    return [...sofar.slice(0, from), ...records]
  }, [])

const start = (
  epochs: readonly number[] = [0],
  futures: Extract<Request, { kind: 'start' }>['futures'] = [timeline],
) => ({ kind: 'start', id: 1, futures, epochs }) as const

describe('the player', () => {
  it('trains what the settings say, and its history comes piece by piece and whole', () => {
    const { play, replies, frames, last } = played()
    play(start(), { kind: 'run', options: { until: 8 } })
    expect(replies[0]).toMatchObject({
      kind: 'started',
      id: 1,
      data: { rows: { train: 30, dev: 18, test: 12 } },
    })
    const end = trained(startOf({}), 8)
    expect(historyOf(frames, 0)).toEqual(end.history)
    expect(last()).toMatchObject({ running: false, futures: [{ epoch: 8, step: 24, reached: 8 }] })
    expect(frames.length).toBeGreaterThan(2)
    frames.slice(1).forEach(({ at }, i) => expect(at - frames[i]!.at).toBeGreaterThanOrEqual(16))
  })

  /** A GPU that is the processor, in tasks of their own; it is lost at a step. */
  const gpuThat = (fails: (step: number) => boolean): Gpu => ({
    name: 'a GPU',
    // eslint-disable-next-line @typescript-eslint/require-await -- what is at hand is told as if it were not
    walk: async function* (from) {
      for (const future of walk(from)) {
        if (fails(future.state.step)) throw new Error('it is gone')
        yield future
      }
    },
    close: () => undefined,
  })

  /** Turns until it rests, a task between them. */
  const playThere = async (player: ReturnType<typeof played>): Promise<void> => {
    for (let turns = 0; turns < 2000; turns++) {
      player.turn()
      await new Promise((resolve) => setImmediate(resolve))
      if (player.frames.at(-1)?.frame.running === false && turns > 20) return
      player.clock.now += 16
    }
    throw new Error('the player never rests')
  }

  it('makes its steps on a GPU, and goes on by itself where that is lost', async () => {
    const end = trained(startOf({}), 8)
    for (const fails of [() => false, (step: number) => step === 10]) {
      const player = played()
      player.play(start())
      player.computeOn(gpuThat(fails))
      player.receive({ kind: 'run', options: { until: 8 } })
      await playThere(player)
      expect(historyOf(player.frames, 0)).toEqual(end.history)
      expect(player.replies.filter(({ kind }) => kind === 'lost')).toEqual(
        fails(10) ? [{ kind: 'lost', message: 'it is gone' }] : [],
      )
    }
  })

  it('forgets a step on a GPU where something else was asked for meanwhile', async () => {
    const player = played()
    player.play(start())
    player.computeOn(gpuThat(() => false))
    player.receive({ kind: 'step', by: 'batch' })
    player.turn()
    player.receive({ kind: 'rewind', id: 2, epoch: 0 })
    player.receive({ kind: 'pause' })
    await playThere(player)
    expect(player.last().futures[0]!.step).toBe(0)
  })

  it('works no longer than 12 ms in a turn', () => {
    const { receive, turn, clock } = played(3)
    receive(start())
    turn()
    receive({ kind: 'run' })
    const before = clock.now
    turn()
    // One look more may be needed to see that time is up.
    expect(clock.now - before).toBeLessThan(12 + 6 * 3)
  })

  it('keeps a pace, and stops when it is told to', () => {
    const { receive, turn, clock, last, play } = played(0.01)
    play(start())
    receive({ kind: 'run', options: { epochsPerSecond: 10 } })
    const begun = clock.now
    while (clock.now < begun + 2000) clock.now += Math.max(0.01, turn() ?? 1)
    expect(last().futures[0]!.epoch).toBeGreaterThanOrEqual(19)
    expect(last().futures[0]!.epoch).toBeLessThanOrEqual(21)
    expect(last().running).toBe(true)
    play({ kind: 'pause' })
    expect(last().running).toBe(false)
  })

  it('steps by a batch and by an epoch', () => {
    const { play, last } = played()
    play(start(), { kind: 'step', by: 'batch' })
    expect(last().futures[0]).toMatchObject({ epoch: 0, batch: 1, step: 1 })
    play({ kind: 'step', by: 'epoch' })
    expect(last().futures[0]).toMatchObject({ epoch: 1, batch: 0, step: 3 })
  })

  it('restores two futures from what a link holds, the same to the last digit', () => {
    const first = played()
    first.play(start(), { kind: 'run', options: { until: 5 } })
    first.play({ kind: 'fork', id: 2, ...fork })
    first.play({ kind: 'run', options: { until: 6 } })
    expect(first.replies).toContainEqual({ kind: 'done', id: 2 })
    const frames = first.last().futures
    expect(frames.map(({ epoch }) => epoch)).toEqual([6, 6])
    expect(frames[1]!.timeline.forks).toEqual([fork])
    const again = played()
    again.play(start([6, 6], [frames[0]!.timeline, frames[1]!.timeline]))
    const ends = [trained(startOf({}), 6), trained(startOf({}, [fork]), 6)]
    ends.forEach((end, i) => expect(historyOf(again.frames, i)).toEqual(end.history))
    expect(again.last().futures.map(({ epoch, step }) => [epoch, step])).toEqual([
      [6, 18],
      [6, 18],
    ])
  })

  it('rewinds, changes and keeps one future', () => {
    const { play, last, replies } = played()
    play(start(), { kind: 'run', options: { until: 6 } })
    play({ kind: 'fork', id: 2, epoch: 2, changes: {} })
    play({ kind: 'rewind', id: 3, epoch: 1 })
    expect(last().futures.map(({ epoch }) => epoch)).toEqual([1, 1])
    play({ kind: 'change', id: 4, future: 1, changes: { l2: 0.1 } })
    play({ kind: 'change', id: 5, future: 1, changes: { l1: 0.1 } })
    expect(last().futures[1]!.timeline.forks).toEqual([{ epoch: 1, changes: { l2: 0.1, l1: 0.1 } }])
    play({ kind: 'keep', id: 6, future: 1 })
    expect(last().futures.map(({ settings }) => settings.l2)).toEqual([0.1])
    expect(replies.filter(({ kind }) => kind === 'done')).toHaveLength(5)
    play(
      { kind: 'keep', id: 7, future: 1 },
      { kind: 'rewind', id: 8, epoch: 5 },
      { kind: 'change', id: 9, future: 0, changes: { rows: 90 } },
    )
    expect(replies.flatMap((reply) => (reply.kind === 'refused' ? [reply.id] : []))).toEqual([7, 8, 9])
  })

  it('answers in words where there is no training, and where settings are wrong', () => {
    const { play, replies } = played()
    play({ kind: 'rewind', id: 1, epoch: 0 }, { kind: 'run' })
    play(start([0], [{ settings: { ...small, rows: 1 }, forks: [] }]))
    play(start([0], [{ settings: { ...small, data: 'csv' }, forks: [] }]))
    play(start([0], [{ settings: small, forks: [{ epoch: 1, changes: { rows: 90 } }] }]))
    expect(replies.map((reply) => reply.kind === 'refused' && reply.refusals[0]?.message.en)).toEqual([
      'There is no such training.',
      expect.stringMatching(/Sample size/),
      expect.stringMatching(/choose the file/),
      expect.stringMatching(/other rows/),
    ])
  })

  it('opens the test set for a reason only, and counts how often', () => {
    const { play, replies } = played()
    const open = (id: number, reason: string): Request => ({ kind: 'openTest', id, future: 0, reason })
    play(start(), open(2, ' '), open(3, 'the end'), open(4, 'once more'))
    const [, refused, first, second] = replies.filter(({ kind }) => kind !== 'frame')
    expect(refused).toMatchObject({ kind: 'refused', id: 2 })
    expect(first).toMatchObject({
      kind: 'opened',
      rows: 12,
      optimism: { bound: 0 },
      looks: [{ reason: 'the end' }],
    })
    expect(second).toMatchObject({ kind: 'opened', looks: [{ reason: 'the end' }, { reason: 'once more' }] })
    expect((second as Extract<Reply, { kind: 'opened' }>).optimism.bound).toBeGreaterThan(0)
  })

  it('tells at once that a loss is no number, and then why', () => {
    const { play, frames } = played()
    const hidden = [layer(4, { activation: 'identity' }), layer(4, { activation: 'identity' })]
    const settings = { ...small, hidden, optimizer: 'sgd', learningRate: 1000 } as const
    play(start([0], [{ settings, forks: [] }]), { kind: 'run' })
    const stopped = frames.filter(({ frame }) => frame.futures[0]!.stopped === 'non-finite')
    expect(stopped.map(({ frame }) => frame.futures[0]!.explanation !== undefined)).toEqual([false, true])
    expect(stopped[1]!.frame.futures[0]!.explanation!.finiteRate).toBeLessThan(1000)
  })

  it('waits for a page that has not drawn yet', () => {
    const { play, frames } = played()
    play(start(), { kind: 'drawn' }, { kind: 'run', options: { until: 30 } })
    const undrawn = frames.slice(2)
    undrawn.slice(1).forEach(({ at }, i) => expect(at - undrawn[i]!.at).toBeGreaterThanOrEqual(500))
  })
})

describe('the views', () => {
  const viewsOf = (
    settings: Timeline['settings'],
    kinds: readonly View['kind'][],
  ): Readonly<Record<string, View>> => {
    const { play, last } = played()
    play(start([2], [{ settings, forks: [] }]), { kind: 'watch', views: kinds.map((kind) => ({ kind })) })
    return Object.fromEntries(last().views.map(({ view }) => [view.kind, view]))
  }
  const kinds = [
    'boundary',
    'diagnosis',
    'weights',
    'signals',
    'descent',
    'criteria',
    'confusion',
    'mistakes',
  ] as const

  it('of planar rows agree with each other', () => {
    const settings = { ...small, l1: 1, hidden: [layer(4, { normalization: 'batch' }), layer(3)] } as const
    const views = viewsOf(settings, kinds)
    expect(Object.keys(views)).toEqual([...kinds])
    const { boundary, weights, signals, descent, criteria, confusion, mistakes } = views as {
      readonly [K in View['kind']]: Extract<View, { kind: K }>
    }
    boundary.predicted.forEach((label, i) => expect(label).toBe((boundary.second?.[i] ?? 0) > 0.5 ? 1 : 0))
    expect(weights.layers.map(({ rows, columns }) => [rows, columns])).toEqual([
      [2, 4],
      [4, 3],
      [3, 2],
    ])
    expect(weights.zeros).toBe(
      weights.layers.flatMap(({ values }) => [...values]).filter((w) => w === 0).length,
    )
    expect(signals.layers.map(({ title }) => title.en)).toEqual([
      'hidden layer 1',
      'normalization of hidden layer 1',
      'tanh of hidden layer 1',
      'hidden layer 2',
      'tanh of hidden layer 2',
      'output layer',
    ])
    signals.layers.forEach(({ histogram }) =>
      expect(histogram.counts.reduce((a, b) => a + b, 0) % 30).toBe(0),
    )
    expect(criteria.points.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
    const now = weights.layers.flatMap(({ values }) => [...values]).reduce((sum, w) => sum + Math.abs(w), 0)
    expect(criteria.points[2]!.l1).toBeCloseTo(now, 4)
    const wrong = confusion.counts.reduce((sum, n, i) => sum + (i % 3 === 0 ? 0 : n), 0)
    expect(mistakes.of).toBe(wrong)
    expect(confusion.counts.reduce((a, b) => a + b, 0)).toBe(18)
    // The way ends at the origin of the plane, where the loss is that of the present.
    expect([...descent.path.slice(-3)]).toEqual([2, 0, 0].map((x) => expect.closeTo(x, 5)))
    expect(descent.share).toBeGreaterThan(0.5)
    expect(descent.share).toBeLessThan(1.000001)
  })

  it('of digits are pictures, and have no boundary', () => {
    const { boundary, weights, mistakes } = viewsOf({ ...small, data: 'digits', rows: 100 }, [
      'boundary',
      'weights',
      'mistakes',
    ])
    expect(boundary).toBeUndefined()
    expect(weights).toMatchObject({ layers: [{ rows: 256, columns: 4, image: { width: 16 } }, { rows: 4 }] })
    expect(mistakes).toMatchObject({ image: { height: 16 } })
    expect((mistakes as Extract<View, { kind: 'mistakes' }>).rows[0]!.values).toHaveLength(256)
  })

  it('are made for what has changed and for nothing else', () => {
    const { play, frames } = played()
    play(start(), { kind: 'watch', views: [{ kind: 'weights' }] })
    play({ kind: 'pause' })
    expect(frames.flatMap(({ frame }) => frame.views)).toHaveLength(1)
    play({ kind: 'step', by: 'batch' })
    expect(frames.flatMap(({ frame }) => frame.views)).toHaveLength(2)
  })
})
