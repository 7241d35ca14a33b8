import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Executor } from '../../src/compile/executors/executor.ts'
import { factorPrecisions } from '../../src/compile/executors/kernel-program.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { bfloat16Factor, halfBits, halfValue } from '../../src/core/tensor/half-bits.ts'
import { productLaw, severalBlocks, specials } from './product-law.ts'

const executors: readonly (readonly [string, Executor | undefined])[] = [
  ['native', nativeExecutor()],
  ['wasm', wasmExecutor()],
  ['typescript', typescriptExecutor],
]

describe.each(executors)('products on the %s executor', (_, executor) => {
  it.skipIf(executor === undefined).each(factorPrecisions)(
    'are near the exact ones, of factors in %s',
    (factors) => {
      productLaw(executor!, factors, 60)
    },
  )
})

describe.skipIf(nativeExecutor() === undefined)('products of several blocks of rows', () => {
  it('are near the exact ones, of factors in bfloat16', () => {
    productLaw(nativeExecutor()!, 'bfloat16', 8, severalBlocks)
  })
})

describe.skipIf(nativeExecutor() === undefined)('products chosen by hand', () => {
  const script = fileURLToPath(new URL('lawful-products.ts', import.meta.url))
  it.each([
    ['of a matrix unit, imitated', { PUREGRAD_TILES: 'imitated' }],
    ['of vectors, in parts too', { PUREGRAD_TILES: 'vectors' }],
    ['of rounded copies', { PUREGRAD_ISA: 'avx2' }],
  ])('are near the exact ones: %s', (_, environment) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    })
    expect([stdout, stderr]).toEqual(['lawful\n', ''])
  })
})

describe('a factor in bfloat16', () => {
  it('is the nearest one, of two as near the even one, and 0 where it would be no normal number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.float(), fc.constantFrom(...specials)), (x) => {
        const near = halfValue(halfBits(x, 'bfloat16'), 'bfloat16')
        const expected = Math.abs(x) < 2 ** -126 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : near
        expect(bfloat16Factor(x)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })
})
