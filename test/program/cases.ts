import * as fc from 'fast-check'
import {
  add,
  argmax,
  cast,
  checkpoint,
  cond,
  custom,
  exp,
  foldIn,
  foriLoop,
  grad,
  hessian,
  jvp,
  key,
  less,
  logicalAnd,
  matmul,
  mul,
  normal,
  scan,
  sin,
  square,
  sum,
  tanh,
  tensor,
  toTypedArray,
  transpose,
  uniform,
  vmap,
  whileLoop,
  type Key,
  type Nested,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { programs, runProgram } from '../../src/testing/index.ts'

/** A function to stage and the inputs that give its types. */
export interface StagedCase {
  readonly name: string
  readonly f: (...inputs: Tensor[]) => unknown
  readonly inputs: readonly Tensor[]
}

export const f64 = (nested: Nested): Tensor => tensor(nested, { dtype: 'float64' })

/** Dtype, shape and every bit of the elements. */
export const bitsOf = (x: Tensor): string => {
  const elements = toTypedArray(x)
  const bytes = Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength)
  return `${x.dtype}[${x.shape.join(', ')}] ${bytes.toString('hex')}`
}

const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value

/** A program with every constant as its bits, to be compared whole. */
export const contentOf = ({ inputs, constants, equations, outputs }: Program): unknown => ({
  inputs,
  constants: constants.map((constant) => bitsOf(constant as unknown as Tensor)),
  equations: equations.map((equation) => ({
    ...equation,
    params: Object.fromEntries(
      Object.entries(equation.params).map(([name, value]) => [
        name,
        isProgram(value) ? contentOf(value) : (value as unknown),
      ]),
    ),
  })),
  outputs,
})

/** x² with the derivative 3·dx, which is wrong, so that its use can be told from the true one. */
export const claimedForward = custom((x: Tensor): Tensor => square(x), { jvp: (_, [dx]) => mul(dx, 3) })

/** sin x with the derivative 5·dx, in reverse form. */
export const claimedReverse = custom((x: Tensor): Tensor => sin(x), {
  vjp: (x) => [sin(x), (cotangent: Tensor): [Tensor] => [mul(cotangent, 5)]],
})

/** One operation inside another, as a random program is put into. */
export const wrappings = {
  plain: (f) => f,
  checkpoint: (f) => checkpoint(f),
  custom: (f) => (x) => add(claimedForward(f(x)), claimedReverse(x)),
  scan: (f) => (x) => {
    const [last, partial] = scan(
      (carried: Tensor, element: Tensor): readonly [Tensor, Tensor] => {
        const next = f(add(mul(carried, 0.5), mul(x, element)))
        return [next, tanh(next)]
      },
      x,
      f64([0.25, -1, 0.5]),
    )
    return add(last, sum(partial, { axis: 0 }))
  },
  cond: (f) => (x) => cond(less(sum(x), 0), f, (y: Tensor): Tensor => mul(f(y), 2), x),
} as const satisfies Readonly<Record<string, (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor>>

/** Functions of one 2×2 matrix with every operation that holds programs. */
export const matrixFunctions = ({ maxLength = 5 }: { readonly maxLength?: number } = {}): fc.Arbitrary<{
  readonly wrapping: keyof typeof wrappings
  readonly f: (x: Tensor) => Tensor
}> =>
  fc
    .record({
      wrapping: fc.constantFrom(...(Object.keys(wrappings) as (keyof typeof wrappings)[])),
      program: programs({ maxLength }),
    })
    .map(({ wrapping, program }) => ({ wrapping, f: wrappings[wrapping](runProgram(program)) }))

const x = f64([
  [0.5, -1.25],
  [2, 0.75],
])
const y = f64([
  [1, 2],
  [-0.5, 0.25],
])
const sequence = f64([
  [0.5, 1],
  [-1, 2],
  [0.25, 3],
])

const ofSequence = (initial: Tensor, elements: Tensor): Tensor =>
  scan(
    (carried: Tensor, element: Tensor): readonly [Tensor, Tensor] => [
      tanh(add(mul(carried, element), element)),
      mul(carried, 2),
    ],
    initial,
    elements,
  )[0]

const chosen = (a: Tensor, b: Tensor): Tensor =>
  cond(
    less(sum(a), 0),
    (p: Tensor, q: Tensor): Tensor => mul(p, q),
    (p: Tensor): Tensor => add(p, 1),
    a,
    b,
  )

/** Functions that use every operation that holds programs, alone, within each other and after transformations. */
export const structuralCases: readonly StagedCase[] = [
  { name: 'cond', f: chosen, inputs: [x, y] },
  {
    name: 'cond that closes over values',
    f: (a: Tensor, b: Tensor) =>
      cond(
        less(sum(a), 0),
        () => sin(b),
        () => a,
      ),
    inputs: [x, y],
  },
  { name: 'scan', f: ofSequence, inputs: [f64([1, -1]), sequence] },
  {
    name: 'scan in reverse with records and a count',
    f: (a: Tensor, elements: Tensor) =>
      scan(
        ({ total, steps }, element) => [
          { total: add(mul(total, a), element.x), steps: add(steps, 1) },
          { seen: [total, steps] },
        ],
        { total: f64([0, 1]), steps: tensor(0, { dtype: 'int32' }) },
        { x: elements },
        { reverse: true },
      ),
    inputs: [f64([0.5, 2]), sequence],
  },
  {
    name: 'while',
    f: (a: Tensor, b: Tensor) =>
      whileLoop(
        ({ steps, state }) => logicalAnd(less(steps, 4), less(sum(state), 20)),
        ({ steps, state }) => ({ steps: add(steps, 1), state: add(mul(state, b), a) }),
        { steps: tensor(0, { dtype: 'int32' }), state: a },
        { atMost: 6 },
      ),
    inputs: [x, y],
  },
  {
    name: 'while in forward mode',
    f: (a: Tensor, b: Tensor) =>
      jvp(
        (c: Tensor) =>
          whileLoop(
            (s: Tensor) => less(sum(s), 20),
            (s) => add(mul(s, 1.5), square(b)),
            c,
          ),
        [a],
        [b],
      ),
    inputs: [x, y],
  },
  {
    name: 'scan of no elements',
    f: ofSequence,
    inputs: [f64([1, -1]), tensor(new Float64Array(0), { shape: [0, 2] })],
  },
  {
    name: 'scan without sequences',
    f: (a: Tensor) => scan((carried: Tensor) => [mul(carried, a), carried], x, undefined, { length: 3 }),
    inputs: [y],
  },
  {
    name: 'loops within a loop, with a choice inside',
    f: (a: Tensor) =>
      foriLoop(
        0,
        3,
        (i, outer: Tensor) =>
          foriLoop(
            0,
            2,
            (j, inner: Tensor) =>
              cond(
                less(i, j),
                () => mul(inner, a),
                () => add(inner, cast(i, 'float64')),
              ),
            outer,
          ),
        y,
      ),
    inputs: [x],
  },
  { name: 'checkpoint', f: checkpoint((a: Tensor) => sin(exp(a))), inputs: [x] },
  {
    name: 'checkpoint that closes over a value',
    f: (a: Tensor, b: Tensor) => checkpoint((p: Tensor) => mul(sin(p), b))(a),
    inputs: [x, y],
  },
  { name: 'custom, forward', f: claimedForward, inputs: [x] },
  { name: 'custom, reverse', f: claimedReverse, inputs: [x] },
  {
    name: 'custom of two arguments within checkpoint',
    f: checkpoint((a: Tensor, b: Tensor) =>
      custom((p: Tensor, q: Tensor) => matmul(p, q), {
        jvp: ([p], [dp, dq]) => add(mul(dp, p), mul(dq, 7)),
      })(a, b),
    ),
    inputs: [x, y],
  },
  {
    name: 'random numbers',
    f: (k: Tensor) => [
      normal(foldIn(k as Key, 'weights'), [3]),
      uniform(foldIn(k as Key, 1), [2], { dtype: 'float64' }),
    ],
    inputs: [key(7)],
  },
  {
    name: 'constants of every dtype',
    f: (a: Tensor) => [
      a,
      tensor([NaN, -0, Infinity, -Infinity, 0.1]),
      f64([NaN, -0, Infinity, -Infinity, 0.1]),
      tensor([-(2 ** 31), 2 ** 31 - 1], { dtype: 'int32' }),
      tensor(Uint32Array.of(2 ** 32 - 1, 7)),
      tensor([true, false]),
      transpose(
        tensor(
          Float64Array.from({ length: 20 }, (_, i) => 1 / i),
          { shape: [4, 5] },
        ),
      ),
    ],
    inputs: [x],
  },
  { name: 'argmax', f: (a: Tensor) => argmax(a), inputs: [x] },
  {
    name: 'gradient of scan',
    f: (a: Tensor, elements: Tensor) =>
      grad((p: readonly Tensor[]) => sum(ofSequence(p[0] as Tensor, p[1] as Tensor)))([a, elements]),
    inputs: [f64([1, -1]), sequence],
  },
  {
    name: 'gradient of cond',
    f: grad((a: Tensor) => sum(chosen(a, a))),
    inputs: [x],
  },
  {
    name: 'Hessian of cond',
    f: hessian((a: Tensor) => sum(mul(chosen(a, a), a))),
    inputs: [x],
  },
  { name: 'vmap of scan', f: vmap(ofSequence, { in: [0, null] }), inputs: [x, sequence] },
  { name: 'vmap of cond, batched predicate', f: vmap(chosen), inputs: [x, y] },
  {
    name: 'vmap of cond, one predicate',
    f: (a: Tensor, b: Tensor) =>
      vmap((q: Tensor) =>
        cond(
          less(sum(a), 0),
          () => sin(q),
          () => q,
        ),
      )(b),
    inputs: [x, y],
  },
]
