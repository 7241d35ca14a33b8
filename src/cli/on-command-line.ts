import type { Wording } from '../report/wording.ts'
import { said } from './messages.ts'

/** What is known of an error of the library. */
interface LibraryError {
  readonly message: string
  readonly kind?: string
  readonly option?: string
  readonly columns?: readonly { readonly problem: string }[]
}

const undecided: Readonly<Record<string, string>> = {
  task: '--task classification or --task regression',
  header: '--header yes or --header no',
  encoding: '--encoding NAME',
}

/** The option of the command line where a message of the library names one of its own. */
const optionFor = ({ kind, option, columns }: LibraryError): string | undefined => {
  switch (kind) {
    case 'encoding':
      return '--encoding NAME'
    case 'undecided':
      return undecided[option ?? '']
    case 'no-target':
      return '--target COLUMN'
    case 'unusable-columns':
      return columns?.some(({ problem }) => problem === 'odd-cells') === true
        ? '--missing SIGNS, --categories COLUMNS or --drop COLUMNS'
        : undefined
    default:
      return undefined
  }
}

/** The message of an error, with the option of the command line where there is one that helps. */
export const onCommandLine = (error: LibraryError): Wording => {
  const option = optionFor(error)
  return option === undefined
    ? { en: error.message, bg: error.message }
    : said.byOption(error.message, option)
}
