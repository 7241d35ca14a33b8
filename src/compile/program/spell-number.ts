import type { DType } from '../../core/tensor/dtype.ts'
import { shortestFloat32 } from '../../core/tensor/print.ts'

/** The shortest text that reads as exactly this element; `-0`, `NaN` and the infinities by name. */
export const spellNumber = (x: number, dtype: DType): string =>
  Object.is(x, -0)
    ? '-0'
    : dtype === 'float32' && Number.isFinite(x)
      ? String(Number(shortestFloat32(x)))
      : String(x)
