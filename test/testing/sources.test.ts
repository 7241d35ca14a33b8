import { compileFunction } from 'node:vm'
import { transformSync } from 'esbuild'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as puregrad from '../../src/index.ts'
import { stage, toTypedArray, type Tensor } from '../../src/index.ts'
import type { Program as Staged } from '../../src/index.ts'
import { primitives } from '../../src/core/primitive/table.ts'
import { gradientOf } from '../../src/testing/check-source.ts'
import { withoutDeadLines } from '../../src/testing/live-lines.ts'
import { functionsOf } from '../../src/testing/print-source.ts'
import { functions } from '../../src/testing/run-source.ts'
import { isWellTyped, smallerSources } from '../../src/testing/shrink-source.ts'
import {
  printSource,
  runSource,
  shrinkSource,
  sourceInputs,
  sources,
  type Source,
} from '../../src/testing/index.ts'
import { bitsOf } from '../program/cases.ts'

/** The operations of a program, those of the programs inside it too. */
const operationsOf = ({ equations }: Staged): readonly string[] =>
  equations.flatMap(({ operation, params }) => [
    operation,
    ...Object.values(params)
      .filter((value): value is Staged => typeof value === 'object' && value !== null && 'equations' in value)
      .flatMap(operationsOf),
  ])

const bits = (results: readonly Tensor[]): readonly string[] => results.map(bitsOf)

interface Executed {
  readonly f: (...args: readonly Tensor[]) => readonly Tensor[]
  readonly inputs: readonly Tensor[]
}

/** Printed text, executed: its function and its inputs. */
const executed = (text: string): Executed => {
  const body = text.replace(/^import \{ (.*), type Tensor \} from 'puregrad'$/m, 'const { $1 } = puregrad')
  const { code } = transformSync(`${body}\nmade.push({ f, inputs })`, { loader: 'ts' })
  const made: Executed[] = []
  compileFunction(code, ['puregrad', 'made'])(puregrad, made)
  return made[0]!
}

/** What only reads or takes over what is there, and so makes no line. */
const notDrawn = [
  'fromNdarray',
  'fromTransferable',
  'item',
  'toArray',
  'toNdarray',
  'toTransferable',
  'toTypedArray',
]

describe('random sources', () => {
  const drawn = fc.sample(sources(), { numRuns: 300, seed: 11 })

  test('together they reach every primitive, every structural operation and every public function', () => {
    const staged = new Set(
      drawn.flatMap((source) =>
        [runSource(source), gradientOf(source)].flatMap((f) =>
          f === undefined ? [] : operationsOf(stage(f)(...sourceInputs(source)).program),
        ),
      ),
    )
    const operations = [...Object.keys(primitives), 'cond', 'scan', 'while', 'checkpoint', 'custom']
    expect(operations.filter((name) => !staged.has(name))).toEqual([])
    const called = new Set(
      fc.sample(sources(), { numRuns: 2500, seed: 12 }).flatMap((source) => functionsOf(source)),
    )
    const names = Object.keys(functions).filter((name) => !notDrawn.includes(name))
    expect(names.filter((name) => !called.has(name))).toEqual([])
  }, 60_000)

  test('are well typed, and most of their results are finite numbers', () => {
    const elements = drawn.flatMap((source) =>
      runSource(source)(...sourceInputs(source)).flatMap((result) => Array.from(toTypedArray(result))),
    )
    expect(elements.length).toBeGreaterThan(2500)
    expect(elements.filter(Number.isFinite).length / elements.length).toBeGreaterThan(0.97)
  }, 60_000)

  test('executed as printed they give the same bytes', () => {
    fc.assert(
      fc.property(sources(), (source) => {
        const { f, inputs } = executed(printSource(source))
        expect(bits(inputs)).toEqual(bits(sourceInputs(source)))
        expect(bits(f(...inputs))).toEqual(bits(runSource(source)(...sourceInputs(source))))
      }),
      { numRuns: 80 },
    )
  }, 60_000)

  test('the same seed draws the same sources', () => {
    const again = fc.sample(sources(), { numRuns: 20, seed: 11 })
    expect(again.map(printSource)).toEqual(drawn.slice(0, 20).map(printSource))
  })

  test('smaller ones are well typed too, and become few lines', () => {
    const uses = (name: string) => (source: Source) => functionsOf(source).includes(name)
    drawn.slice(0, 12).forEach((source) => {
      for (const smaller of [...smallerSources(source)].slice(0, 30))
        expect(isWellTyped(smaller), printSource(smaller)).toBe(true)
    })
    for (const name of ['scan', 'softmax', 'take', 'vmap', 'cond', 'whileLoop']) {
      // Not those that use it in lines nobody needs, which no smaller one has.
      const found = drawn.find((source) => uses(name)(withoutDeadLines(source))) as Source
      const small = shrinkSource(found, uses(name))
      expect(printSource(small).split('\n').length, printSource(small)).toBeLessThan(22)
      expect(small.lines.length).toBeLessThanOrEqual(4)
      expect(
        small.inputs.every(({ shape }) => shape.every((n) => n <= 2)),
        printSource(small),
      ).toBe(true)
    }
  }, 60_000)
})
