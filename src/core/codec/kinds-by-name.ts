import { checkList } from '../tensor/check-list.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { showText, showValue } from '../tensor/show-value.ts'
import type { Settings } from './settings.ts'

interface Kind {
  readonly kind: string
  readonly settings: Settings
  readonly build: unknown
  /** The names it had in data of earlier versions. */
  readonly formerly?: readonly string[]
}

const isKind = (kind: unknown): boolean => {
  const given = (typeof kind === 'object' && kind !== null ? kind : {}) as Partial<
    Record<keyof Kind, unknown>
  >
  return (
    typeof given.kind === 'string' &&
    typeof given.settings === 'object' &&
    given.settings !== null &&
    typeof given.build === 'function'
  )
}

/**
 * Kinds by the names that data has for them: those of the library, and those that a program brings.
 *
 * @param maker what makes a kind, for the message.
 * @throws ArgumentError for what is no kind, and one name for two kinds: mistakes of the program, not of the data.
 */
export const kindsByName = <K extends Kind>(
  where: string,
  maker: string,
  known: readonly K[],
  own: readonly K[] = [],
): ReadonlyMap<string, K> => {
  checkList(`${where}: kinds`, `a list of what ${maker} makes`, own)
  const odd = own.findIndex((kind) => !isKind(kind))
  if (odd !== -1)
    throw new ArgumentError(
      `${where}: kinds[${odd}]: expected what ${maker} makes, a record of kind, settings and build, got ${showValue(own[odd])}`,
    )
  const named = [...known, ...own].flatMap((kind) =>
    [kind.kind, ...(kind.formerly ?? [])].map((name) => [name, kind] as const),
  )
  const names = named.map(([name]) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ArgumentError(`${where}: two kinds are named '${showText(twice)}'`)
  return new Map(named)
}
