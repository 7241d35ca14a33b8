import { greatestOf } from '../core/tensor/extremes.ts'

/** Widths of letters in a sans-serif font, as parts of its size, on the wide side. */
const widthOf = (letter: string): number =>
  /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/u.test(letter)
    ? 1
    : /[ilI.,:;'|!()[\]fjtr\s]/u.test(letter)
      ? 0.42
      : /[mwMW@%ЖШЩЮМжшщюмфы]/u.test(letter)
        ? 0.98
        : /\p{Lu}/u.test(letter)
          ? 0.76
          : /[а-я]/u.test(letter)
            ? 0.66
            : /[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/u.test(letter)
              ? 0.45
              : 0.64

/**
 * About how wide a text is in a sans-serif font: where pictures are made there may be no font to measure with, and a
 * picture is to be the same everywhere.
 */
export const textWidth = (text: string, size: number): number =>
  size * Array.from(text).reduce((total, letter) => total + widthOf(letter), 0)

/** The width of the widest of some texts, 0 of none. */
export const widestOf = (texts: readonly string[], size: number): number =>
  Math.max(0, greatestOf(texts.map((text) => textWidth(text, size))))

const broken = (word: string, width: number, size: number): readonly string[] =>
  Array.from(word).reduce<readonly string[]>((parts, letter) => {
    const last = parts.at(-1)
    return last !== undefined && textWidth(last + letter, size) <= width
      ? [...parts.slice(0, -1), last + letter]
      : [...parts, letter]
  }, [])

/** A text in lines of at most a width, broken between words; a word that is wider is broken where it has to be. */
export const wrapText = (text: string, width: number, size: number): readonly string[] =>
  text
    .split(/[^\S\u00a0]+/)
    .filter((word) => word !== '')
    .flatMap((word) => (textWidth(word, size) <= width ? [word] : broken(word, width, size)))
    .reduce<readonly string[]>((lines, word) => {
      const last = lines.at(-1)
      const longer = last === undefined ? word : `${last} ${word}`
      return last !== undefined && textWidth(longer, size) <= width
        ? [...lines.slice(0, -1), longer]
        : [...lines, word]
    }, [])
