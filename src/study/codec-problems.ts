import type { Errors } from 'io-ts'

/** One thing that is wrong with a piece of data, and where. */
export interface Problem {
  /** Names and positions joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
}

const show = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : typeof value === 'number'
      ? String(value)
      : ((JSON.stringify(value) as string | undefined) ?? typeof value)

/** What a codec found wrong, one problem per path. */
export const problemsIn = (errors: Errors, whole: string): readonly Problem[] =>
  errors.map(({ context, message, value }) => {
    const path = context
      .map(({ key }) => key)
      .filter((key) => key !== '')
      .join('.')
    return {
      path,
      message: `${path === '' ? whole : path}: ${message ?? 'is not acceptable'}, got ${show(value)}`,
    }
  })
