import { start, type Contender, type ContenderName, type Launches } from './contenders.ts'
import type { Row } from './rows.ts'
import { spreadOf, type Spread } from './statistics.ts'

/** What came of one contender on one row. */
export type Entry =
  | { readonly name: ContenderName; readonly kind: 'timed'; readonly time: Spread; readonly check: number }
  | { readonly name: ContenderName; readonly kind: 'absent'; readonly why: string }

export interface Measurement {
  readonly row: Row
  readonly threads: number
  readonly entries: readonly Entry[]
}

export interface Settings {
  readonly rounds: number
  /** Seconds of one contender's part of a round, about. */
  readonly part: number
  /** Seconds a contender runs before it is timed, so that compilers behind it have done their work. */
  readonly warm: number
  /** Seconds after which a contender that does not answer is left out. */
  readonly patience: number
}

interface Ready {
  readonly name: ContenderName
  readonly contender: Contender
  readonly count: number
  readonly check: number
  /** Whether one run takes so long that three rounds have to do. */
  readonly slow: boolean
  times: readonly number[]
  why: string | undefined
}

const secondsOf = (answer: string): number | undefined => {
  const [word, value] = answer.split(' ')
  return word === 'time' ? Number(value) / 1e9 : undefined
}

/** Contenders that are started once and asked about every row. */
export const contenders = (threads: number, launches: Launches) => {
  const running = new Map<ContenderName, Contender | string>()
  return {
    get: (name: ContenderName): Contender | string => {
      const known = running.get(name)
      if (known !== undefined) return known
      const launch = launches[name]()
      const found = launch.kind === 'absent' ? launch.why : start(launch.command, threads)
      running.set(name, found)
      return found
    },
    /** One that did not answer may still be at work: a new one is started for the next row. */
    forget: (name: ContenderName): void => {
      const known = running.get(name)
      if (typeof known === 'object') known.stop()
      running.delete(name)
    },
    /** What those that run say of themselves: the version of a library, or of the compiler of a program. */
    versions: async (): Promise<Readonly<Partial<Record<ContenderName, string>>>> => {
      const found = await Promise.all(
        [...running].flatMap(([name, one]) =>
          typeof one === 'string' ? [] : [one.ask('version', 5).then((answer) => [name, answer] as const)],
        ),
      )
      return Object.fromEntries(
        found.flatMap(([name, answer]) =>
          answer.startsWith('version ') ? [[name, answer.slice('version '.length)]] : [],
        ),
      )
    },
    stop: (): void => running.forEach((one) => typeof one === 'object' && one.stop()),
  }
}

/** Finds how many runs fill a part of a round, warming up on the way. */
const calibrate = async (
  contender: Contender,
  { part, warm, patience }: Settings,
): Promise<{ readonly count: number; readonly slow: boolean } | string> => {
  let count = 1
  let spent = 0
  for (;;) {
    const answer = await contender.ask(`run ${String(count)}`, patience)
    const seconds = secondsOf(answer)
    if (seconds === undefined) return answer
    spent += seconds
    if (seconds >= part / 2 && spent >= warm)
      return { count: Math.max(1, Math.round((count * part) / seconds)), slow: seconds / count > 0.2 }
    if (seconds < part / 2)
      count = Math.ceil(count * Math.min(10, Math.max(2, part / Math.max(seconds, 1e-9))))
  }
}

/** Times one row: all contenders in turn, round after round. */
export const measure = async (
  row: Row,
  names: readonly ContenderName[],
  threads: number,
  pool: ReturnType<typeof contenders>,
  settings: Settings,
): Promise<Measurement> => {
  const missing: Entry[] = []
  const ready: Ready[] = []
  const leave = (name: ContenderName, why: string): void => {
    missing.push({ name, kind: 'absent', why })
  }
  for (const name of names) {
    const contender = pool.get(name)
    if (typeof contender === 'string') {
      leave(name, contender)
      continue
    }
    const answer = await contender.ask(
      `prepare ${row.work ?? row.name} ${String(threads)}`,
      settings.patience,
    )
    const [word, value] = answer.split(' ')
    if (word !== 'ready') {
      if (answer.startsWith('absent no answer') || answer.startsWith('absent it ended')) pool.forget(name)
      leave(name, answer.replace(/^absent /, ''))
      continue
    }
    const check = Number(value)
    const expected = ready[0]?.check ?? check
    if (!(Math.abs(check - expected) <= row.tolerance * Math.abs(expected))) {
      leave(name, `its result ${String(check)} is not ours, ${String(expected)}`)
      continue
    }
    const found = await calibrate(contender, settings)
    if (typeof found === 'string') {
      pool.forget(name)
      leave(name, found.replace(/^absent /, ''))
    } else ready.push({ name, contender, check, ...found, times: [], why: undefined })
  }
  for (let round = 0; round < settings.rounds; round++)
    for (const one of ready) {
      if (one.why !== undefined || (one.slow && round >= 3)) continue
      const answer = await one.contender.ask(`run ${String(one.count)}`, settings.patience)
      const seconds = secondsOf(answer)
      if (seconds === undefined) one.why = answer.replace(/^absent /, '')
      else one.times = [...one.times, seconds / one.count]
    }
  const timed = ready.map(({ name, times, check, why }): Entry =>
    why === undefined ? { name, kind: 'timed', time: spreadOf(times), check } : { name, kind: 'absent', why },
  )
  return { row, threads, entries: [...timed, ...missing] }
}
