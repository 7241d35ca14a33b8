import { strictNumber } from '../data/formats/strict-number.ts'
import { namesIn } from './names-in.ts'

/** How much the rows of each class count: as told, or so that all classes count the same. */
export type ClassWeightsAsked = 'balanced' | Readonly<Record<string, number>>

/** `balanced`, or weights such as `yes=4,no=1`. */
export const classWeightsIn = (text: string): ClassWeightsAsked | undefined => {
  if (text === 'balanced') return text
  const pairs = namesIn(text)?.map((part) => {
    const at = part.lastIndexOf('=')
    return [part.slice(0, at), at < 1 ? NaN : strictNumber(part.slice(at + 1))] as const
  })
  return pairs?.every(([, weight]) => weight >= 0 && weight < Infinity) === true
    ? Object.fromEntries(pairs)
    : undefined
}
