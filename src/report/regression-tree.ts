/* eslint-disable functional/no-let, functional/no-loop-statements --
   sums over rows and bins, for hundreds of trees */

/** Rows as the number of a bin for each column, and a number to tell from them. */
export interface BinnedRows {
  readonly bins: readonly Uint8Array[]
  readonly outcomes: Float64Array
}

/** A tree over bins: rows whose bin of a column is below go left. */
export type RegressionTree =
  | { readonly value: number }
  | {
      readonly column: number
      readonly below: number
      readonly left: RegressionTree
      readonly right: RegressionTree
    }

const fewestRows = 3
const mostBins = 32

interface Split {
  readonly column: number
  readonly below: number
  readonly gain: number
}

/** The split after which least variance is left. */
const bestSplit = ({ bins, outcomes }: BinnedRows, rows: Int32Array): Split => {
  let best: Split = { column: -1, below: 0, gain: 1e-12 }
  let total = 0
  for (const row of rows) total += outcomes[row]!
  const whole = (total * total) / rows.length
  const [counts, sums] = [new Float64Array(mostBins), new Float64Array(mostBins)]
  for (let column = 0; column < bins.length; column++) {
    const own = bins[column]!
    counts.fill(0)
    sums.fill(0)
    for (const row of rows) {
      counts[own[row]!]! += 1
      sums[own[row]!]! += outcomes[row]!
    }
    let [count, sum] = [0, 0]
    for (let below = 1; below < mostBins; below++) {
      count += counts[below - 1]!
      sum += sums[below - 1]!
      const others = rows.length - count
      if (count < fewestRows || others < fewestRows || counts[below - 1] === 0) continue
      const gain = (sum * sum) / count + (total - sum) ** 2 / others - whole
      if (gain > best.gain * (1 + 1e-9)) best = { column, below, gain }
    }
  }
  return best
}

/** A tree that is grown until no split leaves three rows on either side. */
export const grownTree = (data: BinnedRows, rows: Int32Array): RegressionTree => {
  const { column, below } = bestSplit(data, rows)
  const own = data.bins[column]
  if (own === undefined) {
    let total = 0
    for (const row of rows) total += data.outcomes[row]!
    return { value: total / rows.length }
  }
  return {
    column,
    below,
    left: grownTree(
      data,
      rows.filter((row) => own[row]! < below),
    ),
    right: grownTree(
      data,
      rows.filter((row) => own[row]! >= below),
    ),
  }
}

/** What a tree tells of a row. */
export const treeValue = (tree: RegressionTree, bins: readonly Uint8Array[], row: number): number => {
  let node = tree
  while (!('value' in node)) node = bins[node.column]![row]! < node.below ? node.left : node.right
  return node.value
}

/** A leaf with the box of the unit cube that it stands for. */
interface Leaf {
  readonly value: number
  readonly from: readonly number[]
  readonly to: readonly number[]
}

const leavesOf = (
  tree: RegressionTree,
  edges: readonly (readonly number[])[],
  from: readonly number[],
  to: readonly number[],
): readonly Leaf[] => {
  if ('value' in tree) return [{ value: tree.value, from, to }]
  const { column, below, left, right } = tree
  const edge = edges[column]![below - 1]!
  return [
    ...leavesOf(left, edges, from, to.with(column, edge)),
    ...leavesOf(right, edges, from.with(column, edge), to),
  ]
}

/**
 * The variance of a tree over the unit cube, and how much of it each column has by itself: that of the mean over all
 * other columns.
 *
 * @param edges where the bins of each column end, but for the last.
 */
export const treeVariances = (
  tree: RegressionTree,
  edges: readonly (readonly number[])[],
): { readonly whole: number; readonly alone: readonly number[] } => {
  const leaves = leavesOf(
    tree,
    edges,
    edges.map(() => 0),
    edges.map(() => 1),
  )
  const volumes = leaves.map(({ from, to }) => from.reduce((product, low, k) => product * (to[k]! - low), 1))
  const mean = leaves.reduce((sum, { value }, i) => sum + volumes[i]! * value, 0)
  const alone = edges.map((_, k) => {
    const cuts = [...new Set(leaves.flatMap(({ from, to }) => [from[k]!, to[k]!]))].sort((a, b) => a - b)
    const placeOf = new Map(cuts.map((cut, place) => [cut, place]))
    // Each leaf adds to the mean over the others wherever it lies: what begins at a cut, less what ends there.
    const steps = new Float64Array(cuts.length)
    for (const [i, { value, from, to }] of leaves.entries()) {
      const part = (volumes[i]! / (to[k]! - from[k]!)) * (value - mean)
      steps[placeOf.get(from[k]!)!]! += part
      steps[placeOf.get(to[k]!)!]! -= part
    }
    let [variance, marginal] = [0, 0]
    for (let i = 0; i + 1 < cuts.length; i++) {
      marginal += steps[i]!
      variance += (cuts[i + 1]! - cuts[i]!) * marginal ** 2
    }
    return variance
  })
  return { whole: leaves.reduce((sum, { value }, i) => sum + volumes[i]! * (value - mean) ** 2, 0), alone }
}

/** Up to 31 places between values, about as many values in each bin; equal values share one. */
export const binEdges = (values: readonly number[]): readonly number[] => {
  const distinct = [...new Set(values)].sort((a, b) => a - b)
  const most = Math.min(mostBins, distinct.length)
  return Array.from({ length: Math.max(0, most - 1) }, (_, i) => {
    const at = Math.ceil(((i + 1) * distinct.length) / most)
    return (distinct[at - 1]! + distinct[at]!) / 2
  })
}
