import * as E from 'fp-ts/lib/Either.js'
import { nearestName, type Wording } from 'puregrad/report'
import type { Claim, Mark, Measure, Setting } from './claim.ts'

/**
 * Why a claim cannot be changed as asked.
 *
 * @category Changes
 */
export interface ClaimChangeError {
  readonly kind: 'unknown-measure' | 'unknown-setting' | 'no-such-mark' | 'bad-mark' | 'bad-value'
  readonly message: Wording
}

/**
 * Which of a measure's two marks: what the corrected statement asks, or the words of the lecture taken literally.
 *
 * @category Changes
 */
export type MarkKind = 'corrected' | 'literal'

const failure = (kind: ClaimChangeError['kind'], message: Wording): E.Either<ClaimChangeError, never> =>
  E.left({ kind, message })

/** What stands for an unknown name: what there is, and what was probably meant. */
export const unknownName = (
  what: Wording,
  name: string,
  known: readonly string[],
  where: Wording,
): Wording => {
  const near = nearestName(name, known)
  return {
    en: `${where.en}: no ${what.en} ${name}${near === undefined ? '' : `; did you mean ${near}?`} (there is ${known.join(', ') || 'none'})`,
    bg: `${where.bg}: няма ${what.bg} ${name}${near === undefined ? '' : `; може би ${near}?`} (има ${known.join(', ') || 'нищо'})`,
  }
}

/** The name of a record that a person means by a word: letters of any case. */
const nameIn = (record: Readonly<Record<string, unknown>>, word: string): string | undefined =>
  Object.keys(record).find((name) => name === word) ??
  Object.keys(record).find((name) => name.toLowerCase() === word.toLowerCase())

/** The mark that is meant where nothing more is said: of the corrected statement, or else of the words. */
export const markKindOf = ({ corrected }: Measure): MarkKind =>
  corrected === undefined ? 'literal' : 'corrected'

const isMark = (mark: Mark): boolean =>
  'within' in mark
    ? mark.within.every(Number.isFinite) && mark.within[0] <= mark.within[1]
    : Number.isFinite('atLeast' in mark ? mark.atLeast : mark.atMost)

/**
 * A measure of a claim by its name, in letters of any case, and which of its marks is meant.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { findMark, lectureClaims } from 'puregrad/claims'
 * const claim = lectureClaims.find(({ id }) => id === 'E1')!
 * const [measure = ''] = Object.keys(claim.measures)
 * const found = findMark(claim, measure.toUpperCase())
 * E.isRight(found) && found.right.measure === measure // => true
 * E.isLeft(findMark(claim, 'nothing')) // => true
 * ```
 * @category Changes
 */
export const findMark = (
  { id, measures }: Claim,
  measure: string,
  kind?: MarkKind,
): E.Either<ClaimChangeError, { readonly measure: string; readonly kind: MarkKind; readonly mark: Mark }> => {
  const name = nameIn(measures, measure)
  const found = name === undefined ? undefined : measures[name]
  if (name === undefined || found === undefined)
    return failure(
      'unknown-measure',
      unknownName({ en: 'measure', bg: 'величина' }, measure, Object.keys(measures), { en: id, bg: id }),
    )
  const asked = kind ?? markKindOf(found)
  const mark = found[asked]
  return mark === undefined
    ? failure('no-such-mark', {
        en: `${id}.${name}: there is no ${asked} mark, only one of ${asked === 'literal' ? 'the corrected statement' : 'the words'}`,
        bg: `${id}.${name}: няма граница ${asked === 'literal' ? 'за буквалните думи' : 'за поправеното твърдение'}, а само ${asked === 'literal' ? 'за поправеното твърдение' : 'за буквалните думи'}`,
      })
    : E.right({ measure: name, kind: asked, mark })
}

/**
 * A claim with another mark for one of its measures; its verdict may be another one then. Without `kind` it is the mark
 * of the corrected statement, or the only one there is. Names are taken in letters of any case.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { judge, lectureClaims, withMark } from 'puregrad/claims'
 * const claim = lectureClaims.find(({ id }) => id === 'E1')!
 * const [measure = ''] = Object.keys(claim.measures)
 * const stricter = withMark(claim, measure, { atMost: -1 })
 * E.isRight(stricter) && judge(stricter.right, { figures: { [measure]: 0 } }).verdict // => 'fails'
 * const unknown = withMark(claim, 'slop', { atMost: 1 })
 * E.isLeft(unknown) && unknown.left.kind // => 'unknown-measure'
 * ```
 * @category Changes
 */
export const withMark = (
  claim: Claim,
  measure: string,
  mark: Mark,
  kind?: MarkKind,
): E.Either<ClaimChangeError, Claim> =>
  E.flatMap((found: { readonly measure: string; readonly kind: MarkKind }) =>
    isMark(mark)
      ? E.right({
          ...claim,
          measures: {
            ...claim.measures,
            [found.measure]: { ...claim.measures[found.measure]!, [found.kind]: mark },
          },
        })
      : failure('bad-mark', {
          en: `${claim.id}.${found.measure}: the bounds of a mark are finite numbers, the lower one first`,
          bg: `${claim.id}.${found.measure}: границите са крайни числа, първо по-малкото`,
        }),
  )(findMark(claim, measure, kind))

const allowed = ({ whole, min, max }: Setting): Wording => {
  const bounds = {
    en: [min === undefined ? (whole === true ? 'of at least 1' : 'above 0') : `of at least ${min}`].concat(
      max === undefined ? [] : [`of at most ${max}`],
    ),
    bg: [min === undefined ? (whole === true ? 'поне 1' : 'над 0') : `поне ${min}`].concat(
      max === undefined ? [] : [`най-много ${max}`],
    ),
  }
  return {
    en: `${whole === true ? 'a whole number' : 'a finite number'} ${bounds.en.join(' and ')}`,
    bg: `${whole === true ? 'цяло число' : 'крайно число'}, ${bounds.bg.join(' и ')}`,
  }
}

const isAllowed = ({ whole, min, max = Infinity }: Setting, value: number): boolean =>
  Number.isFinite(value) &&
  (min === undefined ? value > 0 : value >= min) &&
  value <= max &&
  (whole !== true || Number.isSafeInteger(value))

const withSetting =
  (word: string, value: number) =>
  (claim: Claim): E.Either<ClaimChangeError, Claim> => {
    const { id, settings } = claim
    const name = nameIn(settings, word)
    const setting = name === undefined ? undefined : settings[name]
    if (name === undefined || setting === undefined)
      return failure(
        'unknown-setting',
        unknownName({ en: 'setting', bg: 'настройка' }, word, Object.keys(settings), { en: id, bg: id }),
      )
    const range = allowed(setting)
    return isAllowed(setting, value)
      ? E.right({ ...claim, settings: { ...settings, [name]: { ...setting, value } } })
      : failure('bad-value', {
          en: `${id}.${name}: expected ${range.en}, got ${value}`,
          bg: `${id}.${name}: очаква се ${range.bg}, а е дадено ${value}`,
        })
  }

/**
 * A claim that is measured with other settings. Names are taken in letters of any case.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { lectureClaims, withSettings } from 'puregrad/claims'
 * const claim = lectureClaims.find(({ id }) => id === 'E1')!
 * const wrong = withSettings(claim, { nothing: 3 })
 * E.isLeft(wrong) && wrong.left.kind // => 'unknown-setting'
 * withSettings(claim, {})._tag // => 'Right'
 * ```
 * @category Changes
 */
export const withSettings = (
  claim: Claim,
  values: Readonly<Record<string, number>>,
): E.Either<ClaimChangeError, Claim> =>
  Object.entries(values).reduce<E.Either<ClaimChangeError, Claim>>(
    (changed, [word, value]) => E.flatMap(withSetting(word, value))(changed),
    E.right(claim),
  )

/**
 * The values of a claim's settings.
 *
 * @example
 * ```ts
 * import { settingsOf } from 'puregrad/claims'
 * const same = (text: string) => ({ en: text, bg: text })
 * settingsOf({ settings: { layers: { name: same('L'), value: 3, whole: true } } }) // => { layers: 3 }
 * ```
 * @category Changes
 */
export const settingsOf = ({ settings }: Pick<Claim, 'settings'>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]))
