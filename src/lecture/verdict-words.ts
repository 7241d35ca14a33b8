import type { Wording } from 'puregrad/report'
import type { Verdict } from './judge.ts'

/**
 * A verdict in words, and what it means.
 *
 * @category Claims
 */
export interface VerdictWords {
  readonly name: Wording
  readonly meaning: Wording
}

/**
 * The verdicts in words, from the best to the worst.
 *
 * @category Claims
 */
export const verdictWords: Readonly<Record<Verdict, VerdictWords>> = {
  holds: {
    name: { en: 'holds', bg: 'вярно' },
    meaning: {
      en: 'what the lecture says, taken literally, is what was measured',
      bg: 'измереното е това, което казва лекцията, взето буквално',
    },
  },
  'holds-if': {
    name: { en: 'holds-if', bg: 'вярно при условие' },
    meaning: {
      en: 'the literal words fail; under a condition that the lecture leaves out they are true',
      bg: 'буквалните думи не се потвърждават; верни са при условие, което лекцията пропуска',
    },
  },
  'false-as-written': {
    name: { en: 'false-as-written', bg: 'невярно, както е написано' },
    meaning: {
      en: 'the literal words fail; a corrected statement holds in their place',
      bg: 'буквалните думи не се потвърждават; вместо тях е вярно поправеното твърдение',
    },
  },
  fails: {
    name: { en: 'fails', bg: 'не се потвърждава' },
    meaning: {
      en: 'not even the corrected statement is what was measured',
      bg: 'и поправеното твърдение не е това, което е измерено',
    },
  },
}

/** From the best to the worst. */
export const verdicts: readonly Verdict[] = ['holds', 'holds-if', 'false-as-written', 'fails']
