import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { AnyPrimitive, ParameterForm, Typed } from '../../core/primitive/primitive.ts'
import type {
  Equation,
  OperationName,
  OperationParameters,
  Program,
  StructuralName,
} from '../../core/primitive/program.ts'
import { primitives } from '../../core/primitive/table.ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import type { DecodingError, Problem } from '../../core/codec/decoding-error.ts'
import { numberCodec, refinedCodec } from '../../core/codec/refined-codec.ts'
import { checkProgram } from './check-program.ts'
import { constantCodec, type ConstantJson } from './constant-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { countCodec, countsCodec, dtypeCodec, typedCodec } from './type-codec.ts'

/** The parameters of each operation as JSON. */
type ParametersJson = {
  readonly [N in OperationName]: {
    readonly [K in keyof OperationParameters[N]]: OperationParameters[N][K] extends Program
      ? ProgramJson
      : OperationParameters[N][K]
  }
}

/** An equation as JSON. */
export type EquationJson = {
  readonly [N in OperationName]: {
    readonly operation: N
    readonly inputs: readonly number[]
    readonly params: ParametersJson[N]
    readonly outputs: readonly Typed[]
  }
}[OperationName]

/**
 * A {@link Program} as JSON: the same records, with constants as lists of numbers or base64.
 *
 * @category Programs
 */
export interface ProgramJson {
  readonly inputs: readonly Typed[]
  readonly constants: readonly ConstantJson[]
  readonly equations: readonly EquationJson[]
  readonly outputs: readonly number[]
}

const integer = numberCodec('an integer', Number.isSafeInteger)
const flag = refinedCodec('true or false', (u): u is boolean => typeof u === 'boolean')
const mode = refinedCodec('jvp or vjp', (u): u is 'jvp' | 'vjp' => u === 'jvp' || u === 'vjp')
const step = numberCodec('an integer other than 0', (x) => Number.isSafeInteger(x) && x !== 0)

const atMostCodec = refinedCodec(
  'a whole number of 0 or more, or null',
  (u): u is number | null => u === null || countCodec.is(u),
)

/** What the parameters of primitives can be, as JSON. */
const forms: Readonly<Record<ParameterForm, t.Mixed>> = {
  count: countCodec,
  counts: countsCodec,
  integers: t.readonlyArray(integer, 'a list of integers'),
  steps: t.readonlyArray(step, 'a list of integers other than 0'),
  flag,
  dtype: dtypeCodec,
}

const parametersOf = ({ parameters: given }: AnyPrimitive): t.Type<unknown> => {
  const entries = Object.entries(given)
  return strictRecord(
    entries.length === 0 ? 'no parameters' : 'parameters',
    Object.fromEntries(entries.map(([key, form]) => [key, forms[form]])),
  ) as t.Type<unknown>
}

/** Deeper nesting is refused, so that reading a file cannot exhaust the stack. */
const deepest = 64

/** The programs inside equations: of the right form, checked with the program that holds them. */
const nested: t.Type<Program, ProgramJson> = new t.Type(
  'a program',
  (u): u is Program => form.is(u),
  (u, context) =>
    context.filter(({ type }) => type === nested).length > deepest
      ? t.failure(u, context, `programs are nested more than ${String(deepest)} deep`)
      : form.validate(u, context),
  (program) => form.encode(program),
)

/** The operations that hold programs. The type makes a missing entry a compile error. */
const structural: { readonly [N in StructuralName]: t.Type<OperationParameters[N], ParametersJson[N]> } = {
  cond: strictRecord('parameters', { onTrue: nested, onFalse: nested }),
  scan: strictRecord('parameters', {
    body: nested,
    fixed: countCodec,
    carried: countCodec,
    length: countCodec,
    reverse: flag,
  }),
  while: strictRecord('parameters', {
    condition: nested,
    body: nested,
    fixed: countCodec,
    atMost: atMostCodec,
  }),
  checkpoint: strictRecord('parameters', { body: nested }),
  custom: strictRecord('parameters', { body: nested, mode, derivative: nested }),
}

/** The codec of every operation's parameters. */
const parameters = {
  ...Object.fromEntries(
    Object.entries(primitives).map(([name, primitive]) => [name, parametersOf(primitive)]),
  ),
  ...structural,
} as Readonly<Record<OperationName, t.Type<unknown>>>

const operation = refinedCodec(
  'the name of an operation',
  (u): u is OperationName => typeof u === 'string' && Object.hasOwn(parameters, u),
)

const types = t.readonlyArray(typedCodec, 'a list of types')

const withParameters = (params: t.Type<unknown, unknown>) =>
  strictRecord('an equation', { operation, inputs: countsCodec, params, outputs: types })

const operationOf = (u: unknown): unknown =>
  typeof u === 'object' && u !== null ? (u as { readonly operation?: unknown }).operation : undefined

/** An equation: the operation says which parameters there are. */
const equation: t.Type<Equation, EquationJson> = new t.Type(
  'an equation',
  (u): u is Equation => {
    const name = operationOf(u)
    return operation.is(name) && withParameters(parameters[name]).is(u)
  },
  (u, context) => {
    const name = operationOf(u)
    const params = operation.is(name) ? parameters[name] : t.unknown
    return withParameters(params).validate(u, context) as t.Validation<Equation>
  },
  (a) => withParameters(parameters[a.operation]).encode(a) as EquationJson,
)

const form: t.Type<Program, ProgramJson> = strictRecord('a program', {
  inputs: types,
  constants: t.readonlyArray(constantCodec, 'a list of constants'),
  equations: t.readonlyArray(equation, 'a list of equations'),
  outputs: countsCodec,
})

/** What is wrong with a program of the right form. */
const misfits = (program: Program): readonly Problem[] =>
  pipe(
    checkProgram(program),
    E.match(
      ({ problems }) => problems,
      () => [],
    ),
  )

/**
 * The program a piece of JSON describes, if it is one and well typed (see {@link checkProgram}); otherwise all that
 * is wrong and where. Nothing else happens, whatever the input.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeProgram, encodeProgram, programFunction, sin, stage, tensor, toArray, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor) => sin(x))(tensor(0))
 * const text = JSON.stringify(encodeProgram(program))
 * const again = decodeProgram(JSON.parse(text))
 * E.isRight(again) ? programFunction(again.right)(tensor(0)).map(toArray) : [] // => [0]
 * const wrong = decodeProgram({ ...JSON.parse(text), outputs: 'none' })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'outputs: expected a list of whole numbers, got "none"'
 * ```
 * @category Programs
 */
export const decodeProgram = (json: unknown): E.Either<DecodingError, Program> =>
  decodeWith(form, 'program', json, misfits)

/**
 * A program as JSON. Constants survive bit by bit: up to 16 elements as numbers (`"NaN"`, `"Infinity"`,
 * `"-Infinity"` and `"-0"` by name), more as the base64 of their little-endian bytes.
 *
 * @example
 * ```ts
 * import { add, encodeProgram, stage, tensor, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor) => add(x, 0.1))(tensor(0))
 * encodeProgram(program).constants // => [{ dtype: 'float32', shape: [], repeated: [], data: [0.1] }]
 * ```
 * @category Programs
 */
export const encodeProgram = (program: Program): ProgramJson => form.encode(program)

/**
 * {@link decodeProgram} and {@link encodeProgram} as an io-ts codec, to be part of larger ones.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as t from 'io-ts'
 * import { encodeProgram, programCodec, sin, stage, tensor } from 'puregrad'
 * const model = t.type({ name: t.string, program: programCodec })
 * const { program } = stage(sin)(tensor(0))
 * E.isRight(model.decode({ name: 'sine', program: encodeProgram(program) })) // => true
 * ```
 * @category Programs
 */
export const programCodec: t.Type<Program, ProgramJson> = new t.Type(
  'a program',
  (u): u is Program => form.is(u) && E.isRight(checkProgram(u)),
  (u, context) =>
    pipe(
      form.validate(u, context),
      E.flatMap((program) => {
        const problems = misfits(program)
        return problems.length === 0
          ? t.success(program)
          : t.failures(problems.map(({ message }) => ({ value: u, context, message })))
      }),
    ),
  encodeProgram,
)
