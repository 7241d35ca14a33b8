/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   millions of numbers are counted once; nobody else sees the counts until they are finished */
import type { NumberStatistics } from './column-statistics.ts'
import { numberSet, type NumberSet } from './number-set.ts'

/** Whole numbers from 0 up to this are counted by themselves. */
const smallNumbers = 256

/** So many different numbers of a column are counted; more while all of them are whole and different. */
const countedNumbers = 1000
const countedNames = 2 ** 20

/** Counts the numbers of a column. */
export interface NumberCounter {
  /** Takes the next rows; NaN where a cell is no number. */
  readonly take: (values: Float64Array, from: number, to: number) => void
  readonly finish: () => NumberStatistics
}

/** What numbers have in common, in bounded memory. */
export const numberCounter = (): NumberCounter => {
  /** How often each small number occurs: most columns of whole numbers have no others. */
  const small = new Int32Array(smallNumbers)
  /** Of all other numbers. */
  let [low, lowNext, high, highNext] = [Infinity, Infinity, -Infinity, -Infinity]
  let [lowCount, highCount, count, sum, rows] = [0, 0, 0, 0, 0]
  let seen: NumberSet | undefined
  let [whole, unique, complete, countsRows] = [true, true, true, true]
  let first = NaN

  const noteEnds = (value: number): void => {
    if (value < low) {
      ;[lowNext, low, lowCount] = [low, value, 1]
    } else if (value === low) lowCount++
    else if (value < lowNext) lowNext = value
    if (value > high) {
      ;[highNext, high, highCount] = [high, value, 1]
    } else if (value === high) highCount++
    else if (value > highNext) highNext = value
  }
  const note = (value: number): void => {
    count++
    sum += value
    if (value <= lowNext || value >= highNext) noteEnds(value)
    if (value !== Math.floor(value)) whole = false
    if (!complete) return
    seen ??= numberSet()
    if (!seen.add(value)) unique = false
    else if (seen.size() > countedNumbers && !(unique && whole && seen.size() <= countedNames))
      complete = false
  }

  /** The least two numbers, or by the sign the greatest, of the small and the others together. */
  const end = (sign: 1 | -1): NumberStatistics['low'] => {
    const own = sign === 1 ? [low, lowNext] : [high, highNext]
    const smalls = [...small.entries()].filter(([, times]) => times > 0).map(([value]) => value)
    const found = [...own.filter(Number.isFinite), ...(sign === 1 ? smalls : smalls.reverse()).slice(0, 2)]
    const [value = NaN, next = NaN] = found.sort((a, b) => sign * (a - b))
    return {
      value,
      next,
      count: value === own[0] ? (sign === 1 ? lowCount : highCount) : (small[value] ?? 0),
    }
  }

  return {
    take: (values, from, to) => {
      for (let at = from; at < to; at++) {
        const value = values[at]!
        if (value >= 0 && value < smallNumbers && (value | 0) === value) small[value]!++
        else if (!Number.isNaN(value)) note(value)
      }
      if (rows === 0) first = values[from]!
      for (let at = from; countsRows && at < to; at++)
        countsRows = Number.isNaN(values[at]!) || values[at] === first + rows + at - from
      rows += to - from
    },
    finish: () => ({
      count: small.reduce((total, times) => total + times, count),
      sum: small.reduce((total, times, value) => total + times * value, sum),
      low: end(1),
      high: end(-1),
      whole,
      distinct: small.filter((times) => times > 0).length + (seen?.size() ?? 0),
      complete,
      unique: unique && complete && small.every((times) => times < 2),
      countsRows: countsRows && (first === 0 || first === 1),
    }),
  }
}
