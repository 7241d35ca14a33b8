import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  broadcastTo,
  checkProgram,
  decodeProgram,
  dtypes,
  encodeProgram,
  flip,
  grad,
  printProgram,
  programCodec,
  programFunction,
  PuregradError,
  slice,
  stage,
  sum,
  tensor,
  transpose,
  zeros,
  type DType,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { outputTypes } from '../../src/core/primitive/program.ts'
import { isContiguous, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { sizeOf } from '../../src/core/tensor/shape.ts'
import { shapes, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, smoothCases } from '../laws/primitives.ts'
import { bitsOf, contentOf, f64, matrixFunctions, structuralCases, type StagedCase } from './cases.ts'

const cases: readonly StagedCase[] = [...smoothCases, ...constantCases, ...structuralCases]

const stageCase = ({ f, inputs }: StagedCase): Program => stage(f)(...inputs).program

const decoded = (json: unknown): Program =>
  E.getOrElse<unknown, Program>((error) => {
    throw new Error(JSON.stringify(error))
  })(decodeProgram(json))

/** Written as text and read again. */
const throughText = (program: Program): Program => decoded(JSON.parse(JSON.stringify(encodeProgram(program))))

const expectSurvives = (program: Program): void => {
  const again = throughText(program)
  expect(contentOf(again)).toEqual(contentOf(program))
  expect(JSON.stringify(encodeProgram(again))).toBe(JSON.stringify(encodeProgram(program)))
  expect(printProgram(again)).toBe(printProgram(program))
}

const ofConstants = (constants: readonly Tensor[]): Program => stage(() => constants)().program

const constantsOf = ({ constants }: Program): readonly Tensor[] => constants

const elements: { readonly [D in DType]: fc.Arbitrary<number> } = {
  float32: fc.float(),
  float64: fc.double(),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  uint32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  bool: fc.integer({ min: 0, max: 1 }),
  float16: fc.float(),
  bfloat16: fc.float(),
}

/** Tensors of any dtype with any elements, NaN, -0 and the infinities among them. */
const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: shapes({ maxRank: 3, maxDimension: 4, minDimension: 0 }),
  })
  .chain(({ dtype, shape }) => {
    const size = sizeOf(shape)
    return fc
      .array(elements[dtype], { minLength: size, maxLength: size })
      .map((list) => tensor(Float64Array.from(list), { shape, dtype }) as Tensor)
  })

const views: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x,
  (x) => transpose(x),
  (x) => flip(x),
  (x) =>
    slice(
      x,
      [],
      [],
      x.shape.slice(0, 1).map(() => 2),
    ),
  (x) => broadcastTo(x, [3, ...x.shape]),
]

const anyView: fc.Arbitrary<Tensor> = fc
  .record({ x: anyTensor, view: fc.constantFrom(...views) })
  .map(({ x, view }) => view(x))

type Path = readonly (string | number)[]

/** Every place in a piece of JSON. */
const placesIn = (json: unknown, path: Path = []): readonly Path[] => [
  path,
  ...(Array.isArray(json)
    ? json.flatMap((item, i) => placesIn(item, [...path, i]))
    : typeof json === 'object' && json !== null
      ? Object.entries(json).flatMap(([name, item]) => placesIn(item, [...path, name]))
      : []),
]

type Edit =
  | { readonly kind: 'delete' }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'rename' }
  | { readonly kind: 'replace'; readonly by: unknown }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'swap'; readonly and: number }

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.constantFrom<Edit>({ kind: 'delete' }, { kind: 'repeat' }, { kind: 'rename' }),
  fc
    .constantFrom<unknown>(null, true, '', 'NaN', 'sin', 'float32', 0.5, -1, 1e9, 2 ** 53, [], [0], {}, [[]])
    .map((by): Edit => ({ kind: 'replace', by })),
  fc.constantFrom(-2, -1, 1, 2, 0.5, 2 ** 31, -(2 ** 33)).map((by): Edit => ({ kind: 'shift', by })),
  fc.nat({ max: 20 }).map((and): Edit => ({ kind: 'swap', and })),
)

const changed = (value: unknown, edit: Edit): unknown =>
  edit.kind === 'replace'
    ? edit.by
    : edit.kind === 'shift'
      ? typeof value === 'number'
        ? value + edit.by
        : typeof value === 'string'
          ? `${value}A`
          : value
      : value

/** The JSON with an edit at a place. */
const edited = (json: unknown, [first, ...rest]: Path, edit: Edit): unknown => {
  if (first === undefined) return changed(json, edit)
  const isList = Array.isArray(json)
  const entries = Object.entries(json as object) as [string, unknown][]
  const at = entries.findIndex(([name]) => name === String(first))
  const [name, value] = entries[at] as [string, unknown]
  const next = ((): [string, unknown][] => {
    if (rest.length > 0) return entries.with(at, [name, edited(value, rest, edit)])
    switch (edit.kind) {
      case 'delete':
        return entries.toSpliced(at, 1)
      case 'repeat':
        return entries.toSpliced(at, 0, [isList ? name : `${name}2`, value])
      case 'rename':
        return entries.with(at, [`${name}Other`, value])
      case 'swap': {
        const other = edit.and % entries.length
        const [otherName, otherValue] = entries[other] as [string, unknown]
        return entries.with(at, [name, otherValue]).with(other, [otherName, value])
      }
      default:
        return entries.with(at, [name, changed(value, edit)])
    }
  })()
  return isList ? next.map(([, item]) => item) : Object.fromEntries(next)
}

/** How many elements running a program makes. */
const workOf = ({ inputs, equations }: Program): number =>
  [...inputs, ...equations.flatMap(({ outputs }) => outputs)].reduce(
    (total, { shape }) => total + sizeOf(shape),
    0,
  ) +
  equations.reduce((total, equation) => {
    const within = Object.values(equation.params).filter(
      (value): value is Program => typeof value === 'object' && value !== null && 'equations' in value,
    )
    // An edited condition may never end its loop.
    const times =
      equation.operation === 'scan' ? equation.params.length : equation.operation === 'while' ? Infinity : 1
    return total + times * within.reduce((sum, program) => sum + 1 + workOf(program), 0)
  }, 0)

describe('a program survives being written and read', () => {
  test.each(cases)('$name', (entry) => {
    expectSurvives(stageCase(entry))
  })

  test('random programs and their derivatives', () => {
    fc.assert(
      fc.property(matrixFunctions(), tensorsOf([2, 2]), ({ f }, x) => {
        expectSurvives(stage(f)(x).program)
        expectSurvives(stage(grad((y: Tensor): Tensor => sum(f(y))))(x).program)
      }),
      { numRuns: 60 },
    )
  })

  test('constants of every dtype, element and layout, bit by bit', () => {
    fc.assert(
      fc.property(fc.array(anyView, { minLength: 1, maxLength: 3 }), (constants) => {
        const program = ofConstants(constants)
        const again = throughText(program)
        expect(constantsOf(again).map(bitsOf)).toEqual(constantsOf(program).map(bitsOf))
        expect(printProgram(again)).toBe(printProgram(program))
        expect(programFunction(again)().map(bitsOf)).toEqual(constants.map(bitsOf))
      }),
      { numRuns: 500 },
    )
  })

  test('the numbers JSON has no numeral for, in lists and in bytes', () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const copies of [1, 5]) {
        const special = Array.from({ length: copies }, () => [NaN, -0, 0, Infinity, -Infinity]).flat()
        expectSurvives(ofConstants([tensor(special, { dtype })]))
      }
    expect(encodeProgram(ofConstants([f64([NaN, -0, Infinity, -Infinity])])).constants[0]?.data).toEqual([
      'NaN',
      '-0',
      'Infinity',
      '-Infinity',
    ])
  })

  test('a NaN with a payload', () => {
    const bits = Uint32Array.of(0x7fc0beef, 0xffc00001, 0x3f800000)
    const payload = viewOf(new Float32Array(bits.buffer), 'float32', [3]) as Tensor
    expectSurvives(ofConstants([payload]))
  })

  test('views are written without what they do not show, and read contiguous', () => {
    const long = tensor(Float64Array.from({ length: 4000 }, (_, i) => i))
    const program = ofConstants([slice(long, [1], [4]), flip(slice(long, [0], [3]))])
    expect(encodeProgram(program).constants.map(({ data }) => data)).toEqual([
      [1, 2, 3],
      [2, 1, 0],
    ])
    for (const constant of throughText(program).constants) {
      expect(isContiguous(constant)).toBe(true)
      expect(constant.view.data.length).toBe(3)
    }
  })

  test('what repeats along an axis is written once', () => {
    const program = ofConstants([broadcastTo(f64([1, 2]), [100000, 2])])
    expect(encodeProgram(program).constants).toEqual([
      { dtype: 'float64', shape: [100000, 2], repeated: [0], data: [1, 2] },
    ])
    expect((throughText(program).constants[0] as ConcreteTensor).view.data.length).toBe(2)
    expectSurvives(program)
  })

  test('an axis of one element or of none does not repeat', () => {
    const single = viewOf(Float32Array.of(3), 'float32', [1, 1], [0, 0]) as Tensor
    const none = viewOf(Float32Array.of(3), 'float32', [0, 2], [0, 0]) as Tensor
    const { constants } = encodeProgram(ofConstants([single, none]))
    expect(constants.map(({ repeated, data }) => ({ repeated, data }))).toEqual([
      { repeated: [], data: [3] },
      { repeated: [], data: [] },
    ])
    expectSurvives(ofConstants([single, none]))
    for (const shape of [
      [2, 0],
      [3, 0, 2],
      [0, 5],
      [4, 3, 0],
    ])
      expectSurvives(ofConstants([broadcastTo(zeros(shape.map((n) => Math.min(n, 1))), shape)]))
  })

  test('writing changes nothing and gives the same text each time', () => {
    for (const entry of structuralCases) {
      const program = stageCase(entry)
      const before = JSON.stringify(contentOf(program))
      const text = JSON.stringify(encodeProgram(program))
      expect(JSON.stringify(encodeProgram(program))).toBe(text)
      expect(JSON.stringify(encodeProgram(stageCase(entry)))).toBe(text)
      expect(JSON.stringify(contentOf(program))).toBe(before)
    }
  })

  test('as a part of a larger codec', () => {
    const codec = t.type({ name: t.string, program: programCodec })
    const program = stageCase(structuralCases[0] as StagedCase)
    const again = codec.decode(JSON.parse(JSON.stringify(codec.encode({ name: 'choice', program }))))
    expect(E.isRight(again) ? contentOf(again.right.program) : undefined).toEqual(contentOf(program))
    expect(programCodec.is(program)).toBe(true)
    expect(programCodec.is({ ...program, outputs: [99] })).toBe(false)
    expect(
      E.isLeft(codec.decode({ name: 'choice', program: { ...encodeProgram(program), outputs: [99] } })),
    ).toBe(true)
  })
})

describe('JSON that is not a program', () => {
  const seeds = structuralCases.map((entry) => encodeProgram(stageCase(entry)) as unknown)
  const places = seeds.map((seed) => placesIn(seed))

  test('edited JSON is an error with a path, or a well-typed program; never an exception', () => {
    const counts = { left: 0, right: 0 }
    fc.assert(
      fc.property(fc.nat({ max: seeds.length - 1 }), fc.nat(), edits, (chosen, at, edit) => {
        const place = places[chosen]?.[at % (places[chosen]?.length ?? 1)] as Path
        const json = JSON.parse(JSON.stringify(edited(seeds[chosen], place, edit)) ?? 'null') as unknown
        const result = decodeProgram(json)
        if (E.isLeft(result)) {
          counts.left += 1
          expect(result.left).toMatchObject({ kind: 'decoding', subject: 'program' })
          for (const { path, message } of result.left.problems) {
            expect(message.startsWith(`${path === '' ? 'the program' : path}: `)).toBe(true)
            expect(message).not.toMatch(
              /undefined is not|cannot read|is not a function|Invalid array length/i,
            )
            if (place.length > 0) expect(path).not.toBe('')
          }
          return
        }
        counts.right += 1
        const program = result.right
        expect(E.isRight(checkProgram(program))).toBe(true)
        expect(contentOf(throughText(program))).toEqual(contentOf(program))
        expect(printProgram(program)).toMatch(/^\(.*\) \{\n/)
        if (workOf(program) > 1e5) return
        try {
          const outputs = programFunction(program)(
            ...program.inputs.map(({ shape, dtype }) => zeros(shape, { dtype }) as Tensor),
          )
          expect(outputs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
            outputTypes(program).map(({ shape, dtype }) => ({ shape, dtype })),
          )
        } catch (error) {
          // Indices out of range are found when they are read.
          expect(error).toBeInstanceOf(PuregradError)
        }
      }),
      { numRuns: 3000 },
    )
    expect(counts.left).toBeGreaterThan(500)
    expect(counts.right).toBeGreaterThan(100)
  })

  test('anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(E.isLeft(decodeProgram(json))).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(E.isLeft(decodeProgram(value))).toBe(true)
      }),
    )
  })

  const sine = encodeProgram(stage((x: Tensor) => sum(x))(f64([1, 2])).program)
  const constant = (change: object): unknown => ({
    inputs: [],
    constants: [{ dtype: 'float32', shape: [2], repeated: [], data: [1, 2], ...change }],
    equations: [],
    outputs: [0],
  })
  const equation = (change: object): unknown => ({
    ...sine,
    equations: [{ ...sine.equations[0], ...change }],
  })

  test.each<[string, unknown, string, RegExp]>([
    ['nothing', undefined, '', /expected a program/],
    ['a list', [], '', /expected a program/],
    ['a missing key', { inputs: [], constants: [], equations: [] }, 'outputs', /got nothing/],
    ['an unknown key', { ...sine, version: 2 }, 'version', /no such key/],
    ['an unknown operation', equation({ operation: 'sine' }), 'equations[0].operation', /"sine"/],
    ['an inherited name', equation({ operation: 'toString' }), 'equations[0].operation', /"toString"/],
    ['no operation', equation({ operation: undefined }), 'equations[0].operation', /name of an operation/],
    ['a missing parameter', equation({ params: {} }), 'equations[0].params.axes', /list of whole numbers/],
    ['a fractional axis', equation({ params: { axes: [0.5] } }), 'equations[0].params.axes[0]', /got 0.5/],
    ['an axis that is not there', equation({ params: { axes: [1] } }), 'equations[0]', /sum/],
    ['an undefined variable', equation({ inputs: [7] }), 'equations[0].inputs[0]', /variable 7/],
    ['a dtype', constant({ dtype: 'float8' }), 'constants[0].dtype', /"float8"/],
    ['too few elements', constant({ data: [1] }), 'constants[0].data', /expected 2 elements, got 1/],
    ['an element', constant({ data: [1, 'two'] }), 'constants[0].data', /position 1/],
    ['an element beyond the dtype', constant({ data: [1, 1e39] }), 'constants[0].data', /position 1/],
    ['a fractional int', constant({ dtype: 'int32', data: [1, 0.5] }), 'constants[0].data', /position 1/],
    ['a number for a boolean', constant({ dtype: 'bool', data: [1, 2] }), 'constants[0].data', /position 1/],
    ['not base64', constant({ data: '!!!!!!!!!!!=' }), 'constants[0].data', /base64/],
    ['short base64', constant({ data: 'AAAA' }), 'constants[0].data', /base64 of 8 bytes/],
    [
      'base64 with bits beyond the end',
      constant({ shape: [1], data: 'AAAAAB==' }),
      'constants[0].data',
      /base64 of 4 bytes/,
    ],
    ['base64 with blanks', constant({ shape: [1], data: ' AAAAAA=' }), 'constants[0].data', /base64/],
    [
      'a byte for a boolean',
      constant({ dtype: 'bool', shape: [3], data: 'AAEC' }),
      'constants[0].data',
      /bytes 0 and 1/,
    ],
    ['an axis named twice', constant({ repeated: [0, 0], data: [1] }), 'constants[0].repeated', /ascending/],
    ['a repeated axis beyond', constant({ repeated: [1] }), 'constants[0].repeated', /axes/],
    [
      'too many elements',
      constant({ shape: [2 ** 20, 2 ** 20] }),
      'constants[0].shape',
      /at most 2147483647/,
    ],
    [
      'elements that promise too much',
      constant({ shape: [2 ** 30], data: 'AAAA' }),
      'constants[0].data',
      /got 4/,
    ],
  ])('%s', (_, json, path, message) => {
    const result = decodeProgram(json)
    expect(E.isLeft(result) ? result.left : undefined).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ path })]),
    })
    expect(E.isLeft(result) ? result.left.message : '').toMatch(message)
  })

  test('programs within programs are refused before the stack ends', () => {
    const nested = (depth: number): unknown =>
      Array.from({ length: depth }).reduce<unknown>(
        (body) => ({
          ...sine,
          equations: [
            {
              operation: 'checkpoint',
              inputs: [0],
              params: { body },
              outputs: [{ dtype: 'float64', shape: [] }],
            },
          ],
        }),
        sine,
      )
    expect(E.isRight(decodeProgram(nested(50)))).toBe(true)
    const result = decodeProgram(nested(5000))
    expect(E.isLeft(result) ? result.left.message : '').toMatch(/nested more than 64 deep/)
  })
})
