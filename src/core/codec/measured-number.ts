import * as t from 'io-ts'

/** Numbers that JSON has no word for, by name. */
const named: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  '-0': -0,
}
const nameOf = (x: number): string | undefined => Object.keys(named).find((name) => Object.is(named[name], x))

/** Every number, to the bit: those that JSON has no word for are written by name. */
export const measuredNumber = new t.Type<number, number | string>(
  'a number',
  (u): u is number => typeof u === 'number',
  (u, context) =>
    typeof u === 'number'
      ? t.success(u)
      : typeof u === 'string' && Object.hasOwn(named, u)
        ? t.success(named[u] ?? NaN)
        : t.failure(u, context, `expected a number or one of ${Object.keys(named).join(', ')}`),
  (x) => nameOf(x) ?? x,
)
