import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { key } from '../../../src/index.ts'
import {
  asha,
  emptyHistory,
  gridSearch,
  hyperband,
  inProcess,
  nsga2Search,
  openSearchJournal,
  outcomeOfSearch,
  randomSearch,
  runSearch,
  spaces,
  successiveHalving,
  tpeSearch,
  workerThreads,
  type History,
  type Search,
  type SearchEvent,
  type SearchJournal,
  type TrialRunner,
  type TrialTask,
} from '../../../src/search/index.ts'
import type { Direction } from '../../../src/criteria/index.ts'
import { keys } from '../../../src/testing/index.ts'
import { evaluate, type Setting } from './evaluate-in-thread.ts'
import type { Way } from './fail-in-thread.ts'

const folders = { current: '' }
beforeAll(() => {
  folders.current = mkdtempSync(join(tmpdir(), 'puregrad-search-'))
})
afterAll(() => rmSync(folders.current, { recursive: true }))
const counter = { next: 0 }
const freshFile = (): string => join(folders.current, `${(counter.next += 1)}.jsonl`)

const space = spaces.uniform(0, 1)
type State = { readonly sum: number }
type Trial = TrialTask<number, State>

const searches: fc.Arbitrary<Search<number>> = fc
  .tuple(
    keys(),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom('random', 'halving', 'hyperband', 'tpe', 'nsga2'),
    fc.constantFrom<readonly Direction[]>(['min'], ['min', 'max']),
  )
  .map(([own, n, kind, directions]) => {
    const shared = { key: own, directions }
    return kind === 'random'
      ? randomSearch(space, { trials: n, ...shared })
      : kind === 'halving'
        ? successiveHalving(space, { trials: n, eta: 2, ...shared })
        : kind === 'hyperband'
          ? hyperband(space, { maxBudget: n, eta: 3, ...shared })
          : kind === 'tpe'
            ? tpeSearch(space, {
                trials: n,
                startup: 2,
                candidates: 3,
                parallel: 1 + (n % 3),
                pruner: asha({ maxBudget: 9 }),
                ...shared,
              })
            : nsga2Search(space, { trials: n, population: 3, pruner: asha({ maxBudget: 3 }), ...shared })
  })

/** Rounds at every step, so that a state that is not the right one shows; some trials fail or diverge. */
const value = ({ config, budget, seed, from }: Trial, objectives: number) => {
  if ((seed + budget) % 6 === 0) throw new Error('it fell over')
  const steps = Array.from({ length: budget - (from?.budget ?? 0) }, (_, i) => i + (from?.budget ?? 0))
  const sum = steps.reduce((total, step) => total + Math.sin(config + step), from?.state.sum ?? 0)
  const odd = (seed + budget) % 6 === 1
  return {
    objectives: Array.from({ length: objectives }, (_, k) => (odd && k === 0 ? NaN : sum / (k + 1))),
    state: { sum },
  }
}

/** Finishes its trials in an order of its own: each waits for some turns of the microtask queue. */
const shuffled = (
  search: Search<number>,
  lanes: number,
  delays: (task: Trial) => number,
): TrialRunner<number, State> => ({
  lanes,
  run: (task) => async () => {
    const turns = delays(task)
    await Array.from({ length: turns }).reduce<Promise<void>>((p) => p.then(), Promise.resolve())
    try {
      return E.right(value(task, search.directions.length))
    } catch (error) {
      return E.left({ kind: 'crashed', message: String(error) })
    }
  },
  close: () => Promise.resolve(),
})

const eventsOf = async <C>(events: AsyncIterable<SearchEvent<C>>): Promise<readonly SearchEvent<C>[]> => {
  const seen: SearchEvent<C>[] = []
  for await (const event of events) seen.push(event)
  return seen
}
const historyOf = async <C>(events: AsyncIterable<SearchEvent<C>>): Promise<History> =>
  (await eventsOf(events)).at(-1)!.history

const openJournal = async (
  file: string,
  search: Search<number>,
  state?: t.Type<State, unknown>,
): Promise<SearchJournal<State>> => {
  const opened = await openSearchJournal<number, State>(file, search, state === undefined ? {} : { state })()
  return E.isRight(opened) ? opened.right : expect.fail(opened.left.message)
}

describe('a search', () => {
  test('comes to the same history with any number of lanes, in any order of completion', async () => {
    await fc.assert(
      fc.asyncProperty(searches, fc.integer({ min: 1, max: 5 }), fc.nat(), async (search, lanes, salt) => {
        const one = await historyOf(
          runSearch(
            search,
            shuffled(search, 1, () => 0),
          ),
        )
        const many = await historyOf(
          runSearch(
            search,
            shuffled(search, lanes, ({ seed, budget }) => (seed * 7 + budget * 3 + salt) % 17),
          ),
        )
        expect(many).toStrictEqual(one)
      }),
      { numRuns: 40 },
    )
  })
  test('paused anywhere and resumed from its history or its journal comes to the same, bit for bit', async () => {
    const state = t.type({ sum: t.number })
    await fc.assert(
      fc.asyncProperty(
        searches,
        fc.integer({ min: 1, max: 3 }),
        fc.nat(12),
        fc.boolean(),
        fc.nat(40),
        async (search, lanes, pause, withStates, torn) => {
          const runner = shuffled(search, lanes, ({ seed }) => seed % 5)
          const whole = await historyOf(runSearch(search, runner))
          const file = freshFile()
          const codec = withStates ? state : undefined
          const first = await openJournal(file, search, codec)
          const paused = { history: emptyHistory }
          for await (const event of runSearch(search, runner, { journal: first })) {
            if (event.history.length > pause) break
            paused.history = event.history
          }
          await first.close()
          expect(await historyOf(runSearch(search, runner, { history: paused.history }))).toStrictEqual(whole)
          // The process ended while it wrote.
          const text = readFileSync(file, 'utf8')
          writeFileSync(file, text.slice(0, text.length - Math.min(torn, text.length)))
          const second = await openJournal(file, search, codec)
          expect(await historyOf(runSearch(search, runner, { journal: second }))).toStrictEqual(whole)
          await second.close()
          const third = await openJournal(file, search, codec)
          expect(third.history).toStrictEqual(whole)
          await third.close()
        },
      ),
      { numRuns: 30 },
    )
  })
  test('goes on from the state a trial left, and asks for none where no rung follows', async () => {
    const search = successiveHalving(space, { trials: 9, eta: 3, key: key(1) })
    const seen: [id: number, budget: number, from: number | undefined][] = []
    const runner = inProcess<number, State>((task) => {
      seen.push([task.id, task.budget, task.from?.budget])
      return { objectives: [task.id], state: { sum: 0 } }
    })
    await historyOf(runSearch(search, runner))
    expect(seen.filter(([, budget]) => budget === 1).every(([, , from]) => from === undefined)).toBe(true)
    expect(seen.slice(9)).toEqual([
      [0, 3, 1],
      [1, 3, 1],
      [2, 3, 1],
      [0, 9, 3],
    ])
  })
  test('after a restart goes on from the states in its journal, and starts anew without them', async () => {
    const search = successiveHalving(space, { trials: 3, eta: 3, key: key(1) })
    const begun = async (codec?: t.Type<State, unknown>): Promise<readonly unknown[]> => {
      const file = freshFile()
      const seen: unknown[] = []
      const runner = inProcess<number, State>(({ id, budget, from }) => {
        if (budget === 3) seen.push(from)
        return { objectives: [id], state: { sum: 0.1 + id } }
      })
      const first = await openJournal(file, search, codec)
      for await (const { history } of runSearch(search, runner, { journal: first }))
        if (history.length === 3) break
      await first.close()
      const second = await openJournal(file, search, codec)
      await historyOf(runSearch(search, runner, { journal: second }))
      await second.close()
      return seen
    }
    expect(await begun(t.type({ sum: t.number }))).toEqual([{ budget: 1, state: { sum: 0.1 } }])
    expect(await begun()).toEqual([undefined])
  })
  test('tells its progress and its result', async () => {
    const search = successiveHalving(space, { trials: 4, eta: 2, key: key(1) })
    const runner = inProcess<number>(({ config }) => ({ objectives: [config] }))
    const events = await eventsOf(runSearch(search, runner))
    expect(events.map((event) => (event.kind === 'trial' ? [event.done, event.of] : event.why))).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7].map((done) => [done, 7]),
      'finished',
    ])
    const { best, ranked } = await outcomeOfSearch(search, runSearch(search, runner))
    expect(best?.config).toBe(ranked[0]?.config)
    expect(best?.budget).toBe(4)
  })
  test('ends on an abort, also of a trial that never ends, and leaves no report of it', async () => {
    const abort = new AbortController()
    const search = randomSearch(space, { trials: 5, key: key(0) })
    const runner = inProcess<number>(
      ({ id, config }) => (id < 2 ? { objectives: [config] } : new Promise(() => abort.abort())),
      { lanes: 2 },
    )
    const events = await eventsOf(runSearch(search, runner, { signal: abort.signal }))
    expect(events.at(-1)).toMatchObject({ kind: 'done', why: 'aborted' })
    expect(events.at(-1)!.history.map(({ id }) => id)).toEqual([0, 1])
    const none = await eventsOf(runSearch(search, runner, { signal: AbortSignal.abort() }))
    expect(none).toEqual([{ kind: 'done', why: 'aborted', history: [] }])
  })
  test('gives up a trial that takes too long, and says what went wrong with others', async () => {
    const search = randomSearch(space, { trials: 4, key: key(0) })
    const heard: string[] = []
    const runner = inProcess<number>(
      ({ id }, signal) => {
        if (id === 1) throw new Error('it fell over')
        if (id === 2) return { objectives: 'few' } as never
        if (id === 3) return { objectives: [-Infinity] }
        signal.addEventListener('abort', () => heard.push('abort'))
        return new Promise(() => undefined)
      },
      { timeout: 20 },
    )
    const history = await historyOf(runSearch(search, runner))
    expect(history.map(({ result }) => result)).toEqual([
      { kind: 'timeout', message: 'took longer than 20 ms' },
      { kind: 'crashed', message: 'it fell over' },
      { kind: 'crashed', message: expect.stringMatching(/no \{ objectives: numbers \}/) },
      { kind: 'diverged', message: 'objective 0 is -Infinity' },
    ])
    expect(heard).toEqual(['abort'])
  })
  test('refuses the journal of another search, of other data, and one it cannot have written', async () => {
    const search = randomSearch(space, { trials: 3, key: key(0) })
    const file = freshFile()
    const journal = await openJournal(file, search)
    await historyOf(
      runSearch(
        search,
        inProcess<number, State>(({ config }) => ({ objectives: [config] })),
        { journal },
      ),
    )
    await journal.close()
    const open = async (other: Search<number>, about?: unknown) => {
      const opened = await openSearchJournal(file, other, { about })()
      return E.isLeft(opened) ? opened.left.kind : 'opened'
    }
    expect(await open(randomSearch(space, { trials: 3, key: key(1) }))).toBe('another')
    expect(await open(randomSearch(spaces.uniform(0, 2), { trials: 3, key: key(0) }))).toBe('another')
    expect(await open(search, { data: 'other' })).toBe('another')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"id":2', '"id":3'))
    expect(await open(search)).toBe('corrupt')
  })
  test('stops where its journal cannot be written', async () => {
    const search = randomSearch(space, { trials: 3, key: key(0) })
    const journal = await openJournal(freshFile(), search)
    await journal.close()
    const runner = inProcess<number, State>(({ config }) => ({ objectives: [config] }))
    const events = await eventsOf(runSearch(search, runner, { journal }))
    expect(events).toMatchObject([
      { kind: 'done', why: 'journal', error: { kind: 'unwritable' }, history: [] },
    ])
  })
  test('needs lanes and the right number of objectives', async () => {
    const search = randomSearch(space, { trials: 1, key: key(0) })
    expect(() => runSearch(search, { ...inProcess(() => ({ objectives: [1] })), lanes: 0 })).toThrow(
      /one lane, got 0/,
    )
    await expect(
      eventsOf(
        runSearch(
          search,
          inProcess(() => ({ objectives: [1, 2] })),
        ),
      ),
    ).rejects.toThrow(/2 objectives, the search 1/)
  })
})

describe('in threads', () => {
  const module = new URL('./evaluate-in-thread.ts', import.meta.url)
  const failing = new URL('./fail-in-thread.ts', import.meta.url)
  const run = async <C>(search: Search<C>, runner: TrialRunner<C, never>): Promise<History> => {
    const history = await historyOf(runSearch(search, runner))
    await runner.close()
    return history
  }

  test('a search from TypeScript sources comes to what it comes to in this process', async () => {
    const settings = spaces.struct({ x: spaces.uniform(0, 1), stable: spaces.oneOf(true, false) })
    const search = successiveHalving(settings, { trials: 12, eta: 2, key: key(5) })
    const here = await historyOf(runSearch(search, inProcess(evaluate)))
    const runner = workerThreads<Setting, State>(module, { lanes: 2 })
    expect(await historyOf(runSearch(search, runner))).toStrictEqual(here)
    await runner.close()
    expect(new Set(here.map(({ result }) => result.kind))).toEqual(new Set(['measured', 'diverged']))
  })
  test('a thread that throws, ends itself or hangs costs its own trial only', async () => {
    const ways = ['fine', 'odd', 'throws', 'exits', 'hangs'] as const
    const search = gridSearch(spaces.oneOf(...ways), { perAxis: 1, key: key(0) })
    const history = await run(search, workerThreads<Way>(failing, { lanes: 2, timeout: 500 }))
    expect(history.map(({ result }) => result)).toMatchObject([
      { kind: 'measured', objectives: [1] },
      { kind: 'crashed', message: expect.stringMatching(/no \{ objectives: numbers \}/) },
      { kind: 'crashed', message: 'no luck' },
      { kind: 'crashed', message: 'the thread ended with code 3' },
      { kind: 'timeout', message: 'took longer than 500 ms' },
    ])
  })
  test('an abort ends a thread that hangs', async () => {
    const abort = new AbortController()
    const search = gridSearch(spaces.oneOf<Way>('fine', 'hangs'), { perAxis: 1, key: key(0) })
    const seen: SearchEvent<Way>[] = []
    const runner = workerThreads<Way>(failing, { lanes: 2 })
    for await (const event of runSearch(search, runner, { signal: abort.signal })) {
      seen.push(event)
      abort.abort()
    }
    expect(seen).toMatchObject([
      { kind: 'trial', done: 1 },
      { kind: 'done', why: 'aborted', history: [{ id: 0 }] },
    ])
    await runner.close()
  })
  test('a module that cannot be loaded, or lacks the function, says so', async () => {
    const search = randomSearch(spaces.uniform(0, 1), { trials: 1, key: key(0) })
    const absent = workerThreads<number>(new URL('./absent.js', import.meta.url), { lanes: 1 })
    const unnamed = workerThreads<number>(failing, { lanes: 1, name: 'nothing' })
    expect(
      [...(await run(search, absent)), ...(await run(search, unnamed))].map(({ result }) => result),
    ).toMatchObject([
      { kind: 'crashed', message: expect.stringMatching(/absent\.js/) },
      { kind: 'crashed', message: expect.stringMatching(/exports no function nothing/) },
    ])
  })
})
