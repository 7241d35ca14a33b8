import * as fc from 'fast-check'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count, countOrNone } from '../../core/tensor/setting-ranges.ts'
import { counterExample } from '../counter-example.ts'

/**
 * What was found where a law is broken, in the smallest case that breaks it.
 *
 * @category Laws
 */
export interface Failure {
  /** Which element of what: `params.weight[3]`. */
  readonly place: string
  readonly expected: string
  readonly found: string
  /** The case in words: shapes, seeds, arguments. */
  readonly case: Readonly<Record<string, string>>
}

/**
 * What checking a law gives: it holds in all cases that could be decided; it fails, and where; or no case could be
 * decided, and why. The last is never counted as holding.
 *
 * @category Laws
 */
export type LawVerdict =
  | { readonly kind: 'holds'; readonly cases: number }
  | ({ readonly kind: 'fails' } & Failure)
  | { readonly kind: 'undecided'; readonly reason: string }

/**
 * One property of something, by its name.
 *
 * @category Laws
 */
export interface Law {
  readonly name: string
  /** What it is a law of: `layer 'centre'`. */
  readonly of: string
  readonly check: () => LawVerdict
}

/**
 * How many cases the laws look at, and from which seed they are drawn.
 *
 * @category Laws
 */
export interface LawOptions {
  /** The same seed gives the same cases; 1 unless told otherwise. */
  readonly seed?: number
  /** Cases of each law; 6 unless told otherwise. Laws of derivatives and of compiled code look at a third of them. */
  readonly runs?: number
}

/** What one case shows: nothing odd, something that differs, or nothing at all, for a reason. */
export type Finding =
  | undefined
  | { readonly kind: 'fails'; readonly place: string; readonly expected: string; readonly found: string }
  | { readonly kind: 'undecided'; readonly reason: string }

/** Random cases that shrink, plain data each, and how one is told. */
export interface Cases<C> {
  readonly arbitrary: fc.Arbitrary<C>
  readonly show: (one: C) => Readonly<Record<string, string>>
}

export const fails = (place: string, expected: unknown, found: unknown): Finding => ({
  kind: 'fails',
  place,
  expected: String(expected),
  found: String(found),
})

export const undecided = (reason: string): Finding => ({ kind: 'undecided', reason })

/** The first finding of several that tells something; the others are not asked for. */
export const firstFinding = (findings: Iterable<() => Finding>): Finding => {
  // eslint-disable-next-line functional/no-loop-statements -- stops at the first
  for (const find of findings) {
    const found = find()
    if (found !== undefined) return found
  }
  return undefined
}

/** What a thrown value says. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)

/** @throws ArgumentError for another setting. */
export const checkLawOptions = <O extends LawOptions>(
  where: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
): void => {
  checkOptions(where, options, known)
  checkSetting(where, 'runs', options.runs === undefined ? 6 : options.runs, count)
  checkSetting(where, 'seed', options.seed === undefined ? 1 : options.seed, countOrNone)
}

interface Walk<C> {
  readonly failing: C | undefined
  readonly reasons: readonly string[]
}

/** A law over random cases: the first that breaks it is shrunk as long as smaller ones break it too. */
export const lawOf = <C>(
  of: string,
  name: string,
  { arbitrary, show }: Cases<C>,
  judge: (one: C) => Finding,
  { seed = 1, runs = 6 }: LawOptions = {},
): Law => {
  const tried = (one: C): Finding => {
    try {
      return judge(one)
    } catch (error) {
      return fails('the call', 'a result', messageOf(error))
    }
  }
  const known = new Map<string, Finding>()
  /** Each case once: shrinking comes back to the same ones. */
  const judged = (one: C): Finding => {
    const name = JSON.stringify(one)
    const found = known.has(name) ? known.get(name) : tried(one)
    // eslint-disable-next-line functional/immutable-data -- local to this law
    known.set(name, found)
    return found
  }
  const walk = (samples: readonly C[], i: number, reasons: readonly string[]): Walk<C> => {
    const one = samples[i]
    if (one === undefined) return { failing: undefined, reasons }
    const found = judged(one)
    return found?.kind === 'fails'
      ? { failing: one, reasons }
      : walk(samples, i + 1, found === undefined ? reasons : [...reasons, found.reason])
  }
  return {
    name,
    of,
    check: () => {
      const { failing, reasons } = walk(fc.sample(arbitrary, { numRuns: runs, seed }), 0, [])
      if (failing === undefined)
        return reasons.length === runs
          ? { kind: 'undecided', reason: reasons[0] ?? 'there is no case' }
          : { kind: 'holds', cases: runs - reasons.length }
      const smallest =
        counterExample(arbitrary, (one) => judged(one)?.kind !== 'fails', { seed, runs }) ?? failing
      const found = judged(smallest)
      return found?.kind === 'fails'
        ? { ...found, case: show(smallest) }
        : { kind: 'undecided', reason: 'the case that failed cannot be told' }
    },
  }
}

/** A third of the cases, for laws that cost much. */
export const fewer = ({ runs = 6, ...options }: LawOptions): LawOptions => ({
  ...options,
  runs: Math.max(1, Math.round(runs / 3)),
})

/**
 * A law of your own, of a statement that is true or not: joins any list of laws and any {@link mutationScore}.
 *
 * @example
 * ```ts
 * import { grad, item, sin, tensor } from 'puregrad'
 * import { law, laws } from 'puregrad/testing'
 * const atZero = law('the slope at 0 is 1', () => item(grad(sin)(tensor(0))) === 1)
 * laws.check([atZero]).map(({ verdict }) => verdict.kind) // => ['holds']
 * ```
 * @category Laws
 */
export const law = (name: string, statement: () => boolean, of = 'a statement'): Law => ({
  name,
  of,
  check: () => {
    try {
      return statement()
        ? { kind: 'holds', cases: 1 }
        : { kind: 'fails', place: 'the statement', expected: 'true', found: 'false', case: {} }
    } catch (error) {
      return {
        kind: 'fails',
        place: 'the statement',
        expected: 'true',
        found: messageOf(error),
        case: {},
      }
    }
  },
})
