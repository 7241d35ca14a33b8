import { centred } from './centred.ts'

/** Numbers of a column that is centred and made perpendicular to those chosen. */
interface Direction {
  readonly name: string
  readonly values: Float64Array
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)

/** What is left of numbers without their part along a direction. */
const without = (values: Float64Array, along: Float64Array): Float64Array => {
  const share = dot(values, along) / dot(along, along)
  return values.map((x, i) => x - share * (along[i] ?? 0))
}

/** Below this share of its own square a column is a sum of those chosen already. */
const rounding = 1e-10

/**
 * The fewest columns, chosen one after another by what they add, whose linear combination gives y: R² of at least `enough`.
 * Undefined where not even `most` of them do. All of one length, none missing.
 */
export const combinationFor = (
  columns: readonly Direction[],
  y: Float64Array,
  { enough, most }: { readonly enough: number; readonly most: number },
): { readonly names: readonly string[]; readonly r2: number } | undefined => {
  const goal = centred(y)
  const total = dot(goal, goal)
  if (!(total > 0)) return undefined
  const squares = new Map(
    columns.map(({ name, values }) => {
      const own = centred(values)
      return [name, dot(own, own)]
    }),
  )
  const choose = (
    left: readonly Direction[],
    rest: Float64Array,
    names: readonly string[],
  ): { readonly names: readonly string[]; readonly r2: number } | undefined => {
    const r2 = 1 - dot(rest, rest) / total
    if (names.length > 0 && r2 >= enough) return { names, r2 }
    if (names.length === most) return undefined
    const usable = left
      .map((direction) => ({ direction, square: dot(direction.values, direction.values) }))
      .filter(({ direction, square }) => square > rounding * (squares.get(direction.name) ?? 0))
    const [best] = usable
      .map(({ direction, square }) => ({ direction, gain: dot(direction.values, rest) ** 2 / square }))
      .sort((a, b) => b.gain - a.gain)
    if (best === undefined) return undefined
    const { name, values } = best.direction
    return choose(
      usable
        .filter(({ direction }) => direction !== best.direction)
        .map(({ direction }) => ({ name: direction.name, values: without(direction.values, values) })),
      without(rest, values),
      [...names, name],
    )
  }
  return choose(
    columns.map(({ name, values }) => ({ name, values: centred(values) })),
    goal,
    [],
  )
}
