import { ArgumentError } from './errors.ts'
import { isTracedNumber } from './traced-number.ts'

/** What numbers a setting allows; bounds are allowed themselves unless they are named `above` and `below`. */
export interface SettingRange {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
  /** Only whole numbers that a double holds exactly. */
  readonly whole?: boolean
  /** Infinity too (never NaN). */
  readonly infinite?: boolean
}

/** The numbers a range allows, in words: `a finite number above 0`. */
export const rangeInWords = ({ min, max, above, below, whole, infinite }: SettingRange): string => {
  const bounds = [
    above === undefined ? '' : `above ${String(above)}`,
    min === undefined ? '' : `of ${String(min)} or more`,
    below === undefined ? '' : `below ${String(below)}`,
    max === undefined ? '' : `of at most ${String(max)}`,
  ].filter((text) => text !== '')
  const kind = whole === true ? 'a whole number' : infinite === true ? 'a number' : 'a finite number'
  return [kind, bounds.join(' and ')].filter((text) => text !== '').join(' ')
}

/**
 * What is wrong with a setting, as a sentence; `undefined` where nothing is.
 *
 * @throws UnknownValueError for a number that is traced by `jit`.
 */
export const settingProblem = (
  name: string,
  value: unknown,
  range: SettingRange = {},
): string | undefined => {
  if (isTracedNumber(value)) return value.refuse()
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity, whole, infinite } = range
  const good =
    typeof value === 'number' &&
    (infinite === true ? !Number.isNaN(value) : Number.isFinite(value)) &&
    value >= min &&
    value <= max &&
    (above === -Infinity || value > above) &&
    (below === Infinity || value < below) &&
    (whole !== true || Number.isSafeInteger(value) || (infinite === true && !Number.isFinite(value)))
  if (good) return undefined
  const shown = typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value
  return `${name}: expected ${rangeInWords(range)}, got ${typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : shown}`
}

/**
 * Refuses a setting of a program that is outside its range.
 *
 * @throws ArgumentError that says what was expected, and what came.
 */
export const checkSetting = (where: string, name: string, value: unknown, range: SettingRange = {}): void => {
  const problem = settingProblem(name, value, range)
  if (problem !== undefined) throw new ArgumentError(`${where}: ${problem}`)
}
