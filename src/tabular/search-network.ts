/* eslint-disable functional/no-loop-statements -- events of a search are consumed as they come */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { foldIn, key } from '../core/numeric/index.ts'
import type { History, Report } from '../search/history.ts'
import { inProcess } from '../search/in-process.ts'
import { runSearch } from '../search/run-search.ts'
import { openSearchJournal, type SearchJournal } from '../search/search-journal.ts'
import type { Search } from '../search/search.ts'
import type { ConfigOf } from '../search/space.ts'
import { logUniform, oneOf, struct } from '../search/spaces.ts'
import { tpeSearch } from '../search/tpe-search.ts'
import type { NetworkSettings } from './network-plan.ts'
import { networkRecipe } from './network-recipe.ts'
import type { ReadParts } from './read-parts.ts'
import { digestOfTable } from './table-digest.ts'

/**
 * What is tried in a search for the network of a table: depth, width, rate, penalty, dropout and mini-batch.
 *
 * @category Search
 */
export const networkSpace = struct({
  layers: oneOf(1, 2, 3),
  width: oneOf(16, 32, 64, 128, 256),
  learningRate: logUniform(3e-4, 1e-2),
  l2: logUniform(1e-6, 1e-2),
  dropout: oneOf(0, 0.1, 0.25, 0.5),
  batch: oneOf(16, 32, 64, 128),
})

type NetworkConfig = ConfigOf<typeof networkSpace>

/** The settings of a network that a configuration stands for. */
export const settingsOf = ({
  layers,
  width,
  ...rest
}: NetworkConfig): Pick<NetworkSettings, 'hidden' | 'learningRate' | 'l2' | 'dropout' | 'batch'> => ({
  hidden: Array.from({ length: layers }, () => width),
  ...rest,
})

/**
 * What a search is told.
 *
 * @category Search
 */
export interface SearchNetworkOptions {
  /** How many networks are trained. */
  readonly trials: number
  /** What all randomness comes from. */
  readonly seed: number
  /** Settings that every network has. */
  readonly fixed?: Partial<NetworkSettings>
  /** Where each result is kept, and taken from where it is there. */
  readonly journal?: string
  readonly signal?: AbortSignal
  readonly watch?: (trial: SearchedTrial) => void
}

/**
 * A network that was tried.
 *
 * @category Search
 */
export interface SearchedTrial {
  readonly done: number
  readonly of: number
  readonly config: NetworkConfig
  /** The smallest dev loss of this one, and of all so far; NaN for a training that failed. */
  readonly loss: number
  readonly best: number
}

/**
 * What a search came to.
 *
 * @category Search
 */
export interface SearchedNetwork {
  readonly config: NetworkConfig
  readonly settings: ReturnType<typeof settingsOf>
  readonly loss: number
  readonly trials: number
}

interface Problem {
  readonly message: string
}

const devLoss = (curve: readonly { readonly dev: number }[], bestEpoch: number): number =>
  curve[bestEpoch - 1]?.dev ?? NaN

const lossIn = ({ result }: Report): number =>
  result.kind === 'measured' ? (result.objectives[0] ?? NaN) : NaN

const leastIn = (history: History): number =>
  history.map(lossIn).reduce((least, loss) => (loss < least ? loss : least), Infinity)

const bestIn = (search: Search<NetworkConfig>, history: History): E.Either<Problem, SearchedNetwork> => {
  const loss = leastIn(history)
  const found = history.find((report) => lossIn(report) === loss)
  if (found === undefined) return E.left({ message: 'no training of the search came to a number' })
  const config = search.configOf(found.id, history)
  return E.right({ config, settings: settingsOf(config), loss, trials: history.length })
}

/**
 * Searches for the settings of the network of a table with the smallest dev loss, by the tree-structured Parzen estimator.
 * With a journal a search that was broken off goes on where it was, with the same results. The network of the best
 * settings, trained by {@link trainTable} with the same seed, is the one that was tried.
 *
 * A left value is about the journal, or where no training came to a number.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { networkRecipe, readParts, searchNetwork, trainTable } from 'puregrad/tabular'
 * const question = { file: 'titanic.csv', targets: ['Survived'] }
 * const read = await readParts(question)()
 * const found = E.isRight(read) ? await searchNetwork(read.right, { trials: 30, seed: 0 })() : read
 * if (E.isRight(found)) await trainTable(question, { recipes: [networkRecipe(found.right.settings)] })()
 * ```
 * @category Search
 */
export const searchNetwork = (
  { parts }: ReadParts,
  options: SearchNetworkOptions,
): TE.TaskEither<Problem, SearchedNetwork> => {
  checkOptions('searchNetwork', options, {
    trials: true,
    seed: true,
    fixed: true,
    journal: true,
    signal: true,
    watch: true,
  })
  const { trials, seed, fixed = {}, journal, signal, watch } = options
  const search = tpeSearch(networkSpace, { trials, key: foldIn(key(seed), 'search') })
  const runner = inProcess<NetworkConfig>(async ({ config }, aborted) => {
    const recipe = networkRecipe({ ...fixed, ...settingsOf(config) })
    const fitted = await recipe.fit(parts, foldIn(key(seed), recipe.name), { signal: aborted })()
    if (E.isLeft(fitted)) throw new Error(fitted.left.message)
    const { course } = fitted.right
    return { objectives: [course === undefined ? NaN : devLoss(course.curve, course.bestEpoch)] }
  })
  const follow = async (
    opened: SearchJournal<never> | undefined,
  ): Promise<E.Either<Problem, SearchedNetwork>> => {
    const events = runSearch(search, runner, {
      ...(opened === undefined ? {} : { journal: opened }),
      ...(signal === undefined ? {} : { signal }),
    })
    for await (const event of events) {
      if (event.kind === 'trial') {
        const { config } = event.task
        watch?.({
          done: event.done,
          of: event.of,
          config,
          loss: lossIn(event.report),
          best: leastIn(event.history),
        })
      } else if (event.why === 'journal') return E.left(event.error)
      else return bestIn(search, event.history)
    }
    return E.left({ message: 'the search ended without an outcome' })
  }
  const about = { data: [digestOfTable(parts.train), digestOfTable(parts.dev)], seed, fixed }
  return pipe(
    journal === undefined
      ? TE.right(undefined)
      : openSearchJournal<NetworkConfig>(journal, search, { about }),
    TE.mapLeft(({ message }: Problem) => ({ message })),
    TE.flatMap((opened) =>
      opened === undefined
        ? () => follow(undefined)
        : // The same process may search again.
          TE.bracket(
            TE.right(opened),
            (journalled) => () => follow(journalled),
            ({ close }) => close,
          ),
    ),
  )
}
