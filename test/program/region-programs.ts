import fc from 'fast-check'
import type { Program } from '../../src/index.ts'
import type { Typed } from '../../src/core/primitive/primitive.ts'
import { outputTypes, type Equation, type OperationName } from '../../src/core/primitive/program.ts'
import { primitiveNamed } from '../../src/core/primitive/named.ts'
import type { PrimitiveName } from '../../src/core/primitive/table.ts'
import { viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { belowCondition } from './below-condition.ts'
import { bufferFrom, isFloat, type DType } from '../../src/core/tensor/dtype.ts'
import { sameShape, sizeOf } from '../../src/core/tensor/shape.ts'

/*
 * Programs whose results are exact whatever the order and fusion of their operations: elements are small whole
 * numbers (sometimes NaN or infinite), and a value that may have grown is clamped. So every executor has to give what
 * the reference interpreter gives, to the last bit but for the sign of zero. Loops and branches take whatever was
 * computed before as operands: views, broadcasts, constants, results of other loops.
 */

/** Beyond this, float32 would round. */
const largest = 2 ** 20
/** What loops take and hand on. */
const inLoops = 8

const shapes: readonly (readonly number[])[] = [
  [],
  [2],
  [3],
  [2, 3],
  [3, 2],
  [1, 3],
  [2, 1],
  [3, 3],
  [1, 2, 3],
  [2, 2, 3],
  [2, 1, 3],
  [1, 1, 2, 2],
  [3, 1, 2, 1],
  [0],
  [2, 0],
  [66],
  [5, 14],
]

const unary = ['neg', 'abs', 'sign', 'floor', 'round', 'stopGradient'] as const
const binary = ['add', 'sub', 'mul', 'max', 'min', 'equal', 'less', 'lessEqual'] as const
const arithmetic = ['add', 'sub', 'mul', 'mul', 'max', 'min'] as const
const moving = [
  'reshape',
  'reshape',
  'transpose',
  'broadcastTo',
  'broadcastTo',
  'slice',
  'slice',
  'pad',
  'concat',
  'cast',
] as const
const folding = [
  'sum',
  'sum',
  'sum',
  'reduceMax',
  'reduceMax',
  'cumsum',
  'argmax',
  'argsort',
  'matmul',
  'gather',
  'scatterAdd',
  'randomBits',
  'threefry',
] as const
const structural = ['cond', 'cond', 'scan', 'scan', 'scan', 'while', 'while', 'checkpoint', 'custom'] as const
const flat = [
  ...unary,
  ...binary,
  ...arithmetic,
  ...moving,
  ...moving,
  ...folding,
  'select',
  'expand',
  'select',
] as const

type LineName = (typeof flat)[number] | (typeof structural)[number]

/** One equation to be: operands counted back from the latest value, and numbers for whatever else is to be chosen. */
export interface Line {
  readonly name: LineName
  readonly of: number
  readonly and: number
  readonly choice: number
  readonly inner: readonly Line[]
}

const lineArbitrary = (
  names: readonly LineName[],
  inner: fc.Arbitrary<readonly Line[]>,
): fc.Arbitrary<Line> =>
  fc.record({
    name: fc.constantFrom(...names),
    // Mostly what was made just before, so that operations follow each other.
    of: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) }),
    and: fc.nat({ max: 9 }),
    choice: fc.nat({ max: 239 }),
    inner,
  })

/** Lines with loops and branches nested up to this deep. */
const linesArbitrary = (depth: number, maxLength: number): fc.Arbitrary<readonly Line[]> => {
  const plain = lineArbitrary(flat, fc.constant([]))
  return fc.array(
    depth === 0
      ? plain
      : fc.oneof(
          { weight: 6, arbitrary: plain },
          { weight: 1, arbitrary: lineArbitrary(structural, linesArbitrary(depth - 1, 6)) },
        ),
    { maxLength },
  )
}

const chosen = <T>(list: readonly T[], choice: number): T => list[choice % list.length]!

/** What an equation needs besides its operation, where the type of x and a number choose it. */
const paramsFor = (name: PrimitiveName, { shape }: Typed, choice: number): object => {
  const axes = [...shape.keys()]
  switch (name) {
    case 'cast':
      return { dtype: chosen(['float32', 'float64', 'int32', 'uint32', 'bool', 'float32'] as const, choice) }
    case 'reshape':
      return {
        shape: chosen(
          [
            [sizeOf(shape)],
            [1, ...shape],
            [...shape, 1],
            [...shape].reverse(),
            sizeOf(shape) % 2 === 0 ? [2, sizeOf(shape) / 2] : shape,
          ],
          choice,
        ),
      }
    case 'transpose':
      return { permutation: chosen([[...axes].reverse(), [...axes.slice(1), ...axes.slice(0, 1)]], choice) }
    case 'broadcastTo':
      return {
        shape: chosen(
          [[2, ...shape], shape.map((n) => (n === 1 ? 3 : n)), [0, ...shape], [3, ...shape], [1, ...shape]],
          choice,
        ),
      }
    case 'slice':
      return chosen(
        [
          { start: shape.map((n) => Math.max(0, n - 1)), step: axes.map(() => -1), shape },
          {
            start: shape.map((n) => Math.min(1, Math.max(0, n - 1))),
            step: axes.map(() => 1),
            shape: shape.map((n) => Math.max(Math.min(1, n), n - 1)),
          },
          { start: axes.map(() => 0), step: axes.map(() => 2), shape: shape.map((n) => (n + 1) >> 1) },
          {
            start: axes.map(() => 0),
            step: axes.map(() => 1),
            shape: shape.map((n, axis) => (axis === 0 ? Math.min(n, 1 + (choice % 2)) : n)),
          },
          {
            start: axes.map(() => 0),
            step: axes.map(() => 1),
            shape: shape.map((n, axis) => (axis === shape.length - 1 ? n >> 1 : n)),
          },
          {
            start: shape.map((n) => n >> 1),
            step: axes.map(() => 1),
            shape: shape.map((n, axis) => (axis === 0 ? n - (n >> 1) : n - (n >> 1))),
          },
        ],
        choice,
      )
    case 'pad':
      return chosen(
        [
          { start: axes.map(() => 1), step: axes.map(() => 1), shape: shape.map((n) => n + 2) },
          {
            start: shape.map((_, axis) => (axis === 0 ? 1 : 0)),
            step: axes.map(() => 1),
            shape: shape.map((n, axis) => (axis === 0 ? n + 2 : n)),
          },
          {
            start: axes.map(() => 0),
            step: axes.map(() => 2),
            shape: shape.map((n) => Math.max(0, 2 * n - 1)),
          },
        ],
        choice,
      )
    case 'concat':
      return { axis: choice % Math.max(1, shape.length) }
    case 'sum':
    case 'reduceMax':
      return { axes: axes.filter((axis) => (choice >> axis) % 2 === 1 || shape.length === 1) }
    case 'cumsum':
      return { axis: choice % Math.max(1, shape.length), reverse: choice % 2 === 1 }
    case 'argmax':
      return { axis: choice % Math.max(1, shape.length) }
    case 'gather':
    case 'scatterAdd':
      return { axis: 0, batchDims: 0, size: choice % 5 }
    case 'randomBits':
      return { shape: chosen([[], [3], [0], [2, 2]], choice) }
    default:
      return {}
  }
}

interface Assembled {
  readonly program: Program
  readonly types: readonly Typed[]
  /** The largest magnitude each variable can have. */
  readonly bounds: readonly number[]
}

const number = (value: number, { shape, dtype }: Typed): ConcreteTensor =>
  viewOf(
    bufferFrom(dtype, [value]),
    dtype,
    shape,
    shape.map(() => 0),
  )

/** A program from lines: a line that does not suit the values there are is left out. */
const assembled = (
  inputs: readonly Typed[],
  given: readonly ConcreteTensor[],
  lines: readonly Line[],
  inputBounds: readonly number[],
  finish: (build: {
    readonly types: readonly Typed[]
    readonly clamped: (variable: number, limit: number) => number
  }) => readonly number[],
): Assembled => {
  // Constants that turn out to be needed come behind the others, so variables are renumbered at the end.
  const constants: ConcreteTensor[] = [...given]
  const equations: Equation[] = []
  const types: Typed[] = [...inputs, ...given.map(({ shape, dtype }) => ({ shape, dtype }))]
  const bounds: number[] = [...inputBounds, ...given.map(() => 3)]
  const late: number[] = []
  const known = types.length
  const back = (count: number): number => {
    const usable = types.flatMap((_, i) => (late.includes(i) ? [] : [i]))
    return usable[Math.max(0, usable.length - 1 - count)]!
  }
  const latest = (wanted: (type: Typed) => boolean): number =>
    types.findLastIndex((type, i) => !late.includes(i) && wanted(type))
  const push = (
    operation: OperationName,
    operands: readonly number[],
    params: object,
    outputs: readonly Typed[],
    outputBounds: readonly number[],
  ): number => {
    if (outputs.some(({ shape }) => sizeOf(shape) > 600 || shape.length > 6)) return -1
    equations.push({ operation, inputs: operands, params, outputs } as unknown as Equation)
    types.push(...outputs)
    bounds.push(...outputBounds)
    return types.length - outputs.length
  }
  const constant = (value: number, type: Typed): number => {
    constants.push(number(value, type))
    late.push(types.length)
    types.push({ shape: type.shape, dtype: type.dtype })
    bounds.push(Math.abs(value))
    return types.length - 1
  }
  /** Integers need no bound: they wrap, whatever the order of operations. */
  const clamped = (variable: number, limit: number, always = false): number => {
    const { dtype } = types[variable]!
    if (dtype === 'bool' || (!isFloat(dtype) && !always) || bounds[variable]! <= limit) return variable
    const type = { shape: types[variable]!.shape, dtype: types[variable]!.dtype }
    const low = push('min', [variable, constant(limit, type)], {}, [type], [Infinity])
    if (type.dtype === 'uint32') {
      bounds[low] = limit
      return low
    }
    return push('max', [low, constant(-limit, type)], {}, [type], [limit])
  }
  const nested = (
    inner: readonly Line[],
    takes: readonly Typed[],
    takesBounds: readonly number[],
    results: readonly Typed[],
    resultLimit: number,
    stacks: readonly number[],
  ): Assembled =>
    assembled(takes, given.slice(0, 2), inner, takesBounds, (build) => {
      const own = build.types
      const ends = results.map((type, i) =>
        own.flatMap((other, v) =>
          other.dtype === type.dtype && sameShape(other.shape, type.shape) && (v > i || v < 99) ? [v] : [],
        ),
      )
      const picked = ends.map((options, i) => options[Math.max(0, options.length - 1 - (i % 3))]!)
      const offered = stacks.map((back) => Math.max(0, own.length - 1 - back))
      return [...picked.map((v) => build.clamped(v, resultLimit)), ...offered]
    })
  const line = ({ name, of, and, choice, inner }: Line): void => {
    const x = back(of)
    const type = types[x]!
    const alikes = types.flatMap((other, i) =>
      !late.includes(i) && other.dtype === type.dtype && sameShape(other.shape, type.shape) ? [i] : [],
    )
    const alike = alikes[Math.max(0, alikes.length - 1 - and)]!
    switch (name) {
      case 'cond': {
        const bool = latest(({ dtype, shape }) => dtype === 'bool' && shape.length === 0)
        if (bool < 0) return
        const operands = [x, alike, back(and), back(choice % 7)]
        const takes = operands.map((v) => types[v]!)
        const takesBounds = operands.map((v) => bounds[v]!)
        const results = [type, takes[choice % 4]!]
        const onTrue = nested(inner, takes, takesBounds, results, largest, [])
        const onFalse = nested(inner.slice(1).reverse(), takes, takesBounds, results, largest, [])
        const outputs = outputTypes(onTrue.program)
        push(
          'cond',
          [bool, ...operands],
          { onTrue: onTrue.program, onFalse: onFalse.program },
          outputs,
          outputs.map(({ dtype }) => (isFloat(dtype) ? largest : Infinity)),
        )
        return
      }
      case 'scan': {
        const fixed = [back(and), back(choice % 5), alike].map((v) => clamped(v, inLoops))
        const initial = [x, alike, back(choice % 3)].map((v) => clamped(v, inLoops))
        const sequences = types
          .flatMap((other, i) => (!late.includes(i) && other.shape.length > 0 ? [i] : []))
          .slice(-1 - (choice % 3))
          .slice(0, 1)
          .map((v) => clamped(v, inLoops))
        const length = sequences.length > 0 ? types[sequences[0]!]!.shape[0]! : choice % 4
        if (length > 20) return
        const takes = [
          ...fixed.map((v) => types[v]!),
          ...initial.map((v) => types[v]!),
          ...sequences.map((v) => ({ dtype: types[v]!.dtype, shape: types[v]!.shape.slice(1) })),
        ]
        const body = nested(
          inner,
          takes,
          takes.map(({ dtype }) => (isFloat(dtype) ? inLoops : Infinity)),
          initial.map((v) => types[v]!),
          inLoops,
          [choice % 4, and, of],
        )
        const params = {
          body: body.program,
          fixed: fixed.length,
          carried: initial.length,
          length,
          reverse: choice % 2 === 1,
        }
        const outputs = outputTypes(body.program).map(({ shape, dtype }, i) => ({
          shape: i < initial.length ? shape : [length, ...shape],
          dtype,
        }))
        push(
          'scan',
          [...fixed, ...initial, ...sequences],
          params,
          outputs,
          outputs.map(({ dtype }, i) => (i < initial.length && isFloat(dtype) ? inLoops : Infinity)),
        )
        return
      }
      case 'while': {
        const fixed = [back(and), alike].map((v) => clamped(v, inLoops))
        const initial = [x, alike, back(choice % 3)].map((v) => clamped(v, inLoops))
        const takes = [...fixed, ...initial].map((v) => types[v]!)
        const body = nested(
          inner,
          takes,
          takes.map(({ dtype }) => (isFloat(dtype) ? inLoops : Infinity)),
          initial.map((v) => types[v]!),
          inLoops,
          [],
        )
        const params = {
          condition: belowCondition(takes, fixed.length + (and % 3), (choice % 9) - 1),
          body: body.program,
          fixed: fixed.length,
          atMost: choice % 5,
        }
        const outputs = outputTypes(body.program)
        push(
          'while',
          [...fixed, ...initial],
          params,
          outputs,
          outputs.map(({ dtype }) => (isFloat(dtype) ? inLoops : Infinity)),
        )
        return
      }
      case 'checkpoint':
      case 'custom': {
        const body = nested(inner, [type, type], [bounds[x]!, bounds[alike]!], [type], largest, [])
        const { program } = body
        if (name === 'checkpoint')
          push(
            'checkpoint',
            [x, alike],
            { body: program },
            [type],
            [isFloat(type.dtype) ? largest : Infinity],
          )
        else {
          const derivative = nested([], [type, type, type, type], [1, 1, 1, 1], [type], largest, []).program
          push(
            'custom',
            [x, alike],
            { body: program, mode: 'jvp', derivative },
            [type],
            [isFloat(type.dtype) ? largest : Infinity],
          )
        }
        return
      }
      case 'expand': {
        // A reshape to unit axes and a broadcast over them, as in the rows or columns of a matrix.
        const shape = chosen(
          [
            [...type.shape, 1],
            [1, ...type.shape],
          ],
          choice,
        )
        const wide = shape.map((n, axis) =>
          axis === (choice % 2 === 0 ? shape.length - 1 : 0) ? 2 + (and % 2) : n,
        )
        const expanded = push('reshape', [x], { shape }, [{ shape, dtype: type.dtype }], [bounds[x]!])
        if (expanded < 0) return
        push('broadcastTo', [expanded], { shape: wide }, [{ shape: wide, dtype: type.dtype }], [bounds[x]!])
        return
      }
      default: {
        primitive(name, x, alike, and, choice)
      }
    }
  }
  const primitive = (name: PrimitiveName, x: number, alike: number, and: number, choice: number): void => {
    const type = types[x]!
    const key = latest(({ dtype, shape }) => dtype === 'uint32' && shape.at(-1) === 2)
    const condition = latest(({ dtype, shape }) => dtype === 'bool' && sameShape(shape, type.shape))
    const operandsFor = (): readonly number[] => {
      switch (name) {
        case 'randomBits':
          return [key]
        case 'threefry':
          return [key, key]
        case 'select':
          return [condition, x, alike]
        case 'concat':
          return [x, alike, back(and), x].slice(0, 1 + (choice % 4))
        case 'matmul': {
          const rows = type.shape.at(-1)
          const right = latest(
            ({ dtype, shape }) => dtype === type.dtype && shape.length === 2 && shape[0] === rows,
          )
          return [x, right]
        }
        case 'gather':
        case 'scatterAdd': {
          // Indices in range: positions that an argmax or argsort found, or zeros.
          const size = type.shape[0] ?? 0
          const count = chosen([0, 1, 2, 3], choice)
          if (type.shape.length === 0 || (name === 'gather' && size === 0 && count > 0)) return [-1]
          const wanted = name === 'gather' ? [count] : [size]
          const indexed = name === 'gather' ? size : choice % 5
          if (name === 'scatterAdd' && indexed === 0 && size > 0) return [-1]
          const data = Int32Array.from(
            { length: wanted[0]! },
            (_, i) => (i * 7 + choice) % Math.max(1, indexed),
          )
          constants.push(viewOf(data, 'int32', wanted))
          late.push(types.length)
          types.push({ shape: wanted, dtype: 'int32' })
          bounds.push(3)
          return [x, types.length - 1]
        }
        default:
          return (binary as readonly string[]).includes(name) ? [x, alike] : [x]
      }
    }
    const operands = operandsFor()
    if (operands.includes(-1)) return
    const params = paramsFor(name, type, choice)
    const typeOf = (): Typed | undefined => {
      try {
        return primitiveNamed(name).type(
          operands.map((v) => types[v]!),
          params as never,
        )
      } catch {
        // The operation does not take these types.
        return undefined
      }
    }
    const output = typeOf()
    if (output === undefined || sizeOf(output.shape) > 600) return
    const dtype = output.dtype
    const boundOf = (magnitudes: readonly number[]): number => {
      const [first = 0, second = 0] = magnitudes
      switch (name) {
        case 'add':
        case 'sub':
          return first + second
        case 'mul':
          return first * second
        case 'matmul':
          return first * second * (type.shape.at(-1) ?? 1)
        case 'sum':
        case 'cumsum':
        case 'scatterAdd':
          return first * Math.max(1, sizeOf(type.shape))
        case 'randomBits':
        case 'threefry':
          return Infinity
        default:
          return Math.max(...magnitudes)
      }
    }
    // Integers wrap, and real numbers made of them are clamped first.
    const rounds = isFloat(dtype) || isFloat(type.dtype)
    const tooLarge = rounds && boundOf(operands.map((v) => bounds[v]!)) > largest
    const numbers =
      name === 'select' ? operands.slice(1) : name === 'scatterAdd' ? operands.slice(0, 1) : operands
    const limited = tooLarge
      ? operands.map((v) => (numbers.includes(v) ? clamped(v, inLoops, true) : v))
      : operands
    push(
      name,
      limited,
      params,
      [{ shape: output.shape, dtype }],
      [
        dtype === 'bool'
          ? 1
          : boundOf(limited.filter((_, i) => numbers.includes(operands[i]!)).map((v) => bounds[v]!)),
      ],
    )
  }
  lines.forEach(line)
  const outputs = finish({ types, clamped })
  // Late constants move in front of the equations.
  const order = [
    ...Array.from({ length: known }, (_, i) => i),
    ...late,
    ...types.flatMap((_, i) => (i >= known && !late.includes(i) ? [i] : [])),
  ]
  const numbers = new Map(order.map((old, i) => [old, i]))
  const renamed = (v: number): number => numbers.get(v)!
  return {
    program: {
      inputs,
      constants,
      equations: equations.map((equation) => ({ ...equation, inputs: equation.inputs.map(renamed) })),
      outputs: outputs.map(renamed),
    },
    types,
    bounds,
  }
}

const dtypeArbitrary: fc.Arbitrary<DType> = fc.constantFrom(
  'float32',
  'float32',
  'float32',
  'float64',
  'int32',
  'uint32',
  'bool',
)

const elementsOf = ({ shape, dtype }: Typed, special: boolean): fc.Arbitrary<ConcreteTensor> => {
  const choices =
    dtype === 'bool'
      ? [0, 1]
      : dtype === 'uint32'
        ? [0, 1, 2, 3]
        : dtype === 'int32' || !special
          ? [-3, -2, -1, 0, 1, 2, 3]
          : [-3, -2, -1, 0, 1, 2, 3, NaN, Infinity, -Infinity, -0]
  return fc
    .array(fc.constantFrom(...choices), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((xs) => viewOf(bufferFrom(dtype, xs), dtype, shape))
}

/** A random well-typed program with loops, branches, views and empty values, and inputs for it. */
export const regionPrograms = ({
  depth = 3,
  maxLength = 12,
}: { readonly depth?: number; readonly maxLength?: number } = {}): fc.Arbitrary<{
  readonly program: Program
  readonly inputs: readonly ConcreteTensor[]
}> =>
  fc
    .record({
      types: fc.array(fc.record({ shape: fc.constantFrom(...shapes), dtype: dtypeArbitrary }), {
        minLength: 1,
        maxLength: 3,
      }),
      special: fc.nat({ max: 3 }).map((n) => n === 0),
      lines: linesArbitrary(depth, maxLength),
      outputs: fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }),
    })
    .chain(({ types, special, lines, outputs }) =>
      fc
        .record({
          inputs: fc.tuple(...types.map((type) => elementsOf(type, special))),
          constants: fc.tuple(...types.slice(0, 2).map((type) => elementsOf(type, special))),
        })
        .map(({ inputs, constants }) => {
          const scalar = viewOf(bufferFrom('bool', [1]), 'bool', [])
          const key = viewOf(bufferFrom('uint32', [1, 2]), 'uint32', [2])
          return {
            inputs,
            program: assembled(
              types,
              [...constants, scalar, key],
              lines,
              types.map(() => 3),
              (build) => outputs.map((n) => Math.max(0, build.types.length - 1 - n)),
            ).program,
          }
        }),
    )
