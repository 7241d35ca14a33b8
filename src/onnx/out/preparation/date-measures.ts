import {
  add,
  cast,
  cos,
  div,
  floor,
  greaterEqual,
  lessEqual,
  mul,
  sin,
  sub,
} from '../../../core/numeric/index.ts'
import type { Tensor } from '../../../core/tensor/tensor.ts'
import type { DateMeasure } from '../../../data/prepare/steps/date-parts.ts'

/** The whole part of a quotient. */
const quotient = (x: Tensor, by: number): Tensor => floor(div(x, by))

const rest = (x: Tensor, by: number): Tensor => sub(x, mul(quotient(x, by), by))

/** 1 where a test holds, 0 elsewhere. */
const holds = (test: Tensor): Tensor => cast(test, 'float64')

/** Days from 1970-01-01 to the first of a year. */
const startOfYear = (year: Tensor): Tensor => {
  const before = sub(year, 1)
  const leapDays = add(sub(quotient(before, 4), quotient(before, 100)), quotient(before, 400))
  return sub(add(mul(before, 365), leapDays), 719_162)
}

/**
 * Year, month and day of days from 1970-01-01, in the Gregorian calendar, counted in years that begin in March. Source:
 * H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
 */
const civilOf = (days: Tensor) => {
  const fromMarch = add(days, 719_468)
  const era = quotient(fromMarch, 146_097)
  const dayOfEra = rest(fromMarch, 146_097)
  const leapDays = sub(add(quotient(dayOfEra, 1460), quotient(dayOfEra, 146_096)), quotient(dayOfEra, 36_524))
  const yearOfEra = quotient(sub(dayOfEra, leapDays), 365)
  const dayOfYear = sub(
    dayOfEra,
    sub(add(mul(yearOfEra, 365), quotient(yearOfEra, 4)), quotient(yearOfEra, 100)),
  )
  const place = quotient(add(mul(dayOfYear, 5), 2), 153)
  const month = add(sub(place, mul(holds(greaterEqual(place, 10)), 12)), 3)
  return {
    year: add(add(yearOfEra, mul(era, 400)), holds(lessEqual(month, 2))),
    month,
    day: add(sub(dayOfYear, quotient(add(mul(place, 153), 2), 5)), 1),
  }
}

const dayLength = 86_400_000
const hourLength = 3_600_000

const daysOf = (time: Tensor): Tensor => quotient(time, dayLength)

const dayOfYear = (time: Tensor): Tensor => {
  const days = daysOf(time)
  return add(sub(days, startOfYear(civilOf(days).year)), 1)
}

/** From 0, Monday. */
const weekday = (time: Tensor): Tensor => rest(add(daysOf(time), 3), 7)

const shareOf = {
  year: (time: Tensor): Tensor => {
    const { year } = civilOf(daysOf(time))
    return div(sub(dayOfYear(time), 1), sub(startOfYear(add(year, 1)), startOfYear(year)))
  },
  month: (time: Tensor): Tensor => div(sub(civilOf(daysOf(time)).month, 1), 12),
  weekday: (time: Tensor): Tensor => div(weekday(time), 7),
  day: (time: Tensor): Tensor => div(rest(time, dayLength), dayLength),
}

const turn = (share: Tensor): Tensor => mul(share, 2 * Math.PI)

/** What a date, in milliseconds from 1970, says; NaN stays NaN. */
export const dateMeasures: Readonly<Record<DateMeasure, (time: Tensor, origin: number) => Tensor>> = {
  year: (time) => civilOf(daysOf(time)).year,
  month: (time) => civilOf(daysOf(time)).month,
  day: (time) => civilOf(daysOf(time)).day,
  dayOfYear,
  weekday: (time) => add(weekday(time), 1),
  hour: (time) => quotient(rest(time, dayLength), hourLength),
  elapsed: (time, origin) => div(sub(time, origin), dayLength),
  yearSine: (time) => sin(turn(shareOf.year(time))),
  yearCosine: (time) => cos(turn(shareOf.year(time))),
  monthSine: (time) => sin(turn(shareOf.month(time))),
  monthCosine: (time) => cos(turn(shareOf.month(time))),
  weekdaySine: (time) => sin(turn(shareOf.weekday(time))),
  weekdayCosine: (time) => cos(turn(shareOf.weekday(time))),
  daySine: (time) => sin(turn(shareOf.day(time))),
  dayCosine: (time) => cos(turn(shareOf.day(time))),
}
