import { totalmem } from 'node:os'
import { numberText } from '../report/number-text.ts'
import type { Language } from '../report/wording.ts'
import { said } from './messages.ts'
import type { Options } from './options.ts'

/** Parameters, their gradient, and at most two moments of the optimizer. */
const copies = 4

const gib = (bytes: number, language: Language): string => `${numberText(bytes / 2 ** 30, language)} GiB`

/**
 * What is wrong with the widths of a network that no memory holds; a system that promises more memory than it has ends
 * the process without a word.
 */
export const tooWide = (
  { hidden, dtype, language }: Pick<Options, 'hidden' | 'dtype' | 'language'>,
  features: number,
  classes: number,
  memory = totalmem(),
): string | undefined => {
  const widths = [features, ...hidden, classes]
  const parameters = widths.slice(1).reduce((total, width, i) => total + ((widths[i] ?? 0) + 1) * width, 0)
  const bytes = copies * parameters * (dtype === 'float64' ? 8 : 4)
  return bytes <= memory
    ? undefined
    : said.tooWide(parameters, gib(bytes, language), gib(memory, language))[language]
}
