import type { Context, Errors } from 'io-ts'
import { showText, showValue } from '../tensor/show-value.ts'
import { joinIndex, joinKey, type Path } from '../tensor/tree.ts'

/**
 * One thing that is wrong with a piece of data, and where.
 *
 * @category Errors
 */
export interface Problem {
  /** `layers[0].width`; empty for the whole. */
  readonly path: Path
  /** The path and what is wrong there, on one line. */
  readonly message: string
}

/**
 * A piece of data that does not describe what it is to describe, with everything that is wrong with it.
 *
 * @category Errors
 */
export interface DecodingError {
  readonly kind: 'decoding'
  /** What the data was to describe: a `network`, an `optimizer`. */
  readonly subject: string
  /** At least one. */
  readonly problems: readonly Problem[]
  /** The problems in one text, a line each; beyond the twentieth they are counted. */
  readonly message: string
}

/** More lines nobody reads. */
const mostLines = 20

/** A path is shown up to this length. */
const longestPath = 160

const wholeOf = (subject: string): string => `the ${subject}: `

export const problemAt = (subject: string, path: Path, problem: string): Problem => ({
  path,
  message: `${path === '' ? wholeOf(subject) : `${showText(path, longestPath)}: `}${problem}`,
})

export const decodingError = (subject: string, problems: readonly Problem[]): DecodingError => ({
  kind: 'decoding',
  subject,
  problems,
  message: [
    ...problems.slice(0, mostLines).map(({ message }) => message),
    ...(problems.length > mostLines ? [`and ${problems.length - mostLines} more`] : []),
  ].join('\n'),
})

/** The problems of a part, at their places in the whole. */
export const problemsUnder = (key: string, { subject, problems }: DecodingError): readonly Problem[] =>
  problems.map(({ path, message }) =>
    path === ''
      ? { path: key, message: `${key}: ${message.slice(wholeOf(subject).length)}` }
      : path.startsWith('[')
        ? { path: `${key}${path}`, message: `${key}${message}` }
        : { path: `${key}.${path}`, message: `${key}.${message}` },
  )

/** Parts of a codec that are no part of the data, such as the members of an intersection, have no name. */
const pathOf = (context: Context): Path =>
  context.reduce<Path>((path, { key }, i) => {
    if (key === '') return path
    const parent = context[i - 1]?.actual
    return Array.isArray(parent) ? joinIndex(path, Number(key)) : joinKey(path, key)
  }, '')

/** What a codec found wrong, one problem per path. */
export const problemsIn = (subject: string, errors: Errors): readonly Problem[] =>
  errors.map(({ context, message, value }) =>
    problemAt(
      subject,
      pathOf(context),
      `${message ?? `expected ${context.at(-1)?.type.name ?? 'something else'}`}, got ${showValue(value)}`,
    ),
  )
