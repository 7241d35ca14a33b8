import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { encodeKernelProgram, magic, version } from '../../src/compile/executors/encode-kernel-program.ts'
import type { Instruction } from '../../src/compile/executors/kernel-program.ts'
import { grad, type Tensor } from '../../src/index.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { programs, runScalarProgram } from '../../src/testing/programs.ts'

const kinds: readonly Instruction['kind'][] = [
  'nest',
  'matmul',
  'gather',
  'scatterAdd',
  'cumsum',
  'argmax',
  'argsort',
  'threefry',
  'randomBits',
  'loop',
  'copyAt',
  'if',
  'routine',
  'while',
]

/** The kinds of the instructions in a stretch of words, following the length each one states. */
const kindsIn = (words: Int32Array, from: number, to: number): readonly string[] => {
  const found: string[] = []
  let at = from
  while (at < to) {
    const kind = kinds[words[at]! - 1]
    if (kind === undefined) throw new Error(`no kind ${words[at]!} at word ${at}`)
    found.push(kind)
    at += words[at + 1]!
    if (kind === 'loop') at += words[at - 1]!
    if (kind === 'if' || kind === 'while') at += words[at - 2]! + words[at - 1]!
  }
  expect(at).toBe(to)
  return found
}

it('the words of a program are its header and its instructions, each as long as it says', () => {
  fc.assert(
    fc.property(programs({ maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (p, size) => {
      const type = { shape: [size, size], dtype: 'float64' } as const
      const { program } = stageFlat(([x]) => [grad(runScalarProgram(p))(x as Tensor) as AnyValue], [type])
      const made = lower(program).kernels
      const place = made.outputBytes
      const kernels = {
        ...made,
        outputBytes: place + 8 * size * size,
        inPlace: [{ input: 0, byteOffset: place }],
      }
      const words = encodeKernelProgram(kernels)
      const header = [
        magic,
        version,
        0,
        kernels.arenaBytes,
        kernels.constants.length,
        kernels.outputBytes,
        1,
        8 * size * size,
        1,
        0,
        place,
      ]
      expect([...words.subarray(0, 11)]).toEqual(header)
      expect(words[11]).toBe(words.length - 12)
      expect(kindsIn(words, 12, words.length)).toEqual(kernels.instructions.map(({ kind }) => kind))
    }),
    { numRuns: 50 },
  )
})
