import { showText } from '../core/tensor/show-value.ts'
import type { Remedies } from '../report/remedies.ts'
import type { Wording } from '../report/wording.ts'
import { inShell } from './messages.ts'

const quoted = (name: string): string => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)

/** Names as `namesIn` reads them, in one word of a shell. */
const listed = (names: readonly string[]): string =>
  inShell(names.map((name) => quoted(showText(name))).join(','))

const adding = (words: string): Wording => ({ en: `say ${words}`, bg: `добавете ${words}` })

/** What helps on the command line, by the option that does it. */
export const optionRemedies: Remedies = {
  of: (columns) => ({
    drop:
      columns.length > 1
        ? {
            en: `leave them out with --drop ${listed(columns)}`,
            bg: `пропуснете ги с --drop ${listed(columns)}`,
          }
        : {
            en: `leave it out with --drop ${listed(columns)}`,
            bg: `пропуснете колоната с --drop ${listed(columns)}`,
          },
    missing: (signs) => adding(`--missing=${listed(signs)}`),
    categories: adding(`--categories ${listed(columns)}`),
    decimal: (mark) => adding(`--decimal ${mark === ',' ? 'comma' : 'point'}`),
    dates: () => ({ en: 'write them as 2024-12-31', bg: 'запишете ги като 2024-12-31' }),
  }),
  balance: {
    en: 'train with --class-weights balanced',
    bg: 'обучете модела с --class-weights balanced',
  },
}
