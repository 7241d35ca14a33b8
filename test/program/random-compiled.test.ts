import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { grad, jvp, programFunction, type Program, type Tensor } from '../../src/index.ts'
import { weighed } from '../../src/testing/check-source.ts'
import { checkCompiled } from '../../src/testing/index.ts'
import { programsWithInputs } from './random-programs.ts'

type Function = (...args: readonly Tensor[]) => readonly Tensor[]

const isFloat = ({ dtype }: { readonly dtype: string }): boolean => dtype.startsWith('float')

/** What is compared, as a function of the inputs of a program. */
const results: Readonly<Record<string, (program: Program) => Function>> = {
  values: programFunction,
  'slopes along its inputs': (program) => {
    const floats = program.inputs.flatMap((input, i) => (isFloat(input) ? [i] : []))
    const f = programFunction(program)
    return (...args) => {
      const given = floats.map((i) => args[i]!)
      const ofFloats = (...xs: readonly Tensor[]): readonly Tensor[] =>
        f(...args.map((x, i) => (floats.includes(i) ? xs[floats.indexOf(i)]! : x))).filter(isFloat)
      return jvp(ofFloats, given, given)[1]
    }
  },
  gradients: (program) => {
    const argument = program.inputs.flatMap((input, i) => (isFloat(input) ? [i] : []))
    return (...args) => grad(weighed(programFunction(program)), { argument })(...args)
  },
}

/**
 * Programs of primitives have what no source calls for: pads that turn an axis, and parameters that the public functions
 * never give.
 */
describe.each([
  // So many that a pad that turns one axis and grows another is met several times.
  { what: 'programs that move elements', options: { moves: true }, runs: 200 },
  { what: 'programs of all kinds', options: {}, runs: 100 },
])('$what', ({ options, runs }) => {
  it.each(Object.entries(results))(
    'compiled on every backend give the %s they have evaluated',
    (_, of) => {
      const compared = { all: 0, telling: 0 }
      fc.assert(
        fc.property(programsWithInputs(options), ({ program, inputs }) => {
          fc.pre(program.inputs.some(isFloat))
          const verdict = checkCompiled(of(program))(...(inputs as readonly Tensor[]))
          expect(verdict.kind, JSON.stringify(verdict)).toBe('agrees')
          if (verdict.kind !== 'agrees') return
          compared.all += verdict.comparisons
          compared.telling += verdict.comparisons - verdict.nonFinite - verdict.illConditioned
        }),
        { numRuns: runs },
      )
      expect(compared.all).toBeGreaterThan(10 * runs)
      expect(compared.telling).toBeGreaterThan(0.7 * compared.all)
    },
    60_000,
  )
})
