import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import type { IsolinesPicture } from './isolines-picture.ts'
import { ticksOf } from './ticks.ts'

/** The values of a grid at which lines are drawn, and the scale they are even on. */
export interface IsolineLevels {
  readonly scale: 'linear' | 'log'
  readonly levels: readonly number[]
}

const most = 11

const linearLevels = (values: readonly number[]): readonly number[] => {
  const [low, high] = [leastOf(values), greatestOf(values)]
  return low < high
    ? ticksOf(low, high, { scale: 'linear', whole: false, count: most, language: 'en' }).values.filter(
        (level) => level > low && level < high,
      )
    : []
}

/** Powers of ten, with 2 and 5 between them or 3 where they are few, every so many where they are many. */
const logLevels = (values: readonly number[]): readonly number[] => {
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b)
  // A single point at a minimum of 0 would stretch the scale over hundreds of powers.
  const low = positive[Math.floor(positive.length / 500)]
  const high = positive.at(-1)
  if (low === undefined || high === undefined || low >= high) return []
  const decades = Math.log10(high / low)
  const digits = decades < 2 ? [1, 1.5, 2, 3, 5, 7] : decades < 4 ? [1, 2, 5] : decades < 6 ? [1, 3] : [1]
  const stride = Math.max(1, Math.ceil(decades / most))
  const first = Math.floor(Math.log10(low))
  return Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => first + i)
    .filter((power) => power % stride === 0)
    .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
    .filter((level) => level > low && level < high)
}

/** How evenly levels cut values apart: the entropy of the shares between them. */
const evenness = (values: readonly number[], levels: readonly number[]): number => {
  const counts = levels.reduce<readonly number[]>((sofar, level, i) => {
    const below = values.filter((value) => value < level && (i === 0 || value >= levels[i - 1]!)).length
    return [...sofar, below]
  }, [])
  const rest = values.length - counts.reduce((total, each) => total + each, 0)
  return [...counts, rest]
    .filter((each) => each > 0)
    .map((each) => each / values.length)
    .reduce((total, share) => total - share * Math.log(share), 0)
}

/** Sensible levels for a grid: those asked for, or those of the scale that cuts its values apart more evenly. */
export const isolineLevels = (
  values: readonly (readonly number[])[],
  asked: IsolinesPicture['value']['levels'],
): IsolineLevels => {
  const known = values.flat().filter(Number.isFinite)
  if (typeof asked === 'object')
    return { scale: 'linear', levels: [...asked].filter(Number.isFinite).sort((a, b) => a - b) }
  const linear: IsolineLevels = { scale: 'linear', levels: linearLevels(known) }
  if (asked === 'linear') return linear
  const log: IsolineLevels = { scale: 'log', levels: logLevels(known) }
  const spread =
    known.every((value) => value >= 0) && evenness(known, log.levels) > evenness(known, linear.levels)
  return asked === 'log' || spread ? log : linear
}
