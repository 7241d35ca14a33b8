import * as E from 'fp-ts/lib/Either.js'
import { tensor, type Key } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isRecord } from '../core/tensor/tree.ts'
import type { Direction } from '../criteria/dominance.ts'
import { gridSearch } from './grid-search.ts'
import { hyperband } from './hyperband.ts'
import { randomSearch } from './random-search.ts'
import type { Search } from './search.ts'
import { integer, logUniform, oneOf, struct, uniform, type Choice, type Space } from './space.ts'
import { successiveHalving } from './successive-halving.ts'

const refuse = (where: string, expected: string, got: unknown): never => {
  throw new ArgumentError(`${where}: expected ${expected}, got ${showValue(got, 60)}`)
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a codec takes and gives its configuration
type AnySpace = Space<any>

const spaceOf = (where: string, spec: unknown): AnySpace => {
  if (!isRecord(spec)) return refuse(where, 'a space', spec)
  const [low, high] = [spec['low'], spec['high']] as [number, number]
  switch (spec['kind']) {
    case 'uniform':
      return uniform(low, high)
    case 'logUniform':
      return logUniform(low, high)
    case 'integer':
      return integer(low, high)
    case 'oneOf':
      return Array.isArray(spec['choices'])
        ? oneOf(...(spec['choices'] as readonly Choice[]))
        : refuse(`${where}.choices`, 'a list', spec['choices'])
    case 'struct': {
      const { fields } = spec
      return isRecord(fields)
        ? struct(
            Object.fromEntries(
              Object.entries(fields).map(([name, field]) => [name, spaceOf(`${where}.${name}`, field)]),
            ),
          )
        : refuse(`${where}.fields`, 'a record of spaces', fields)
    }
    default:
      return refuse(`${where}.kind`, 'a kind of space', spec['kind'])
  }
}

const keyOf = (words: unknown): Key =>
  Array.isArray(words) && words.length === 2 && words.every((word) => Number.isInteger(word) && word >= 0)
    ? (tensor(words as [number, number], { dtype: 'uint32' }) as Key)
    : refuse('key', 'the two words of a key', words)

const searchOf = (spec: unknown): Search<unknown> => {
  if (!isRecord(spec)) return refuse('search', 'the spec of a search', spec)
  const { kind, space: described, key: words, directions, ...options } = spec
  const space = spaceOf('space', described)
  const rest = { ...options, directions: directions as readonly Direction[], key: keyOf(words) } as never
  switch (kind) {
    case 'grid':
      return gridSearch(space, rest)
    case 'random':
      return randomSearch(space, rest)
    case 'halving':
      return successiveHalving(space, rest)
    case 'hyperband':
      return hyperband(space, rest)
    default:
      return refuse('kind', 'grid, random, halving or hyperband', kind)
  }
}

/** The search that a `spec` describes, as its journal has it; a left value says what is wrong with it. */
export const searchOfSpec = (spec: unknown): E.Either<string, Search<unknown>> =>
  E.tryCatch(() => searchOf(spec), reasonOf)
