import { strictNumber } from './strict-number.ts'

const runsOf = (name: string): readonly string[] => name.match(/\d+|\D+/g) ?? []

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Runs of digits compare by value, other runs by code unit. */
const compareRuns = (a: string, b: string): number =>
  /^\d/.test(a) && /^\d/.test(b) ? Number(a) - Number(b) : inOrder(a, b)

const compareText = (a: string, b: string): number => {
  const others = runsOf(b)
  const first = runsOf(a)
    .map((run, i) => compareRuns(run, others[i] ?? ''))
    .find((difference) => difference !== 0)
  return first ?? (runsOf(a).length - others.length || inOrder(a, b))
}

/**
 * A total order of names: numbers come first, by value; then all other names, with the digits inside them read as
 * numbers, so that `class2` precedes `class10`. It does not depend on the locale.
 */
export const naturalOrder = (a: string, b: string): number => {
  const [x, y] = [strictNumber(a), strictNumber(b)]
  const [isNumber, otherIsNumber] = [Number.isFinite(x), Number.isFinite(y)]
  return isNumber && otherIsNumber
    ? x - y || inOrder(a, b)
    : isNumber !== otherIsNumber
      ? Number(otherIsNumber) - Number(isNumber)
      : compareText(a, b)
}
