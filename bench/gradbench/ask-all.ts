import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ToolEntry, ToolName } from '../results.ts'
import { spreadOf } from '../statistics.ts'
import { differenceOf } from './difference.ts'
import type { Question } from './inputs.ts'
import type { Tools } from './tools.ts'

export interface Settings {
  readonly rounds: number
  /** Seconds of a tool's part of a round, about. */
  readonly seconds: number
  /** Seconds after which a tool that does not answer is left out. */
  readonly patience: number
}

const answer = t.intersection([
  t.type({ success: t.boolean }),
  t.partial({
    output: t.unknown,
    error: t.string,
    timings: t.array(t.type({ name: t.string, nanoseconds: t.number })),
  }),
])

interface Told {
  readonly output: unknown
  /** Seconds of each run. */
  readonly times: readonly number[]
}

interface State {
  readonly name: ToolName
  readonly ask: (seconds: number) => Promise<E.Either<string, Told>>
  readonly told: E.Either<string, Told>
}

const read = (line: string): E.Either<string, Told> => {
  if (!line.startsWith('{')) return E.left(line.replace(/^absent /, ''))
  const found = answer.decode(JSON.parse(line))
  if (E.isLeft(found)) return E.left('its answer is none of the protocol')
  const { success, output, error, timings = [] } = found.right
  return success
    ? E.right({
        output,
        times: timings.filter(({ name }) => name === 'evaluate').map(({ nanoseconds }) => nanoseconds / 1e9),
      })
    : E.left((error ?? 'it failed').split('\n')[0] ?? '')
}

/** How far a result may be from ours, as GradBench measures it. */
const tolerance = 1e-4

/**
 * What all tools make of one function of a question: each is asked once before anything is timed, so that what is
 * compiled is compiled, and checked against ours; then they take turns.
 */
export const askAll = async (
  { module, input }: Question,
  name: string,
  tools: Tools,
  { rounds, seconds, patience }: Settings,
): Promise<readonly ToolEntry[]> => {
  let states: readonly State[] = []
  for (const { name: of, tool } of tools.all) {
    const ask = async (min_seconds: number): Promise<E.Either<string, Told>> => {
      if (typeof tool === 'string') return E.left(tool)
      const message = {
        id: 0,
        kind: 'evaluate',
        module,
        function: name,
        input: { ...input, min_runs: 1, min_seconds },
      }
      return read(await tool.ask(JSON.stringify(message), patience))
    }
    const told = await ask(seconds)
    const [ours] = states
    const difference =
      E.isRight(told) && ours !== undefined && E.isRight(ours.told)
        ? differenceOf(told.right.output, ours.told.right.output)
        : 0
    states = [
      ...states,
      {
        name: of,
        ask,
        told:
          difference <= tolerance
            ? told
            : E.left(`its result is not ours: they differ by ${difference.toPrecision(2)}`),
      },
    ]
  }
  // The time of a round is that of its fastest run: whatever else is at work makes runs longer and never shorter.
  const fastest = new Map<ToolName, readonly number[]>()
  for (let round = 0; round < rounds; round++)
    for (const { name: of, ask, told } of states) {
      const before = fastest.get(of) ?? []
      if (E.isLeft(told) || (round >= 3 && (before[0] ?? 0) > 1)) continue
      const again = await ask(seconds)
      if (E.isRight(again)) fastest.set(of, [...before, Math.min(...again.right.times)])
    }
  return states.map(({ name: of, told }) => {
    const times = fastest.get(of) ?? []
    return E.isLeft(told) || times.length === 0
      ? { name: of, kind: 'absent', why: E.isLeft(told) ? told.left : 'it did not answer again' }
      : { name: of, kind: 'timed', time: spreadOf(times) }
  })
}
