import { flag, option, optional } from 'cmd-ts'
import { isEncoding } from '../data/formats/text-encoding.ts'
import { strictNumber } from '../data/formats/strict-number.ts'
import type { Language, Wording } from '../report/wording.ts'
import { valueType } from '../terminal/read-arguments.ts'
import { expectedWords, optionWords } from './option-words.ts'
import { namesIn } from './names-in.ts'

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1

/** `learningRate` is called `--learning-rate`. */
export const longName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

type OptionName = keyof typeof optionWords

/* The parsers have types of their own that only cmd-ts can name. */
/* oxlint-disable typescript/explicit-module-boundary-types -- see above */

/** The kinds of options there are, described in a language. */
export const optionKinds = (language: Language) => {
  const valued = <A>(
    name: OptionName,
    displayName: string,
    expected: Wording,
    read: (text: string) => A | undefined,
    long = longName(name),
  ) =>
    option({
      long,
      description: optionWords[name][language],
      type: optional(valueType(long, { displayName, expected }, language, read)),
    })
  const number = (
    name: OptionName,
    expected: keyof typeof expectedWords,
    accepts: (value: number) => boolean,
  ) =>
    valued(name, 'number', expectedWords[expected], (text) => {
      const value = strictNumber(text)
      return accepts(value) ? value : undefined
    })
  return {
    valued,
    number,
    count: (name: OptionName) => number(name, 'atLeastOne', isCount),
    lambda: (name: OptionName) => number(name, 'notNegative', (value) => value >= 0 && value < Infinity),
    share: (name: OptionName) => number(name, 'share', (value) => value >= 0 && value < 1),
    choice: <A extends string>(name: OptionName, choices: readonly A[]) =>
      valued(
        name,
        choices.join('|'),
        { en: `one of ${choices.join(', ')}`, bg: `едно от ${choices.join(', ')}` },
        (text) => choices.find((one) => one === text),
      ),
    text: (name: OptionName, displayName: string, long = longName(name)) =>
      valued(name, displayName, { en: displayName, bg: displayName }, (text) => text, long),
    names: (name: OptionName) => valued(name, 'columns', expectedWords.names, namesIn),
    encoding: (name: OptionName) =>
      valued(name, 'name', expectedWords.encoding, (text) => (isEncoding(text) ? text : undefined)),
    widths: (name: OptionName) =>
      valued(name, 'widths', expectedWords.widths, (text) => {
        const widths = text.split(',').map((part) => strictNumber(part))
        return widths.every(isCount) ? widths : undefined
      }),
    flag: (name: OptionName) => flag({ long: longName(name), description: optionWords[name][language] }),
  }
}
