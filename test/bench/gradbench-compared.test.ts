import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from 'puregrad'
import { askAll } from '../../bench/gradbench/ask-all.ts'
import { differenceOf } from '../../bench/gradbench/difference.ts'
import { equation } from '../../bench/gradbench/inputs.ts'
import type { Tools } from '../../bench/gradbench/tools.ts'

const outputs = fc.letrec((tie) => ({
  output: fc.oneof(
    { maxDepth: 3 },
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('output'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('output'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).output

describe('differences of outputs', () => {
  test('are none from an output to itself and the same both ways', () => {
    fc.assert(
      fc.property(outputs, outputs, (a, b) => {
        expect(differenceOf(a, a)).toBe(0)
        expect(differenceOf(a, b)).toBe(differenceOf(b, a))
      }),
    )
  })

  test.each([
    [1, 1.5, 0.5 / 2.5],
    [0.1, 0.2, 0.1],
    [{ a: [1, 2] }, { a: [1, 3] }, 1 / 5],
    [[1, 2], [1], Infinity],
    [{ a: 1 }, { b: 1 }, Infinity],
    [{ a: 1 }, { a: 1, b: 1 }, Infinity],
    [1, '1', Infinity],
    [Number.NaN, 1, Infinity],
    [[], {}, Infinity],
  ])('of %j and %j: %d', (a, b, expected) => {
    expect(differenceOf(a, b)).toBeCloseTo(expected, 12)
  })
})

/** A tool that answers every question alike, each run of it as long as said. */
const toolOf = (output: unknown, nanoseconds: number) => ({
  ask: async () =>
    JSON.stringify({
      id: 0,
      success: true,
      output,
      timings: [
        { name: 'evaluate', nanoseconds: 5 * nanoseconds },
        { name: 'evaluate', nanoseconds },
        { name: 'evaluate', nanoseconds: 2 * nanoseconds },
        { name: 'prepare', nanoseconds: 1e15 },
      ],
    }),
  stop: () => undefined,
})

const settings = { rounds: 2, seconds: 0, patience: 1 }
const question = equation(key(0), { n: 2, s: 1 })
const asked = (jax: Tools['all'][number]['tool']) =>
  askAll(
    question,
    'primal',
    {
      all: [
        { name: 'puregrad', tool: toolOf([1, 2], 2e6) },
        { name: 'jax', tool: jax },
      ],
      versions: {},
      stop: () => undefined,
    },
    settings,
  )

describe('tools', () => {
  test('are timed by the fastest of the runs they tell of', async () => {
    const entries = await asked(toolOf([1, 2.0001], 3e6))
    expect(
      entries.map((entry) =>
        entry.kind === 'timed' ? [entry.name, entry.time.median, entry.time.rounds] : entry,
      ),
    ).toEqual([
      ['puregrad', 0.002, 2],
      ['jax', 0.003, 2],
    ])
  })

  test.each([
    ['another result', toolOf([1, 2.1], 3e6), 'its result is not ours: they differ by 0.024'],
    [
      'an error',
      { ...toolOf(0, 0), ask: async () => '{"id":0,"success":false,"error":"no such size\\nmore"}' },
      'no such size',
    ],
    [
      'no answer',
      { ...toolOf(0, 0), ask: async () => 'absent no answer within 1 s' },
      'no answer within 1 s',
    ],
    ['no protocol', { ...toolOf(0, 0), ask: async () => '{"id":0}' }, 'its answer is none of the protocol'],
    ['no tool', 'no Python with jax', 'no Python with jax'],
  ])('are left out with %s', async (_, tool, why) => {
    const [ours, jax] = await asked(tool)
    expect(ours?.kind).toBe('timed')
    expect(jax).toEqual({ name: 'jax', kind: 'absent', why })
  })
})
