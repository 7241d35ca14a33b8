import { decimalText, powerOfTen } from './number-text.ts'
import { greatestOf } from '../core/tensor/extremes.ts'
import type { Language } from './wording.ts'

/** The marked numbers of an axis and how they are printed: all of one axis in one way. */
export interface Ticks {
  readonly values: readonly number[]
  readonly labels: readonly string[]
}

/** What decides the marks of an axis from `low` to `high`. */
export interface TickOptions {
  readonly scale: 'linear' | 'log'
  readonly whole: boolean
  /** About how many. */
  readonly count: number
  readonly language: Language
}

const exponentOf = (value: number): number => Number(value.toExponential().split('e')[1])

/** The step 1, 2 or 5 times a power of ten whose ratio to so many steps is least, and its power. */
const stepOf = (span: number, count: number, whole: boolean): readonly [digit: number, power: number] => {
  const raw = span / count
  const power = Math.floor(Math.log10(raw))
  const ratio = raw / 10 ** power
  const [digit, at] =
    ratio < Math.SQRT2
      ? [1, power]
      : ratio < Math.sqrt(10)
        ? [2, power]
        : ratio < Math.sqrt(50)
          ? [5, power]
          : [1, power + 1]
  return whole && at < 0 ? [1, 0] : [digit, at]
}

const scaled = (k: number, power: number): number => (power < 0 ? k / 10 ** -power : k * 10 ** power)

const linearTicks = (low: number, high: number, { whole, count, language }: TickOptions): Ticks => {
  const [digit, power] = stepOf(high - low, count, whole)
  const step = scaled(digit, power)
  const slack = 1e-9
  const first = Math.ceil(low / step - slack)
  const last = Math.floor(high / step + slack)
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    scaled((first + i) * digit, power),
  )
  const largest = exponentOf(greatestOf(values.map(Math.abs)) || 1)
  const byPowers = largest >= 6 || (largest < -3 && !whole)
  const labels = values.map((value) =>
    !byPowers
      ? decimalText(value, Math.max(0, -power), language)
      : value === 0
        ? '0'
        : `${decimalText(scaled(value, -largest), Math.max(0, largest - power), language)}·${powerOfTen(largest)}`,
  )
  return { values, labels }
}

const plainPower = (k: number, language: Language): string =>
  decimalText(scaled(1, k), Math.max(0, -k), language)

const logTicks = (low: number, high: number, { count, language }: TickOptions): Ticks => {
  const slack = 1e-9
  const first = Math.ceil(Math.log10(low) - slack)
  const last = Math.floor(Math.log10(high) + slack)
  const decades = last - first + 1
  const moderate = exponentOf(low) >= -3 && high < 99_999
  if (decades >= 3) {
    const stride = Math.ceil(decades / (count + 1))
    const powers = Array.from({ length: decades }, (_, i) => first + i).filter((k) => k % stride === 0)
    return {
      values: powers.map((k) => scaled(1, k)),
      labels: powers.map((k) => (moderate ? plainPower(k, language) : powerOfTen(k))),
    }
  }
  const within = ([digit, k]: readonly [number, number]): boolean =>
    scaled(digit, k) >= low * (1 - slack) && scaled(digit, k) <= high * (1 + slack)
  const ofDigits = (digits: readonly number[]): readonly (readonly [number, number])[] =>
    Array.from({ length: decades + 2 }, (_, i) => first - 1 + i)
      .flatMap((k) => digits.map((digit) => [digit, k] as const))
      .filter(within)
  const few = ofDigits([1, 2, 5])
  if (few.length < 2) return linearTicks(low, high, { scale: 'linear', whole: false, count, language })
  return {
    values: few.map(([digit, k]) => scaled(digit, k)),
    labels: few.map(([digit, k]) =>
      moderate
        ? decimalText(scaled(digit, k), Math.max(0, -k), language)
        : `${digit === 1 ? '' : `${digit}·`}${powerOfTen(k)}`,
    ),
  }
}

/** The marks of an axis: whole steps of 1, 2 or 5, or powers of ten. */
export const ticksOf = (low: number, high: number, options: TickOptions): Ticks =>
  options.scale === 'log' ? logTicks(low, high, options) : linearTicks(low, high, options)
