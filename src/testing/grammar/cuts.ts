import { literal, type Expression } from '../source.ts'
import { chance, pick, type Draw } from './scope.ts'

/** Elements of an axis of n: `count` of them, from `start` on, each `step` after the one before. */
export interface Cut {
  readonly n: number
  readonly start: number
  readonly step: number
  readonly count: number
}

/** What the simplest rules tell apart, as often as what is beyond them all. */
const drawKind = (draw: Draw): 'whole' | 'turned' | 'part' | 'any' =>
  pick(draw, ['whole', 'turned', 'part', 'any'])

const drawStep = (draw: Draw): number => pick(draw, [-1, 2, -2, 2, -2, 3, -3])

/** Elements of an axis of n: all, some or none, forwards or backwards, next to each other or apart. */
export const drawCut = (draw: Draw, n: number): Cut => {
  const kind = drawKind(draw)
  const step = kind === 'any' ? drawStep(draw) : kind === 'turned' ? -1 : 1
  if (n === 0 || chance(draw, 4)) return { n, start: draw.integer(0, Math.max(0, n - 1)), step, count: 0 }
  if (kind === 'whole' || kind === 'turned') return { n, start: step > 0 ? 0 : n - 1, step, count: n }
  const start = kind === 'any' && chance(draw, 50) ? (step > 0 ? 0 : n - 1) : draw.integer(0, n - 1)
  const most = Math.floor((step > 0 ? n - 1 - start : start) / Math.abs(step)) + 1
  return { n, start, step, count: chance(draw, 50) ? most : draw.integer(1, most) }
}

/** A cut that leaves this many elements of an axis that may be longer. */
export const drawAround = (draw: Draw, count: number): Cut => {
  const kind = drawKind(draw)
  const step = kind === 'any' ? drawStep(draw) : kind === 'turned' ? -1 : 1
  const isWhole = kind === 'whole' || kind === 'turned'
  const [before, after] = isWhole ? [0, 0] : [draw.integer(0, 2), draw.integer(0, 2)]
  const reach = count === 0 ? 0 : (count - 1) * Math.abs(step) + 1
  const n = before + reach + after
  return { n, start: count === 0 ? 0 : step > 0 ? before : n - 1 - after, step, count }
}

/** Without the last ones that are what an axis that is not named gets, at times. */
const abridged = (draw: Draw, list: readonly number[], defaults: readonly number[]): readonly number[] =>
  chance(draw, 60) ? list.slice(0, list.findLastIndex((value, axis) => value !== defaults[axis]) + 1) : list

/** Counted from the end, at times. */
const spelledPosition = (draw: Draw, position: number, n: number): number =>
  position < 0 || (position < n && chance(draw, 30)) ? position - n : position

/** The position a cut ends before: any of those that leave it what it is. */
const stopOf = (draw: Draw, { start, step, count }: Cut): number =>
  count === 0 ? start : start + step * (count - 1) + Math.sign(step) * draw.integer(1, Math.abs(step))

/** What `slice` is told to make these cuts, with whatever may be left out. */
export const spellCuts = (
  draw: Draw,
  cuts: readonly Cut[],
): {
  readonly starts: readonly number[]
  readonly stops: readonly number[]
  readonly steps: readonly number[]
} => {
  const whole = cuts.map(({ n, step }) => (step > 0 ? { first: 0, end: n } : { first: n - 1, end: -1 - n }))
  return {
    starts: abridged(
      draw,
      cuts.map(({ n, start }) => spelledPosition(draw, start, n)),
      whole.map(({ first }) => first),
    ),
    stops: abridged(
      draw,
      cuts.map((cut) => spelledPosition(draw, stopOf(draw, cut), cut.n)),
      whole.map(({ end }) => end),
    ),
    steps: abridged(
      draw,
      cuts.map(({ step }) => step),
      cuts.map(() => 1),
    ),
  }
}

/** The same as arguments, without lists that say nothing. */
export const spelledCuts = (draw: Draw, cuts: readonly Cut[]): readonly Expression[] => {
  const { starts, stops, steps } = spellCuts(draw, cuts)
  const count = steps.length > 0 ? 3 : stops.length > 0 ? 2 : 1
  return [starts, stops, steps].slice(0, count).map((list) => literal(list))
}
