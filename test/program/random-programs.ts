import fc from 'fast-check'
import type { Program } from '../../src/index.ts'
import type { Region, Typed } from '../../src/core/primitive/primitive.ts'
import { outputTypes, type Equation, type OperationName } from '../../src/core/primitive/program.ts'
import { primitiveNamed } from '../../src/core/primitive/named.ts'
import type { PrimitiveName } from '../../src/core/primitive/table.ts'
import { fromElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { belowCondition } from './below-condition.ts'
import { bufferFrom, type DType } from '../../src/core/tensor/dtype.ts'
import { sameShape, sizeOf } from '../../src/core/tensor/shape.ts'

/** Numbers at which identities of real arithmetic fail, and those that identities are about. */
const telling = [0, -0, 1, -1, 2, 4, -0.5, 3, 0.1, NaN, Infinity, -Infinity, 1e-40, 3e38, 2 ** 127]

const shapes: readonly (readonly number[])[] = [[], [3], [2, 3], [1, 3], [2, 1], [2, 2, 3]]

const unary = ['neg', 'abs', 'exp', 'sin', 'sqrt', 'floor', 'sign', 'stopGradient'] as const
const binary = ['add', 'sub', 'mul', 'div', 'max', 'min', 'pow', 'equal', 'less', 'select'] as const
const moving = ['reshape', 'transpose', 'broadcastTo', 'slice', 'pad', 'concat', 'cast'] as const
const boxes = ['slice', 'pad'] as const
const folding = ['sum', 'reduceMax', 'cumsum', 'argmax', 'matmul', 'randomBits'] as const
const again = ['again', 'again', 'again', 'again', 'again'] as const
const holding = ['cond', 'scan', 'while', 'checkpoint', 'custom'] as const

type LineName =
  | (typeof unary)[number]
  | (typeof binary)[number]
  | (typeof moving)[number]
  | (typeof folding)[number]
  | (typeof holding)[number]
  | 'again'

/** One equation to be: operands counted back from the latest value, and numbers for whatever else is to be chosen. */
interface Line {
  readonly name: LineName
  readonly of: number
  readonly and: number
  readonly choice: number
  readonly inner: readonly Line[]
}

interface Options {
  /** Without what rounds differently in another order. */
  readonly exact?: boolean
  /** Only what moves floats and adds or multiplies them: of inputs no two elements of which are alike. */
  readonly moves?: boolean
  readonly maxLength?: number
}

const lineOf = (names: readonly LineName[], inner: fc.Arbitrary<readonly Line[]>): fc.Arbitrary<Line> =>
  fc.record({
    name: fc.constantFrom(...names),
    of: fc.nat({ max: 5 }),
    and: fc.nat({ max: 7 }),
    choice: fc.nat({ max: 24 ** 3 - 1 }),
    inner,
  })

const namesFor = ({ exact = false, moves = false }: Options): readonly LineName[] =>
  moves
    ? [...moving, ...boxes, ...boxes, 'add', 'mul', 'neg', ...again.slice(3)]
    : [...unary, ...binary, ...binary, ...moving, ...moving, ...boxes, ...folding, ...again].filter(
        (name) => !(exact && name === 'sum'),
      )

const sameType = (a: Typed, b: Typed): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

/** A region along one axis. */
interface Along {
  readonly start: number
  readonly step: number
  readonly shape: number
}

const regionOf = (axes: readonly Along[]): Region => ({
  start: axes.map(({ start }) => start),
  step: axes.map(({ step }) => step),
  shape: axes.map(({ shape }) => shape),
})

/** What a number says of an axis: one of four kinds, and one of six of a kind. */
const saidOf = (choice: number, axis: number) => {
  const digit = Math.floor(choice / 24 ** axis) % 24
  return { kind: (['whole', 'turned', 'part', 'any'] as const)[digit % 4]!, nth: digit >> 2 }
}

const steps = [2, -2, -1, 3, -3, -1] as const

/** Some of an axis of n: all of it, either way, a part next to each other, or any elements, also none. */
const cutOf = (n: number, { kind, nth }: ReturnType<typeof saidOf>): Along => {
  if (n === 0 || (kind === 'any' && nth === 5)) return { start: 0, step: 1, shape: 0 }
  if (kind === 'whole' || kind === 'turned')
    return kind === 'whole' ? { start: 0, step: 1, shape: n } : { start: n - 1, step: -1, shape: n }
  const step = kind === 'part' ? 1 : steps[nth]!
  const skipped = Math.min(nth % 2, n - 1)
  const most = Math.ceil((n - skipped) / Math.abs(step))
  const start = step > 0 ? skipped : n - 1 - skipped
  return { start, step, shape: Math.max(1, nth % 3 === 0 ? most : most - 1) }
}

/** Around n elements: nothing, or zeros before, behind and between. */
const aroundOf = (n: number, { kind, nth }: ReturnType<typeof saidOf>): Along => {
  const isWhole = kind === 'whole' || kind === 'turned'
  const step = kind === 'any' ? steps[nth]! : kind === 'turned' ? -1 : 1
  const [before, behind] = isWhole ? [0, 0] : [nth % 2, nth % 3]
  const reach = n === 0 ? 0 : (n - 1) * Math.abs(step) + 1
  const shape = before + reach + behind
  return { start: n === 0 ? 0 : step > 0 ? before : shape - 1 - behind, step, shape }
}

/** What an equation needs besides its operation, where the type of x and a number choose it. */
const paramsFor = (name: PrimitiveName, x: Typed, choice: number): object => {
  const { shape } = x
  const axes = [...shape.keys()]
  switch (name) {
    case 'cast':
      return { dtype: (['float32', 'float64', 'int32', 'uint32', 'bool'] as const)[choice % 5]! }
    case 'reshape':
      return {
        shape: [shape, [sizeOf(shape)], [1, ...shape], [...shape, 1], [...shape].reverse()][choice % 5]!,
      }
    case 'transpose':
      return {
        permutation: [axes, [...axes].reverse(), [...axes.slice(1), ...axes.slice(0, 1)]][choice % 3]!,
      }
    case 'broadcastTo':
      return {
        shape: [shape, [2, ...shape], shape.map((n) => (n === 1 ? 3 : n)), [1, ...shape]][choice % 4]!,
      }
    case 'slice':
      return regionOf(shape.map((n, axis) => cutOf(n, saidOf(choice, axis))))
    case 'pad':
      return regionOf(shape.map((n, axis) => aroundOf(n, saidOf(choice, axis))))
    case 'concat':
    case 'argmax':
      return { axis: choice % Math.max(1, shape.length) }
    case 'sum':
    case 'reduceMax':
      return { axes: axes.filter((axis) => (choice >> axis) % 2 === 1) }
    case 'cumsum':
      return { axis: choice % Math.max(1, shape.length), reverse: (choice >> 2) % 2 === 1 }
    case 'randomBits':
      return { shape: [choice % 3] }
    default:
      return {}
  }
}

/** A program from lines: a line that does not suit the values there are is left out. */
const assembled = (
  inputs: readonly Typed[],
  constants: readonly ConcreteTensor[],
  lines: readonly Line[],
): { readonly program: Program; readonly types: readonly Typed[] } => {
  const equations: Equation[] = []
  const types: Typed[] = [...inputs, ...constants.map(({ shape, dtype }) => ({ shape, dtype }))]
  const back = (count: number): number => Math.max(0, types.length - 1 - count)
  const latest = (wanted: (type: Typed) => boolean, before: number): number =>
    types.findLastIndex((type, i) => i <= before && wanted(type))
  const push = (
    operation: OperationName,
    operands: readonly number[],
    params: object,
    outputs: readonly Typed[],
  ) => {
    if (outputs.some(({ shape }) => sizeOf(shape) > 200)) return
    equations.push({ operation, inputs: operands, params, outputs } as unknown as Equation)
    types.push(...outputs)
  }
  /** A program of the given inputs that ends in a value of each of these types, which the inputs have. */
  const nested = (
    given: readonly Typed[],
    inner: readonly Line[],
    results: readonly Typed[],
    stacks = 0,
  ): Program => {
    const built = assembled(given, constants.slice(0, 2), inner)
    const last = (type: Typed) => built.types.findLastIndex((other) => sameType(other, type))
    return {
      ...built.program,
      outputs: [
        ...results.map(last),
        ...Array.from({ length: stacks }, (_, i) => Math.max(0, built.types.length - 1 - i)),
      ],
    }
  }
  for (const { name, of, and, choice, inner } of lines) {
    const x = back(of)
    const type = types[x]!
    const y = latest((other) => sameType(other, type), back(and))
    const alike = y < 0 ? x : y
    switch (name) {
      case 'again': {
        const equation = equations[choice % Math.max(1, equations.length)]
        if (equation !== undefined)
          push(equation.operation, equation.inputs, equation.params, equation.outputs)
        break
      }
      case 'cond': {
        const predicate = latest(({ dtype, shape }) => dtype === 'bool' && shape.length === 0, types.length)
        if (predicate < 0) break
        const onTrue = nested([type, type], inner, [type, type])
        const onFalse = nested([type, type], inner.slice(1), [type, type])
        push('cond', [predicate, x, alike], { onTrue, onFalse }, [type, type])
        break
      }
      case 'scan': {
        const body = nested([type, type, type], inner, [type, type], 2)
        const params = { body, fixed: 1, carried: 2, length: choice % 4, reverse: choice % 2 === 1 }
        const outputs = outputTypes(body).map(({ shape, dtype }, i) => ({
          shape: i < 2 ? shape : [choice % 4, ...shape],
          dtype,
        }))
        push('scan', [x, alike, x], params, outputs)
        break
      }
      case 'while': {
        const params = {
          condition: belowCondition([type, type, type], 1, choice % 3),
          body: nested([type, type, type], inner, [type, type]),
          fixed: 1,
          atMost: choice % 4,
        }
        push('while', [x, alike, x], params, [type, type])
        break
      }
      case 'checkpoint':
        push('checkpoint', [x, alike], { body: nested([type, type], inner, [type]) }, [type])
        break
      case 'custom': {
        const body = nested([type, type], inner, [type])
        const derivative = nested([type, type, type, type], inner, [type])
        push('custom', [x, alike], { body, mode: 'jvp', derivative }, [type])
        break
      }
      default: {
        const key = latest(({ dtype, shape }) => dtype === 'uint32' && shape.at(-1) === 2, types.length)
        const bool = latest(
          ({ dtype, shape }) => dtype === 'bool' && sameShape(shape, type.shape),
          types.length,
        )
        const operands =
          name === 'randomBits'
            ? [key]
            : name === 'select'
              ? [bool, x, alike]
              : name === 'concat'
                ? [x, alike, x].slice(0, 1 + (choice % 3))
                : (binary as readonly string[]).includes(name) || name === 'matmul'
                  ? [x, alike]
                  : [x]
        if (operands.includes(-1)) break
        const params = paramsFor(name, type, choice)
        try {
          const { shape, dtype } = primitiveNamed(name).type(
            operands.map((i) => types[i]!),
            params as never,
          )
          push(name, operands, params, [{ shape, dtype }])
        } catch {
          // The operation does not take these types.
        }
      }
    }
  }
  const outputs = [0, 1, 3, 6].map(back)
  return { program: { inputs, constants, equations, outputs }, types }
}

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'float32', 'float64', 'bool']

const elementsOf = ({ shape, dtype }: Typed): fc.Arbitrary<ConcreteTensor> =>
  fc
    .array(fc.constantFrom(...telling), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((xs) =>
      viewOf(bufferFrom(dtype, dtype === 'bool' ? xs.map((v) => Number(v > 0)) : xs), dtype, shape),
    )

const uniformOf = ({ shape, dtype }: Typed): fc.Arbitrary<ConcreteTensor> =>
  fc.constantFrom(...telling).map((value) => {
    const data = bufferFrom(dtype, [dtype === 'bool' ? Number(value > 0) : value])
    return viewOf(
      data,
      dtype,
      shape,
      shape.map(() => 0),
    )
  })

/** Elements of moderate size, no two of them alike. */
const distinctOf = ({ shape, dtype }: Typed): fc.Arbitrary<ConcreteTensor> =>
  fc.integer({ min: 1, max: 9 }).map((from) => {
    const elements = Array.from({ length: sizeOf(shape) }, (_, i) => (from + i) / 16)
    return viewOf(bufferFrom(dtype, elements), dtype, shape)
  })

const typeOf = (from: readonly DType[]): fc.Arbitrary<Typed> =>
  fc.record({ shape: fc.constantFrom(...shapes), dtype: fc.constantFrom(...from) })

/** A random well-typed program, and inputs for it: elements where floating-point identities fail, nested programs. */
export const programsWithInputs = (
  options: Options = {},
): fc.Arbitrary<{ readonly program: Program; readonly inputs: readonly ConcreteTensor[] }> => {
  const names = namesFor(options)
  const { moves = false } = options
  const type = typeOf(moves ? ['float32', 'float64'] : dtypes)
  const contentOf = moves ? distinctOf : elementsOf
  const flat = fc.array(lineOf(names, fc.constant([])), { maxLength: 6 })
  const deep = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: lineOf(names, fc.constant([])) },
      { weight: 1, arbitrary: lineOf(holding, flat) },
    ),
    { maxLength: 5 },
  )
  const lines = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: lineOf(names, fc.constant([])) },
      { weight: 1, arbitrary: lineOf(holding, deep) },
    ),
    { minLength: 6, maxLength: options.maxLength ?? 24 },
  )
  return fc.tuple(type, type).chain((types) =>
    fc
      .record({
        inputs: fc.tuple(...types.map(contentOf)),
        // Of the types of the inputs, so that the two meet.
        constants: fc.array(
          fc.constantFrom(...types).chain((type) => fc.oneof(uniformOf(type), contentOf(type))),
          { maxLength: 5 },
        ),
        lines,
      })
      .map(({ inputs, constants, lines: body }) => {
        const key = fromElements(new Uint32Array([1, 2]))
        return { inputs, program: assembled(types, [...constants, key], body).program }
      }),
  )
}
