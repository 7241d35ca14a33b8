import type { Wording } from '../report/wording.ts'
import { said } from './messages.ts'

/** The option of the command line where a message of the library names one of its own. */
const optionFor = (error: {
  readonly message: string
  readonly kind?: string
  readonly option?: string
}): string | undefined =>
  error.kind === 'encoding'
    ? '--encoding NAME'
    : error.kind === 'undecided'
      ? error.option === 'task'
        ? '--task classification or --task regression'
        : '--header yes or --header no'
      : error.kind === 'no-target' || error.kind === 'missing-column'
        ? '--target COLUMN'
        : error.kind === 'unusable-columns'
          ? '--missing SIGNS, --categories COLUMNS or --drop COLUMNS'
          : undefined

/** The message of an error, with the option of the command line where there is one that helps. */
export const onCommandLine = (error: Parameters<typeof optionFor>[0]): Wording => {
  const option = optionFor(error)
  return option === undefined
    ? { en: error.message, bg: error.message }
    : said.byOption(error.message, option)
}
