/**
 * The order in which a column writes year, month and day.
 *
 * @category Tables
 */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

/** All orders; a set of them is one bit for each. */
export const dateOrders: readonly DateOrder[] = ['ymd', 'dmy', 'mdy']

const time = String.raw`(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${time}$`)
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?: ?г\.?)?${time}$`)
const yearAndMonth = /^(\d{4})-(\d{2})$/

const minutesOf = (zone: string | undefined): number =>
  zone === undefined || zone === 'Z'
    ? 0
    : (zone.startsWith('-') ? -1 : 1) * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2)))

/** Milliseconds since 1970-01-01T00:00Z; NaN for a day or a time that no calendar and no clock has. */
const instant = (
  [year, month, day]: readonly [number, number, number],
  clock: readonly (string | undefined)[],
): number => {
  const [hour = 0, minute = 0, second = 0] = clock.slice(0, 3).map((part) => Number(part ?? 0))
  const fraction = Number(`0.${clock[3] ?? '0'}`)
  // `Date.UTC` takes the years 0 to 99 for those of the last century.
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day)
  const exists = new Date(midnight).getUTCMonth() === month - 1 && new Date(midnight).getUTCDate() === day
  return month >= 1 && month <= 12 && day >= 1 && exists && hour < 24 && minute < 60 && second < 60
    ? midnight + ((hour * 60 + minute - minutesOf(clock[4])) * 60 + second + fraction) * 1000
    : NaN
}

/**
 * The instant a text names when its date is written in this order, in milliseconds since 1970-01-01T00:00Z, NaN where it
 * names none: `2024-02-29`, `2024/2/29`, `2024-02` (its first day), `29.02.2024`, `29/2/2024`, `2/29/2024`, a time of day
 * after it (`T` or a blank between them) with or without a zone, without one that of Greenwich. The thirtieth of February
 * is none. Points never stand in a date that begins with the month.
 */
export const dateByOrder = (text: string, order: DateOrder): number => {
  if (order === 'ymd') {
    const short = yearAndMonth.exec(text)
    if (short !== null) return instant([Number(short[1]), Number(short[2]), 1], [])
    const [, year, , month, day, ...clock] = yearFirst.exec(text) ?? []
    return year === undefined ? NaN : instant([Number(year), Number(month), Number(day)], clock)
  }
  const [, first, mark, second, year, ...clock] = yearLast.exec(text) ?? []
  return first === undefined || (order === 'mdy' && mark === '.')
    ? NaN
    : order === 'dmy'
      ? instant([Number(year), Number(second), Number(first)], clock)
      : instant([Number(year), Number(first), Number(second)], clock)
}

/** The orders by which a text is a date, a bit for each of {@link dateOrders}; 0 for none. */
export const ordersOf = (text: string): number =>
  /^\d{1,4}[-/.]\d/.test(text)
    ? dateOrders.reduce(
        (bits, order, i) => (Number.isNaN(dateByOrder(text, order)) ? bits : bits | (1 << i)),
        0,
      )
    : 0
