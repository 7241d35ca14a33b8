import type { PlacedNumbers } from './placed-axis.ts'
import { words } from './picture-words.ts'
import type { Picture } from './picture.ts'
import type { Sheet } from './sheet.ts'

/** A picture in words: its kind, its title and what else there is to say, each a sentence. */
export const described = (
  { say }: Sheet,
  { kind, title }: Pick<Picture, 'kind' | 'title'>,
  sentences: readonly string[],
): string =>
  [`${say(words[kind])}: ${say(title)}`, ...sentences].map((each) => each.replace(/[.\s]*$/, '.')).join(' ')

/** An axis in words: what it shows and from where to where. */
export const spanOf = (
  { say, number }: Sheet,
  { title, domain: [low, high] }: Pick<PlacedNumbers, 'title' | 'domain'>,
): string => `${title}: ${say(words.from)} ${number(low)} ${say(words.to)} ${number(high)}`
