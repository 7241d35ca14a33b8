import { contours } from 'd3-contour'
import type { IsolinesPicture } from './isolines-picture.ts'

type Grid = IsolinesPicture['grid']
type Point = readonly [x: number, y: number]

/** Where on a list of places a number lies that counts along it, between its neighbours by linear interpolation. */
const placeAt = (places: readonly number[], at: number): number => {
  const [before, after] = [places[Math.floor(at)]!, places[Math.ceil(at)]!]
  return before + (after - before) * (at - Math.floor(at))
}

/** A ring in pieces: it is cut wherever a point is left out. */
const pieces = <A>(ring: readonly (A | undefined)[]): readonly (readonly A[])[] => {
  const gap = ring.indexOf(undefined)
  const turned = gap < 0 ? ring : [...ring.slice(gap), ...ring.slice(1, gap), undefined]
  return turned
    .reduce<readonly (readonly A[])[]>(
      (all, point) =>
        point === undefined ? [...all, []] : [...all.slice(0, -1), [...(all.at(-1) ?? []), point]],
      [[]],
    )
    .filter((piece) => piece.length > 1)
}

/**
 * The lines on which a function on a grid has a value: each point lies on an edge of the grid, at the place where linear
 * interpolation between the ends of the edge gives the value (of the logarithm, where the scale is one). Lines end at
 * the border of the grid and of its holes. By marching squares, of d3-contour.
 */
export const isolinesOf = (
  { xs, ys, values }: Grid,
  level: number,
  scale: 'linear' | 'log' = 'linear',
): readonly (readonly Point[])[] => {
  const transformed = (value: number): number => (scale === 'log' ? Math.log(value) : value)
  const flat = values.flatMap((row) => row.map(transformed))
  const at = (u: number, v: number): number => flat[v * xs.length + u] ?? NaN
  const target = transformed(level)
  // d3-contour counts from the corners of pixels, and the values lie in their middles. Where a value is missing it
  // takes the end of the edge that is there: no point of the line.
  const onEdge = ([px = 0, py = 0]: readonly number[]): Point | undefined => {
    const [u, v] = [px - 0.5, py - 0.5]
    const [low, high] = [at(Math.floor(u), Math.floor(v)), at(Math.ceil(u), Math.ceil(v))]
    const value = low + (high - low) * (u - Math.floor(u) + (v - Math.floor(v)))
    const inside = u >= 0 && v >= 0 && u <= xs.length - 1 && v <= ys.length - 1
    return inside && Math.abs(value - target) <= 1e-9 * (Math.abs(low) + Math.abs(high) + Math.abs(target))
      ? [placeAt(xs, u), placeAt(ys, v)]
      : undefined
  }
  return contours()
    .size([xs.length, ys.length])
    .contour(
      flat.map((value) => (Number.isFinite(value) ? value : NaN)),
      target,
    )
    .coordinates.flatMap((rings) => rings.flatMap((ring) => pieces(ring.map(onEdge))))
}
