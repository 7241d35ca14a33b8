/** Letters of languages in Cyrillic by how often they occur in Bulgarian and Russian, the most frequent first. */
const cyrillic = 'аоеинтрсвлкдпмзубгчяъьжшцйхюыщфэёієїґђћљњџјѝў'

/** Letters with marks in languages in Latin letters by how often they occur, the most frequent first. */
const latin = 'éáíóüöäèçñàßúøåãêæâôőłąęśżćčšřžýěůëïîõìùòńźťșşțğıăđďňľűœÿðþ'

const greek = 'αοιετσνηυρπκμλςδγωάίόθέήύχφβώξζψϊϋΐΰ'

/** Marks that stand in texts: quotes, dashes, degrees, currencies, blanks that do not break. */
const marks = new Set('“”„‘’«»–—…№°€£§©®\u00a0·•²³½±×')

const shares = (letters: string, first: number, fall: number): ReadonlyMap<string, number> =>
  new Map([...letters].map((letter, rank) => [letter, first * fall ** rank]))

const scripts = {
  cyrillic: shares(cyrillic, 0.1, 0.92),
  greek: shares(greek, 0.1, 0.92),
  latin: shares(latin, 0.12, 0.95),
} as const

type Script = keyof typeof scripts

const scriptOf = (letter: string): Script | undefined =>
  /\p{Script=Cyrillic}/u.test(letter)
    ? 'cyrillic'
    : /\p{Script=Greek}/u.test(letter)
      ? 'greek'
      : /\p{Script=Latin}/u.test(letter)
        ? 'latin'
        : undefined

/** How much less likely it is: a rare letter, a capital one at the beginning of a word, a capital one after a small one. */
const [rare, capital, capitalInside] = [0.0005, 0.1, 0.001]
/** A letter beside one of another script; two Latin letters with marks side by side; a Latin one with a mark alone. */
const [mixed, twoMarks, alone] = [0.001, 0.03, 0.1]
const [mark, symbol, control] = [0.003, 0.00003, 0.0000001]

const isAscii = (letter: string | undefined): boolean => letter !== undefined && letter < '\x80'

const letterLikelihood = (letter: string, before: string | undefined, after: string | undefined): number => {
  if (/\p{Cc}|\ufffd/u.test(letter)) return control
  const script = scriptOf(letter)
  if (script === undefined) return marks.has(letter) ? mark : symbol
  const small = letter.toLowerCase()
  const isCapital = small !== letter
  const afterSmall =
    before !== undefined && before.toLowerCase() === before && before.toUpperCase() !== before
  const share = scripts[script].get(small) ?? rare
  const neighbours = [before, after].filter((other) => other !== undefined)
  const strange =
    script === 'latin'
      ? neighbours.length === 0
        ? alone
        : neighbours.some((other) => !isAscii(other) && scriptOf(other) === 'latin')
          ? twoMarks
          : neighbours.every((other) => scriptOf(other) === 'latin')
            ? 1
            : mixed
      : neighbours.some((other) => scriptOf(other) !== script && scriptOf(other) !== undefined)
        ? mixed
        : 1
  return share * (isCapital ? (afterSmall ? capitalInside : capital) : 1) * strange
}

/**
 * The logarithm of how likely a word is as one of a language, by those of its letters that are not ASCII: how often each
 * occurs, and which neighbours letters have. Words are runs of letters.
 */
export const wordLikelihood = (word: string): number => {
  const letters = [...word]
  return letters.reduce(
    (sum, letter, i) =>
      isAscii(letter) ? sum : sum + Math.log(letterLikelihood(letter, letters[i - 1], letters[i + 1])),
    0,
  )
}
