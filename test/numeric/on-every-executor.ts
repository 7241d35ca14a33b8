import { expect } from 'vitest'
import { chooseExecutor } from '../../src/compile/executors/choose-backend.ts'
import { jit, toTypedArray, type Tensor } from '../../src/index.ts'

const isThere = (name: string): boolean => {
  try {
    chooseExecutor(name)
    return true
  } catch {
    return false
  }
}

const availableBackends = (['native', 'wasm', 'typescript'] as const).filter(isThere)

type F = (...inputs: readonly Tensor[]) => Tensor

/** The elements of f, computed one operation at a time; compiled, every executor has to give the same. */
export const onEveryExecutor = (f: F, inputs: readonly Tensor[], tolerance = 1e-6): readonly number[] => {
  const eager = f(...inputs)
  const expected = [...toTypedArray(eager)]
  for (const backend of availableBackends)
    for (const reproducible of [false, true]) {
      const compiled = jit((...values: readonly Tensor[]) => f(...values), { backend, reproducible })(
        ...inputs,
      )
      const where = `${backend}${reproducible ? ', reproducible' : ''}`
      expect([where, compiled.dtype, ...compiled.shape]).toEqual([where, eager.dtype, ...eager.shape])
      const actual = [...toTypedArray(compiled)]
      actual.forEach((x, i) => {
        const y = expected[i] as number
        const close = Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * (1 + Math.abs(y))
        if (!close) expect([where, i, actual]).toEqual([where, i, expected])
      })
    }
  return expected
}
