import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { LawError } from './law-error.ts'
import type { Law, LawVerdict } from './law.ts'

/**
 * A law with what checking it gave.
 *
 * @category Laws
 */
export interface JudgedLaw {
  readonly name: string
  readonly of: string
  readonly verdict: LawVerdict
}

/**
 * Laws that are left out.
 *
 * @category Laws
 */
export interface CheckLawsOptions {
  /** Names of laws that are not promised. */
  readonly except?: readonly string[]
}

/** Every law with its verdict; nothing is thrown for one that fails. */
export const judgeLaws = (list: readonly Law[]): readonly JudgedLaw[] =>
  list.map(({ name, of, check }) => ({ name, of, verdict: check() }))

const lines = ({ name, verdict }: JudgedLaw): readonly string[] => {
  switch (verdict.kind) {
    case 'holds':
      return [`  holds      ${name}`]
    case 'undecided':
      return [`  undecided  ${name}`, `               because  ${verdict.reason}`]
    case 'fails':
      return [
        `  fails      ${name}`,
        ...Object.entries({
          at: verdict.place,
          expected: verdict.expected,
          found: verdict.found,
          ...verdict.case,
        }).map(([label, text]) => `               ${label.padEnd(8)} ${text}`),
      ]
  }
}

/** What was found, for people: those that fail first, in the smallest case that shows it. */
export const printLaws = (judged: readonly JudgedLaw[]): string => {
  const rank = ({ verdict }: JudgedLaw): number => ['fails', 'undecided', 'holds'].indexOf(verdict.kind)
  const count = (kind: LawVerdict['kind']): number =>
    judged.filter(({ verdict }) => verdict.kind === kind).length
  const subjects = [...new Set(judged.map(({ of }) => of))].join(', ')
  const sorted = [...judged].sort((a, b) => rank(a) - rank(b))
  const texts = sorted.map((one) => lines(one).slice(1).join('\n'))
  return [
    `${subjects}: of ${judged.length} laws ${count('fails')} fail, ${count('undecided')} are undecided, ${count('holds')} hold`,
    ...sorted.flatMap((one, i) => {
      const [first = ''] = lines(one)
      const text = texts[i]!
      return text === '' ? [first] : texts.indexOf(text) < i ? [`${first}: as above`] : [first, text]
    }),
  ].join('\n')
}

/**
 * Checks laws one after another.
 *
 * @throws LawError with one readable report unless all hold; ArgumentError for an exception that names no law.
 */
export const checkLaws = (list: readonly Law[], options: CheckLawsOptions = {}): readonly JudgedLaw[] => {
  checkOptions('laws.check', options, { except: true })
  const { except = [] } = options
  const names = list.map(({ name }) => name)
  const odd = except.find((name) => !names.includes(name))
  if (odd !== undefined) {
    const near = nearestName(odd, names)
    throw new ArgumentError(
      `laws.check: except: no law is named '${odd}'` +
        (near === undefined ? ` (there is ${names.join('; ')})` : `; did you mean '${near}'?`),
    )
  }
  const judged = judgeLaws(list.filter(({ name }) => !except.includes(name)))
  if (judged.some(({ verdict }) => verdict.kind !== 'holds')) throw new LawError(printLaws(judged))
  return judged
}
