/** Which pairs are contracted, innermost first: an input by its position, or two parts. */
export type Order = number | readonly [Order, Order]

/** Up to this many inputs every order is looked at. */
const mostInputs = 8

/** A part of the inputs contracted: what is left of its labels, and the multiplications it took. */
interface Part {
  readonly order: Order
  readonly labels: ReadonlySet<string>
  readonly cost: number
}

type SizeOf = (label: string) => number

const product = (labels: Iterable<string>, sizeOf: SizeOf): number => {
  let total = 1
  for (const label of labels) total *= sizeOf(label)
  return total
}

/** Two parts in one; of their labels those stay that are needed outside. */
const joined = (a: Part, b: Part, isNeeded: (label: string) => boolean, sizeOf: SizeOf): Part => {
  const all = new Set([...a.labels, ...b.labels])
  return {
    order: [a.order, b.order],
    labels: new Set([...all].filter(isNeeded)),
    cost: a.cost + b.cost + product(all, sizeOf),
  }
}

/** The best order of each subset, from the small to the large: subsets are numbered by their bits. */
const best = (
  parts: readonly Part[],
  isNeeded: (label: string, within: number) => boolean,
  sizeOf: SizeOf,
): Part => {
  const found: Part[] = []
  const every = 2 ** parts.length
  for (let set = 1; set < every; set++) {
    const single = parts[Math.log2(set)]
    if (single !== undefined) {
      found[set] = single
      continue
    }
    let least: Part | undefined
    // Each split once: the half with the lowest bit.
    const lowest = set & -set
    for (let half = (set - 1) & set; half > 0; half = (half - 1) & set) {
      if ((half & lowest) === 0) continue
      const part = joined(found[half]!, found[set ^ half]!, (label) => isNeeded(label, set), sizeOf)
      if (least === undefined || part.cost < least.cost) least = part
    }
    found[set] = least!
  }
  return found[every - 1]!
}

/** The pair that makes the least of what it takes, again and again. */
const greedy = (parts: readonly Part[], result: readonly string[], sizeOf: SizeOf): Part => {
  let left = [...parts]
  while (left.length > 1) {
    let chosen:
      { readonly a: Part; readonly b: Part; readonly made: Part; readonly growth: number } | undefined
    for (const [i, a] of left.entries())
      for (const b of left.slice(i + 1)) {
        const others = left.filter((part) => part !== a && part !== b)
        const made = joined(
          a,
          b,
          (label) => result.includes(label) || others.some(({ labels }) => labels.has(label)),
          sizeOf,
        )
        const growth = product(made.labels, sizeOf) - product(a.labels, sizeOf) - product(b.labels, sizeOf)
        if (chosen === undefined || growth < chosen.growth) chosen = { a, b, made, growth }
      }
    const { a, b, made } = chosen!
    left = [...left.filter((part) => part !== a && part !== b), made]
  }
  return left[0]!
}

/**
 * In which order inputs with these labels are contracted pair by pair, with the fewest multiplications for up to eight of
 * them; nothing for no inputs. Source for the search over subsets: R. Pfeifer, J. Haegeman, F. Verstraete, Faster
 * identification of optimal contraction sequences for tensor networks, Physical Review E 90, 2014.
 */
export const contractionOrder = (
  inputs: readonly (readonly string[])[],
  result: readonly string[],
  sizeOf: SizeOf,
): Order | undefined => {
  if (inputs.length === 0) return undefined
  const parts = inputs.map((labels, order): Part => ({ order, labels: new Set(labels), cost: 0 }))
  if (inputs.length > mostInputs) return greedy(parts, result, sizeOf).order
  const isNeeded = (label: string, within: number): boolean =>
    result.includes(label) || inputs.some((labels, i) => (within & (1 << i)) === 0 && labels.includes(label))
  return best(parts, isNeeded, sizeOf).order
}
