import fc from 'fast-check'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { shortBufferLaw } from './executor-laws.ts'
import { differences, outputOf, randomProgram } from './random-kernel-programs.ts'

test('the TypeScript executor refuses buffers that are too short', () => {
  shortBufferLaw(typescriptExecutor)
})

describe('nests where text may not be compiled', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** How often text was to be compiled while a function ran; every attempt fails. */
  const withoutCompiling = <T>(f: () => T): { readonly result: T; readonly attempts: number } => {
    let attempts = 0
    vi.stubGlobal('Function', function () {
      attempts++
      throw new EvalError('Refused to evaluate a string as JavaScript')
    })
    try {
      return { result: f(), attempts }
    } finally {
      vi.unstubAllGlobals()
    }
  }

  it.each([
    ['reproducible', true],
    ['other', false],
  ])('are interpreted, with the bytes of the compiled ones, in %s programs', (_, exact) => {
    let programs = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const made = randomProgram(seed, exact)
        const run = (): ArrayBuffer => outputOf(typescriptExecutor, made.program, made.inputs)
        const { result, attempts } = withoutCompiling(run)
        expect(differences(made, result, run(), { float32: 0, float64: 0 })).toEqual([])
        // What has refused is not asked again: each attempt is reported as a violation of the policy.
        expect(attempts).toBeLessThanOrEqual(1)
        programs += attempts
      }),
      { numRuns: 200 },
    )
    expect(programs).toBeGreaterThan(150)
  })
})
