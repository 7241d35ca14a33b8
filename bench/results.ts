// Results are kept in one file for each kind of processor, bench/results/KIND.json, and the page is made of all of them. A
// run replaces what it measured and leaves the rest: every figure says of which run it is.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { loadavg } from 'node:os'
import { format, resolveConfig } from 'prettier'
import type { ContenderName } from './contenders.ts'
import type { Entry } from './measure.ts'
import type { Processes } from './process.ts'
import type { Processor } from './processor.ts'
import type { Spread } from './statistics.ts'

/** Circumstances of a run. */
export interface Run {
  /** When it began, which is its name. */
  readonly date: string
  readonly command: string
  readonly node: string
  readonly backend: string
  /** Processes that wanted the processor besides the run when it began, on average over a minute, where it is known. */
  readonly load?: number
  /** Whether every contender was kept to as many cores as threads. */
  readonly isBound?: boolean
  readonly versions: Readonly<Partial<Record<ContenderName, string>>>
}

/** One row of a table, for a number of threads. */
export interface StoredMeasurement {
  readonly name: string
  readonly threads: number
  readonly run: string
  readonly entries: readonly Entry[]
}

/** The tools that GradBench's evaluations are timed on. */
export type ToolName = 'puregrad' | 'jax' | 'torch'

/** Times of one tool on one function of GradBench. */
export type ToolEntry =
  | { readonly name: ToolName; readonly kind: 'timed'; readonly time: Spread }
  | { readonly name: ToolName; readonly kind: 'absent'; readonly why: string }

export interface StoredEvaluation {
  readonly module: string
  readonly function: string
  readonly description: string
  readonly run: string
  readonly entries: readonly ToolEntry[]
}

/** All that is known of a kind of processor. */
export interface Results {
  readonly processor: Processor
  readonly runs: readonly Run[]
  readonly measurements: readonly StoredMeasurement[]
  readonly evaluations: readonly StoredEvaluation[]
  readonly processes?: Processes & { readonly run: string }
}

const folder = join(import.meta.dirname, 'results')

/** The new in the place of the old of the same key, and in its order; what is new altogether comes last. */
const replaced = <T>(old: readonly T[], found: readonly T[], keyOf: (one: T) => string): readonly T[] => {
  const byKey = new Map(found.map((one) => [keyOf(one), one]))
  const known = new Set(old.map(keyOf))
  return [...old.map((one) => byKey.get(keyOf(one)) ?? one), ...found.filter((one) => !known.has(keyOf(one)))]
}

/** What was found put into what was known; runs of which nothing is left are forgotten. */
export const merged = (known: Results | undefined, found: Results): Results => {
  if (known === undefined) return found
  const measurements = replaced(
    known.measurements,
    found.measurements,
    ({ name, threads }) => `${name} ${String(threads)}`,
  )
  const evaluations = replaced(known.evaluations, found.evaluations, (one) =>
    [one.module, one.function, one.description].join(' '),
  )
  const processes = found.processes ?? known.processes
  const used = new Set(
    [...measurements, ...evaluations, ...(processes === undefined ? [] : [processes])].map(({ run }) => run),
  )
  return {
    processor: { ...found.processor, label: known.processor.label },
    runs: replaced(known.runs, found.runs, ({ date }) => date).filter(({ date }) => used.has(date)),
    measurements,
    evaluations,
    ...(processes === undefined ? {} : { processes }),
  }
}

const pathOf = (kind: string): string => join(folder, `${kind}.json`)

const read = (path: string): Results => JSON.parse(readFileSync(path, 'utf8')) as Results

/** Results of all kinds of processors, in the order of their names. */
export const readAll = (): readonly Results[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .map((name) => read(join(folder, name)))
    : []

/** Writes a file as Prettier would have it. */
export const writeFormatted = async (path: string, text: string): Promise<void> =>
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }))

/** Puts what was found into the file of its kind of processor. */
export const keep = async (kind: string, found: Results): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const path = pathOf(kind)
  await writeFormatted(path, JSON.stringify(merged(existsSync(path) ? read(path) : undefined, found)))
}

/** A command as it may be read elsewhere: of paths only the last name is left, since the rest is of one machine. */
export const commandOf = (script: string, args: readonly string[]): string =>
  [`npm run ${script} --`, ...args.map((arg) => (isAbsolute(arg) ? basename(arg) : arg))].join(' ')

/** How busy the machine was, to two digits. */
export const loadNow = (): number => Number((loadavg()[0] ?? 0).toPrecision(2))
