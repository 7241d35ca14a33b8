/** a, b … z, a1, b1 … */
export const nameAt = (position: number): string =>
  String.fromCharCode(97 + (position % 26)) + (position < 26 ? '' : String(Math.floor(position / 26)))
