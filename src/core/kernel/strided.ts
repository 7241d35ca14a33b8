/**
 * How nested loops walk several operands of one shape together: axes of size 1 are dropped and neighbouring
 * axes that every operand walks without a gap are merged, so a contiguous tensor of any rank is one loop.
 *
 * `sizes` is outermost first; `strides[k][axis]` belongs to operand k.
 */
export interface Walk {
  readonly sizes: readonly number[]
  readonly strides: readonly (readonly number[])[]
}

export const walkOf = (shape: readonly number[], operands: readonly (readonly number[])[]): Walk => {
  const sizes: number[] = []
  const strides: number[][] = operands.map(() => [])
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis]!
    if (n === 1) continue
    const last = sizes.length - 1
    let mergeable = last >= 0
    for (let k = 0; mergeable && k < operands.length; k++)
      if (strides[k]![last]! !== operands[k]![axis]! * n) mergeable = false
    if (mergeable) {
      sizes[last]! *= n
      for (let k = 0; k < operands.length; k++) strides[k]![last] = operands[k]![axis]!
    } else {
      sizes.push(n)
      for (let k = 0; k < operands.length; k++) strides[k]!.push(operands[k]![axis]!)
    }
  }
  if (sizes.length === 0) {
    sizes.push(1)
    for (const s of strides) s.push(0)
  }
  return { sizes, strides }
}

/** Calls `inner` once for each setting of all but the last axis, with the offset of each operand there. */
export const eachRow = (
  { sizes, strides }: Walk,
  offsets: readonly number[],
  inner: (offsets: readonly number[]) => void,
): void => {
  const outer = sizes.length - 1
  for (const n of sizes) if (n === 0) return
  const index = new Array<number>(outer).fill(0)
  const at = [...offsets]
  for (;;) {
    inner(at)
    let axis = outer - 1
    for (; axis >= 0; axis--) {
      index[axis]!++
      for (let k = 0; k < at.length; k++) at[k]! += strides[k]![axis]!
      if (index[axis]! < sizes[axis]!) break
      for (let k = 0; k < at.length; k++) at[k]! -= strides[k]![axis]! * sizes[axis]!
      index[axis] = 0
    }
    if (axis < 0) return
  }
}
