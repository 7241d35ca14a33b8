import { EscapedValueError } from '../tensor/errors.ts'

/*
 * A level number per transformation call keeps nested derivatives apart: values of an inner transformation
 * have the larger level. This counter is the only hidden effect in the library; it cannot be observed except
 * by using a value after its transformation has returned, which is reported.
 */
let latest = 0
const active = new Set<number>()

/** Runs a transformation's body at a new level; values of that level are of no use afterwards. */
export const withLevel = <A>(body: (level: number) => A): A => {
  const level = ++latest
  active.add(level)
  try {
    return body(level)
  } finally {
    active.delete(level)
  }
}

/** Whether the body of some transformation is running. */
export const isTransforming = (): boolean => active.size > 0

/** Throws unless the transformation that made a value of this level is still running. */
export const requireActive = (level: number, transformation: string): void => {
  if (!active.has(level))
    throw new EscapedValueError(
      `a value traced by ${transformation} was used after ${transformation} had returned; ` +
        'return it from the function that is transformed (as an output or auxiliary output) instead of storing it outside',
    )
}
