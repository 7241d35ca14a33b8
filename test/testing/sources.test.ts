import { compileFunction } from 'node:vm'
import { transformSync } from 'esbuild'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as puregrad from '../../src/index.ts'
import * as linalg from '../../src/linalg/index.ts'
import * as random from '../../src/random/index.ts'
import * as signal from '../../src/signal/index.ts'
import * as special from '../../src/special/index.ts'
import { jvp, stage, toTypedArray, type Tensor } from '../../src/index.ts'
import type { Program as Staged } from '../../src/index.ts'
import { primitives } from '../../src/core/primitive/table.ts'
import { variableTypes } from '../../src/core/primitive/program.ts'
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

/** How a region takes the elements of an axis of n: `null` where there is nothing to tell by. */
const wayAlong = (n: number, count: number, step: number): string | null =>
  n < 2
    ? null
    : count === 0
      ? 'none'
      : count === 1
        ? 'one'
        : count === n
          ? step > 0
            ? 'all'
            : 'turned'
          : step === 1
            ? 'part'
            : 'apart'

/** How the slices and pads of a program take the elements of axes: each pair of ways along two axes of one of them. */
const waysOf = (program: Staged): readonly string[] => {
  const types = variableTypes(program)
  return program.equations.flatMap(({ operation, params, inputs }) => {
    if (operation !== 'slice' && operation !== 'pad') return []
    const { shape, step } = params
    const other = types[inputs[0]!]!.shape
    const [whole, part] = operation === 'slice' ? [other, shape] : [shape, other]
    const ways = whole.map((n, axis) => wayAlong(n, part[axis]!, step[axis]!)).filter((way) => way !== null)
    return ways.flatMap((way, i) =>
      ways.slice(i + 1).map((next) => `${operation} ${[way, next].sort().join(' ')}`),
    )
  })
}

const bits = (results: readonly Tensor[]): readonly string[] => results.map(bitsOf)

interface Executed {
  readonly f: (...args: readonly Tensor[]) => readonly Tensor[]
  readonly inputs: readonly Tensor[]
}

/** Printed text, executed: its function and its inputs. */
const executed = (text: string): Executed => {
  const body = text
    .replace(/^import \{ (.*), type Tensor \} from 'puregrad'$/m, 'const { $1 } = puregrad')
    .replace(/^import \{ (.*) \} from 'puregrad\/(\w+)'$/gm, 'const { $1 } = entries.$2')
  const { code } = transformSync(`${body}\nmade.push({ f, inputs })`, { loader: 'ts' })
  const made: Executed[] = []
  compileFunction(code, ['puregrad', 'entries', 'made'])(puregrad, { linalg, random, signal, special }, made)
  return made[0]!
}

/** The function that moves along all its floats: what forward mode is made of. */
const forwardOf = (source: Source) => {
  const f = runSource(source)
  return (...inputs: readonly Tensor[]): readonly Tensor[] => {
    const floats = inputs.filter(({ dtype }) => dtype === 'float32' || dtype === 'float64')
    const moving = (...moved: readonly Tensor[]): readonly Tensor[] =>
      f(...inputs.map((x) => (floats.includes(x) ? moved[floats.indexOf(x)]! : x)))
    return jvp(moving, floats, floats)[1]
  }
}

/** The derivative of `gammaP` by its shape is known once, and sources take derivatives twice. */
const notReached = ['gammaPSlope']

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
    const many = fc
      .sample(sources(), { numRuns: 6000, seed: 12 })
      .map((source) => ({ source, names: functionsOf(source) }))
    const names = Object.keys(functions).filter((name) => !notDrawn.includes(name))
    const using = names.map((name) => many.filter((each) => each.names.includes(name)))
    expect(names.filter((_, i) => using[i]!.length === 0)).toEqual([])
    // Of each function the first sources that call it.
    const first = using.flatMap((found) => found.slice(0, 2).map(({ source }) => source))
    // A key that is written there is no variable of a program.
    const isKey = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }) =>
      dtype === 'uint32' && shape.length === 1
    const keyed = many
      .filter(({ source, names: own }) => own.includes('randomBits') && source.inputs.some(isKey))
      .slice(0, 8)
      .map(({ source }) => source)
    const staged = new Set(
      [...new Set([...first, ...keyed])].flatMap((source) =>
        [runSource(source), gradientOf(source), forwardOf(source)].flatMap((f) =>
          f === undefined ? [] : operationsOf(stage(f)(...sourceInputs(source)).program),
        ),
      ),
    )
    const operations = [...Object.keys(primitives), 'cond', 'scan', 'while', 'checkpoint', 'custom']
    expect(operations.filter((name) => !staged.has(name) && !notReached.includes(name))).toEqual([])
  }, 60_000)

  test('together they take the elements of two axes in every two ways, and put them so', () => {
    const found = new Set(
      fc
        .sample(sources(), { numRuns: 2500, seed: 13 })
        .filter((source) => functionsOf(source).includes('slice'))
        .flatMap((source) => waysOf(stage(runSource(source))(...sourceInputs(source)).program)),
    )
    const ways = ['all', 'apart', 'one', 'part', 'turned']
    const pairs = ways.flatMap((way, i) => ways.slice(i + 1).map((next) => `${way} ${next}`))
    const wanted = ['slice', 'pad'].flatMap((operation) => pairs.map((pair) => `${operation} ${pair}`))
    expect(wanted.filter((pair) => !found.has(pair))).toEqual([])
    expect(found).toContain('slice none turned')
  })

  test('together they give windows, triangles and batches every form', () => {
    const names = ['convolution', 'transposedConvolution', 'maxPool', 'triangularSolve', 'cholesky']
    const equations = fc
      .sample(sources(), { numRuns: 2500, seed: 14 })
      .filter((source) => functionsOf(source).some((name) => names.includes(name)))
      .flatMap((source) => stage(runSource(source))(...sourceInputs(source)).program.equations)
    const of = (operation: string) => equations.filter((equation) => equation.operation === operation)
    const params = (operation: string) => of(operation).map((equation) => JSON.stringify(equation.params))
    for (const [operation, forms] of Object.entries({
      convolution: [
        ...[
          '"strides":[2,1]',
          '"dilation":[2]',
          '"dilation":[1,2]',
          '"inputDilation":[2',
          '"low":[1',
          '"high":[2',
        ],
        '"groups":2',
      ],
      windowArgmax: ['"strides":[1,2]', '"dilation":[2', '"low":[1', '"high":[1'],
      triangularSolve: ['"unit":true', '"transposed":true', '"lower":false'],
    }))
      for (const form of forms)
        expect(
          params(operation).some((text) => text.includes(form)),
          `${operation} ${form}`,
        ).toBe(true)
    expect(new Set(of('cholesky').map(({ outputs }) => outputs[0]!.shape.length))).toEqual(new Set([2, 3]))
  })

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
    const counted = (text: string, word: string): number => text.split(word).length
    drawn
      .filter((source) => functionsOf(source).includes('whileLoop'))
      .slice(0, 12)
      .forEach((source) => {
        // A loop without its bound may never end.
        for (const smaller of [...smallerSources(source)].slice(0, 100)) {
          const text = printSource(smaller)
          expect(counted(text, ' whileLoop('), text).toBe(counted(text, '{ atMost:'))
        }
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
