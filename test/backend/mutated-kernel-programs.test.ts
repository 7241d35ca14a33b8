import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type {
  Instruction,
  KernelProgram,
  MatmulInstruction,
  StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'
import { stepOperations } from './step-operations.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { PuregradError } from '../../src/core/tensor/errors.ts'
import { regionPrograms } from '../program/region-programs.ts'
import { randomProgram } from './random-kernel-programs.ts'

const executors: readonly Executor[] = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor) => executor !== undefined,
)

/** Names that stand in kernel programs. */
const names: readonly string[] = [
  ...['float32', 'float64', 'int32', 'uint32', 'bool', 'float16', 'bfloat16'],
  ...['full', 'row', 'scalar', 'arena', 'constant', 'input', 'output', 'sum', 'max', 'rows', 'all'],
  ...stepOperations,
]

const numbersNear = (n: number): readonly number[] => [
  ...[n + 1, n - 1, 2 * n, -n, n + 0.5, 0, 1, -1, 2, 3, 64, 4096],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, NaN, Infinity],
]

type Path = readonly (string | number)[]

/** Every number, name and list in a program, by where it stands. */
const placesIn = (value: unknown, path: Path): readonly Path[] => {
  if (value instanceof Uint8Array) return []
  if (typeof value === 'number' || typeof value === 'string') return [path]
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    // An instruction of another kind would be one with fields missing, which the types exclude.
    key === 'kind' ? [] : placesIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return Array.isArray(value) && value.length > 0 ? [path, ...inner] : inner
}

const changed = (value: unknown, choice: number): unknown => {
  if (typeof value === 'number') {
    const options = numbersNear(value)
    return options[choice % options.length]
  }
  if (typeof value === 'string') return names[choice % names.length]
  const list = value as readonly unknown[]
  const at = choice % list.length
  return [
    list.filter((_, i) => i !== at),
    [...list.slice(0, at), list[at], ...list.slice(at)],
    [...list].reverse(),
    [],
  ][choice % 4]
}

const replaced = (value: unknown, path: Path, choice: number): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return changed(value, choice)
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? replaced(item, rest, choice) : item))
  const record = value as Readonly<Record<string, unknown>>
  return { ...record, [key]: replaced(record[key], rest, choice) }
}

/** A bound for the elements that instructions go over; what is no size counts as nothing. */
const workIn = (instructions: readonly Instruction[]): number =>
  instructions.reduce((sum, instruction) => {
    const size = (n: unknown): number => (Number.isInteger(n) && (n as number) > 0 ? (n as number) : 1)
    switch (instruction.kind) {
      case 'loop':
        return sum + size(instruction.count) * (1 + workIn(instruction.body))
      case 'while':
        return (
          sum +
          (instruction.atMost === null ? Infinity : size(instruction.atMost)) *
            (1 + workIn(instruction.condition) + workIn(instruction.body))
        )
      case 'if':
        return sum + workIn(instruction.onTrue) + workIn(instruction.onFalse)
      default:
        return (
          sum +
          Object.values(instruction)
            .flat()
            .filter((n) => typeof n === 'number')
            .reduce((product, n) => product * size(n), 1)
        )
    }
  }, 0)

/** What the runs of executors came to: bytes, or the error. */
const outcome = (executor: Executor, program: KernelProgram, buffers: readonly ArrayBuffer[]): unknown => {
  try {
    const output = new ArrayBuffer(Math.max(0, Math.min(program.outputBytes || 0, 2 ** 24)))
    const loaded = executor.load(program)
    loaded.run(
      program.inputBytes.map((bytes, i) => buffers[i] ?? new ArrayBuffer(bytes)),
      program.inputBytes.map(() => 0),
      output,
      0,
    )
    return output
  } catch (error) {
    return error
  }
}

const kernelPrograms: fc.Arbitrary<KernelProgram> = fc.oneof(
  fc.tuple(fc.integer(), fc.boolean()).map(([seed, exact]) => randomProgram(seed, exact).program),
  regionPrograms().map(({ program }) => lower(inlineCalls(program)).kernels),
)

describe('a kernel program with anything in it changed', () => {
  it('runs, or is refused by a typed error, and by one executor if by another', () => {
    const counts = { run: 0, refused: 0 }
    fc.assert(
      fc.property(
        kernelPrograms,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
        (program, changes) => {
          const mutated = changes.reduce<KernelProgram>((sofar, [at, choice]) => {
            const places = placesIn(sofar, []).filter((path) => path.length > 0)
            const path = places[at % Math.max(1, places.length)]
            return path === undefined ? sofar : (replaced(sofar, path, choice) as KernelProgram)
          }, program)
          const bytes = [mutated.arenaBytes, mutated.outputBytes, ...mutated.inputBytes]
          fc.pre(workIn(mutated.instructions) < 2e6 && bytes.every((n) => !(n > 2 ** 24)))
          const buffers = mutated.inputBytes.map((n) => new ArrayBuffer(n >= 0 ? n : 0))
          const outcomes = executors.map((executor) => outcome(executor, mutated, buffers))
          outcomes.forEach((result, i) => {
            if (!(result instanceof ArrayBuffer || result instanceof PuregradError))
              expect.fail(
                `${executors[i]!.name}: ${result instanceof Error ? (result.stack ?? '') : String(result)}`,
              )
          })
          const refused = outcomes.filter((result) => result instanceof PuregradError)
          if (refused.length > 0 && refused.length < outcomes.length)
            expect.fail(
              outcomes
                .map(
                  (result, i) =>
                    `${executors[i]!.name}: ${result instanceof Error ? result.message : 'runs'}`,
                )
                .join('\n'),
            )
          counts[refused.length > 0 ? 'refused' : 'run'] += 1
        },
      ),
      { numRuns: 1500 },
    )
    // Both happen often.
    expect(counts.run).toBeGreaterThan(100)
    expect(counts.refused).toBeGreaterThan(100)
  }, 120_000)

  const at = (offset: number): StridedPlace => ({
    place: { space: 'arena', offset },
    outerStrides: [],
    rowStride: 2,
    columnStride: 1,
  })
  const outcomesOf = (changes: Partial<MatmulInstruction>, arenaBytes = 64): readonly unknown[] => {
    const product: Instruction = {
      ...{ kind: 'matmul', dtype: 'float32', outer: [], m: 2, n: 2, k: 2, a: at(0), b: at(4), c: at(8) },
      ...changes,
    }
    const program: KernelProgram = {
      ...{ reproducible: false, arenaBytes, constants: new Uint8Array(0), inputBytes: [] },
      ...{ outputBytes: 0, instructions: [product] },
    }
    return executors.map((executor) => outcome(executor, program, []))
  }

  it('is refused by every executor where factors have a precision that nobody knows', () => {
    for (const result of outcomesOf({ factors: 'float8' as 'float32' }))
      expect(result).toBeInstanceOf(PuregradError)
  })

  it('is refused by every executor where a factor is neither of the dtype of the product nor of 16 bits', () => {
    // Elements 24 to 27 of 16 bits are the last of 56 bytes, which have no such elements of float32.
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const b = { ...at(24), dtype }
      for (const result of outcomesOf({ b }, 56)) expect(result).toBeInstanceOf(ArrayBuffer)
      for (const result of outcomesOf({ b }, 55)) expect(result).toBeInstanceOf(PuregradError)
      for (const result of outcomesOf({ b, dtype: 'float64', a: at(0), c: at(2) }))
        expect(result).toBeInstanceOf(PuregradError)
    }
    for (const dtype of ['int32', 'bool', 'float64', 'half'])
      for (const result of outcomesOf({ a: { ...at(0), dtype: dtype as 'float16' } }))
        expect(result).toBeInstanceOf(PuregradError)
  })
})
