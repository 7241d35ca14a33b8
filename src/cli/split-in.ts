import { strictNumber } from '../data/formats/strict-number.ts'

/** What the rows are dealt by: shares of train, dev and (unless it is a file of its own) test, drawn or in order of time. */
export type SplitAsked =
  | {
      readonly kind: 'shares'
      readonly shares: readonly [number, number] | readonly [number, number, number]
    }
  | { readonly kind: 'time' }

/** `70,15,15` (or `85,15`), in per cent or as shares of 1; or `time`. */
export const splitIn = (text: string): SplitAsked | undefined => {
  if (text === 'time') return { kind: 'time' }
  const parts = text.split(',').map((part) => strictNumber(part))
  const total = parts.reduce((a, b) => a + b, 0)
  const whole = Math.abs(total - 100) < 1e-6 ? 100 : Math.abs(total - 1) < 1e-6 ? 1 : NaN
  const [train = NaN, dev = NaN, test] = parts.map((part) => part / whole)
  return !parts.every((part) => part > 0) || Number.isNaN(whole) || parts.length < 2 || parts.length > 3
    ? undefined
    : { kind: 'shares', shares: test === undefined ? [train, dev] : [train, dev, test] }
}
