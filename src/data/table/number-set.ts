/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a table of places, looked up once for each cell of a file */

/** Different numbers, as many as it takes; a number costs 16 to 32 bytes. */
export interface NumberSet {
  /** Whether the number was not there yet. */
  readonly add: (value: number) => boolean
  readonly size: () => number
}

const bits = new DataView(new ArrayBuffer(8))

const placeOf = (value: number, mask: number): number => {
  bits.setFloat64(0, value)
  const mixed = Math.imul(bits.getInt32(0) ^ Math.imul(bits.getInt32(4), 0x9e3779b1), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) & mask
}

export const numberSet = (): NumberSet => {
  let slots = new Float64Array(32).fill(NaN)
  let size = 0
  /** The slot where a number is, or would be. */
  const slotOf = (value: number): number => {
    const mask = slots.length - 1
    let slot = placeOf(value, mask)
    while (slots[slot] !== value && !Number.isNaN(slots[slot])) slot = (slot + 1) & mask
    return slot
  }
  return {
    add: (value) => {
      const slot = slotOf(value)
      if (slots[slot] === value) return false
      slots[slot] = value
      size++
      if (2 * size > slots.length) {
        const old = slots
        slots = new Float64Array(2 * old.length).fill(NaN)
        for (const kept of old) if (!Number.isNaN(kept)) slots[slotOf(kept)] = kept
      }
      return true
    },
    size: () => size,
  }
}
