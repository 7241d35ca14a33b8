/** How often each of some numbers occurs. */
export const countsOf = (numbers: readonly number[]): ReadonlyMap<number, number> =>
  numbers.reduce<Map<number, number>>(
    // eslint-disable-next-line functional/immutable-data -- nobody else sees the map before it is whole
    (counts, each) => counts.set(each, (counts.get(each) ?? 0) + 1),
    new Map(),
  )
