import * as fc from 'fast-check'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { printSource, programs, shrinkSource, sources, tensorsOf, trees } from '../../src/testing/index.ts'
import { sameBytesLaw } from '../backend/same-bytes-law.ts'
import { adjointProgramLaw } from './program-laws.ts'
import { sourceLaws, type SourceLaw } from './source-laws.ts'
import { treeLaw } from './tree-law.ts'

/** What a number of runs of a law came to. */
export interface Report {
  readonly runs: number
  readonly comparisons: number
  readonly nonFinite: number
  readonly illConditioned: number
  /** Runs of which the law says nothing. */
  readonly skipped: number
  /** The smallest case found in which it fails, as text. */
  readonly failure?: string
}

/** A law with random cases: the same seed gives the same ones. */
export interface RandomLaw {
  readonly name: string
  /** How many cases are drawn where others draw 60. */
  readonly share: number
  readonly run: (seed: number, runs: number) => Report
}

const empty: Report = { runs: 0, comparisons: 0, nonFinite: 0, illConditioned: 0, skipped: 0 }

export const addReports = (a: Report, b: Report): Report => ({
  runs: a.runs + b.runs,
  comparisons: a.comparisons + b.comparisons,
  nonFinite: a.nonFinite + b.nonFinite,
  illConditioned: a.illConditioned + b.illConditioned,
  skipped: a.skipped + b.skipped,
  ...((a.failure ?? b.failure) === undefined ? {} : { failure: (a.failure ?? b.failure) as string }),
})

/** A failing case is made smaller for so long at most, in milliseconds. */
const patience = 60_000

const ofSources = (name: string, law: SourceLaw, share: number): RandomLaw => ({
  name,
  share,
  run: (seed, runs) =>
    fc.sample(sources(), { seed, numRuns: runs }).reduce<Report>((sofar, source) => {
      if (sofar.failure !== undefined) return sofar
      const outcome = law(source)
      const before = { ...sofar, runs: sofar.runs + 1 }
      switch (outcome.kind) {
        case 'holds':
          return addReports(before, { ...empty, ...outcome })
        case 'skipped':
          return { ...before, skipped: sofar.skipped + 1 }
        case 'fails': {
          const end = Date.now() + patience
          const small = shrinkSource(source, (smaller) => {
            if (Date.now() > end) return false
            const again = law(smaller)
            return again.kind === 'fails' && again.fault === outcome.fault
          })
          const told = law(small)
          const message = told.kind === 'fails' ? told.message : outcome.message
          return { ...before, failure: `${printSource(small)}\n${message}` }
        }
      }
    }, empty),
})

const ofProperty = <T>(name: string, property: fc.IProperty<T>, share: number): RandomLaw => ({
  name,
  share,
  run: (seed, runs) => {
    const details = fc.check(property, { seed, numRuns: runs })
    const report = { ...empty, runs: details.numRuns, comparisons: details.numRuns }
    if (!details.failed) return report
    return { ...report, failure: `${fc.stringify(details.counterexample)}\n${String(details.errorInstance)}` }
  },
})

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })

/** Kernel programs on every executor there is, each beside the TypeScript one. */
const kernelPrograms = fc.property(fc.integer(), fc.boolean(), (seed, exact) => {
  for (const executor of [nativeExecutor(), wasmExecutor(), typescriptExecutor])
    if (executor !== undefined) sameBytesLaw(executor, seed, exact)
})

/** The share of each law of sources: those that compile take longest and find most. */
const shares: Readonly<Record<string, number>> = {
  'compiled, the same values': 120,
  'compiled, the same gradients': 120,
}

/** Every law that random cases can be drawn for, without end. */
export const randomLaws: readonly RandomLaw[] = [
  ...Object.entries(sourceLaws).map(([name, law]) => ofSources(name, law, shares[name] ?? 60)),
  ofProperty('kernel programs give the same on every executor', kernelPrograms, 30),
  ofProperty(
    'programs on matrices are adjoint in both modes',
    fc.property(programs(), matrix, matrix, matrix, (program, x, v, u) => {
      adjointProgramLaw(program, x, v, u)
    }),
    30,
  ),
  ofProperty(
    'trees are mapped leaf by leaf',
    fc.property(trees(), (tree) => {
      treeLaw(tree)
    }),
    30,
  ),
]
