import type { PlacedNumbers } from './placed-axis.ts'

/** The part of the line of a slope through a point that two linear axes show; [] where they show none of it. */
export const lineWithin = (
  { x, y }: { readonly x: PlacedNumbers; readonly y: PlacedNumbers },
  [px, py]: readonly [x: number, y: number],
  slope: number,
): readonly (readonly [x: number, y: number])[] => {
  const reached =
    slope === 0 ? [-Infinity, Infinity] : y.domain.map((end) => px + (end - py) / slope).sort((a, b) => a - b)
  const [low, high] = [Math.max(x.domain[0], reached[0]!), Math.min(x.domain[1], reached[1]!)]
  return low < high ? [low, high].map((at) => [at, py + slope * (at - px)]) : []
}
