import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  pow,
  sigmoid,
  sin,
  tanh,
} from '../../src/core/kernel/portable-math.ts'
import { erf as erfSeries } from '../../src/core/kernel/erf.ts'

const edges = [
  0,
  Number.MIN_VALUE,
  2.2250738585072014e-308,
  1e-300,
  1e-17,
  1e-8,
  0.17,
  0.3466,
  0.5,
  0.55,
  1 - 2 ** -53,
  1,
  1 + 2 ** -52,
  1.5,
  2,
  3,
  6,
  20,
  38,
  709.78,
  709.79,
  745.1,
  745.2,
  1000000,
  1000001,
  1e10,
  1e22,
  2 ** 53 + 2,
  1e300,
  Number.MAX_VALUE,
  Infinity,
].flatMap((x) => [x, -x])

/** Numbers of all sizes from a congruential generator: the same in every run. */
const sample = (count: number): number[] => {
  let state = 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, i) =>
    i % 4 === 0
      ? (next() - 0.5) * 2 ** Math.floor(next() * 120 - 60)
      : i % 4 === 1
        ? (next() - 0.5) * 80
        : i % 4 === 2
          ? (next() - 0.5) * 1500
          : 0.5 + next(),
  )
}

const points = [...edges, NaN, ...sample(20000)]
const exponents = points.map((_, i) => (i % 3 === 0 ? points[(i * 7919) % points.length]! : (i % 41) - 20.5))

const unary = { exp, log, log1p, expm1, sin, cos, tanh, sigmoid, erf }

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

const reference: Record<keyof typeof unary, (x: number) => number> = {
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: logistic,
  erf: erfSeries,
}

/** Whether two results agree to `units` in the last place, edge values exactly. */
const agree = (a: number, b: number, units: number): boolean =>
  Object.is(a, b) ||
  (Number.isFinite(a) &&
    Number.isFinite(b) &&
    Math.abs(a - b) <= units * Math.max(Math.abs(b) * 2 ** -52, Number.MIN_VALUE))

describe('portable mathematics', () => {
  for (const name of Object.keys(unary) as (keyof typeof unary)[])
    it(`${name} agrees with the functions of the engine`, () => {
      // The series of erf is itself only good to several units.
      const wrong = points.filter(
        (x) => !agree(unary[name](x), reference[name](x), name === 'erf' ? 16 : name === 'sigmoid' ? 5 : 3),
      )
      expect(wrong.slice(0, 5)).toEqual([])
    })

  it('pow agrees with the operator of the language', () => {
    const wrong = points
      .map((x, i) => [x, exponents[i]!] as const)
      .filter(([x, y]) => !agree(pow(x, y), x ** y, 4))
    expect(wrong.slice(0, 5)).toEqual([])
    const meetings = edges.flatMap((x) => [...edges, NaN].map((y) => [x, y] as const))
    expect(meetings.filter(([x, y]) => !agree(pow(x, y), x ** y, 4))).toEqual([])
  })

  it('is exact where the result is representable', () => {
    expect([exp(0), log(1), cos(0), sigmoid(0), pow(3, 4), pow(2, -1074), pow(-2, 3)]).toEqual([
      1,
      0,
      1,
      0.5,
      81,
      Number.MIN_VALUE,
      -8,
    ])
    for (const f of [log1p, expm1, sin, tanh, erf]) expect(f(-0)).toBe(-0)
  })

  const compiler = ['c++', 'g++', 'clang++'].find((name) => spawnSync(name, ['--version']).status === 0)

  it.skipIf(compiler === undefined)('gives the bytes of its twin in C++', () => {
    const source = fileURLToPath(new URL('../../native/test/portable_math_vectors.cc', import.meta.url))
    const folder = mkdtempSync(join(tmpdir(), 'portable-math-'))
    try {
      const program = join(folder, 'vectors')
      const flags = ['-std=c++17', '-O2', '-ffp-contract=off', source, '-o', program]
      const compiled = spawnSync(compiler!, flags, { encoding: 'utf8' })
      expect(compiled.stderr).toBe('')
      const inputs = Float64Array.from(points.flatMap((x, i) => [x, exponents[i]!]))
      const { stdout } = spawnSync(program, {
        input: new Uint8Array(inputs.buffer),
        maxBuffer: 2 ** 28,
      })
      const outputs = new Float64Array(new Uint8Array(stdout).buffer)
      const expected = points.flatMap((x, i) => [
        ...Object.values(unary).map((f) => f(x)),
        pow(x, exponents[i]!),
      ])
      expect(outputs.length).toBe(expected.length)
      expect(expected.findIndex((value, i) => !Object.is(value, outputs[i]))).toBe(-1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
