import type { BoundaryPicture } from './boundary-picture.ts'
import type { Said } from './boundary-regions.ts'

/** Neighbours of one row of a grid of which the same is said, as a rectangle. */
export interface Run {
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  readonly said: Said
}

/** The borders between places: half way from one to the next. */
const bordersOf = (places: readonly number[]): readonly number[] => [
  places[0]!,
  ...places.slice(1).map((place, i) => (place + places[i]!) / 2),
  places.at(-1)!,
]

/** The cells of a grid, with how sure a model is in so many shades, and neighbours that are alike as one. */
export const boundaryRuns = (
  { xs, ys }: BoundaryPicture['grid'],
  said: readonly (readonly Said[])[],
  shades: number,
): readonly Run[] => {
  const [across, up] = [bordersOf(xs), bordersOf(ys)]
  return said.flatMap((row, j) =>
    row.reduce<readonly Run[]>((runs, each, i) => {
      const sure = Math.min(shades - 1, Math.floor(each.sure * shades)) / (shades - 1)
      const last = runs.at(-1)
      const joins = last !== undefined && last.said.class === each.class && last.said.sure === sure
      return joins
        ? [...runs.slice(0, -1), { ...last, x: [last.x[0], across[i + 1]!] as const }]
        : [
            ...runs,
            { x: [across[i]!, across[i + 1]!], y: [up[j]!, up[j + 1]!], said: { class: each.class, sure } },
          ]
    }, []),
  )
}
