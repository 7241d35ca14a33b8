/** A quantile of ascending values, between two of them in proportion (Hyndman and Fan's seventh definition). */
export const quantile = (ascending: Float64Array, share: number): number => {
  const place = share * (ascending.length - 1)
  const [below = 0, above = 0] = [ascending[Math.floor(place)], ascending[Math.ceil(place)]]
  return below + (place - Math.floor(place)) * (above - below)
}
