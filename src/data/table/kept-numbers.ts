/* eslint-disable functional/no-let -- numbers come in portions, into memory made for them */

/** The numbers of a column that come in portions. */
export interface KeptNumbers {
  readonly add: (values: Float64Array, from: number, to: number) => void
  /** All of them; memory that was made for more may lie behind them. */
  readonly finish: () => Float64Array<ArrayBuffer>
}

/** Room for so many numbers as are expected, and half as much again when it is full: what is not filled costs nothing. */
export const keptNumbers = (expected: number): KeptNumbers => {
  let room = new Float64Array(Math.max(16, expected))
  let length = 0
  return {
    add: (values, from, to) => {
      if (length + to - from > room.length) {
        const wider = new Float64Array(Math.max(Math.ceil(1.5 * room.length), length + to - from))
        wider.set(room)
        room = wider
      }
      room.set(values.subarray(from, to), length)
      length += to - from
    },
    finish: () => room.subarray(0, length),
  }
}
