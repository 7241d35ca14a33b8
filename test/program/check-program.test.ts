import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  checkpoint,
  checkProgram,
  concat,
  cond,
  custom,
  grad,
  hvp,
  jvp,
  less,
  mul,
  printProgram,
  scan,
  sin,
  stack,
  stage,
  sum,
  tensor,
  vmap,
  type Equation,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { programs, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, smoothCases } from '../laws/primitives.ts'
import { f64, matrixFunctions, structuralCases } from './cases.ts'

const expectRight = (program: Program): void => {
  const checked = checkProgram(program)
  expect(E.isLeft(checked) ? `${checked.left.message}\n${printProgram(program)}` : '').toBe('')
  expect(E.isRight(checked) && checked.right === program).toBe(true)
}

const x = tensor([1, 2, 3])

/** Variables 0 and 1 are inputs; 2 = mul(0, 1), 3 = sin(2), 4 = sum(3). */
const straight = stage((a: Tensor, b: Tensor) => sum(sin(mul(a, b))))(x, x).program

/** 2 = less(sum …), then the choice. */
const choice = stage((a: Tensor, b: Tensor) =>
  cond(
    less(sum(a), 0),
    (p: Tensor, q: Tensor): Tensor => mul(p, q),
    (p: Tensor): Tensor => sin(p),
    a,
    b,
  ),
)(x, x).program

/** One fixed, one carried value, one sequence. */
const loop = stage((w: Tensor, initial: Tensor, elements: Tensor) =>
  scan(
    (carried: Tensor, element: Tensor): readonly [Tensor, Tensor] => [add(carried, mul(w, element)), carried],
    initial,
    elements,
  ),
)(tensor(2), tensor(0), x).program

const recomputed = stage(checkpoint((a: Tensor): Tensor => sin(a)))(x).program
const forward = stage(custom((a: Tensor): Tensor => sum(a), { jvp: (_, [da]) => sum(da) }))(x).program
const reverse = stage(
  custom((a: Tensor): Tensor => sum(a), { vjp: (a) => [sum(a), (ct: Tensor) => [mul(a, ct)] as [Tensor]] }),
)(x).program

/** A program with one equation changed. */
const changing = (program: Program, at: number, change: (equation: Equation) => object): Program => ({
  ...program,
  equations: program.equations.map((equation, i) =>
    i === at ? { ...equation, ...change(equation) } : equation,
  ),
})

/** A program with the parameters of one equation changed. */
const withParameters = (program: Program, at: number, change: (params: never) => object): Program =>
  changing(program, at, ({ params }) => ({ params: { ...params, ...change(params as never) } }))

const last = ({ equations }: Program): number => equations.length - 1

type Body = { readonly body: Program }
type Branches = { readonly onTrue: Program; readonly onFalse: Program }

const scalar = { shape: [], dtype: 'float32' } as const
const vector = { shape: [3], dtype: 'float32' } as const

describe('programs that are well typed', () => {
  test.each([...smoothCases, ...constantCases, ...structuralCases])('$name', ({ f, inputs }) => {
    expectRight(stage(f)(...inputs).program)
  })

  test('random programs and everything derived from them', () => {
    fc.assert(
      fc.property(matrixFunctions(), tensorsOf([2, 2]), ({ f }, at) => {
        const loss = (y: Tensor): Tensor => sum(f(y))
        expectRight(stage(f)(at).program)
        expectRight(stage(grad(loss))(at).program)
        expectRight(stage((y: Tensor) => jvp(f, [y], [y]))(at).program)
        expectRight(stage(vmap(f))(stack([at, at])).program)
        expectRight(stage((y: Tensor) => hvp(loss)(y, y))(at).program)
        expectRight(stage(vmap(grad(loss)))(stack([at, at])).program)
      }),
      { numRuns: 40 },
    )
  })

  test('random programs of smooth operations', () => {
    fc.assert(
      fc.property(programs({ maxLength: 12 }), tensorsOf([3, 3]), (program, at) => {
        expectRight(stage(grad(runScalarProgram(program)))(at).program)
      }),
      { numRuns: 60 },
    )
  })
})

describe('programs that are not', () => {
  test('the programs that are changed below are right', () => {
    for (const program of [straight, choice, loop, recomputed, forward, reverse]) expectRight(program)
  })

  test.each<[string, Program, string, RegExp]>([
    [
      'an undefined variable',
      changing(straight, 1, () => ({ inputs: [99] })),
      'equations[1].inputs[0]',
      /99/,
    ],
    ['a forward reference', changing(straight, 0, () => ({ inputs: [0, 3] })), 'equations[0].inputs[1]', /3/],
    [
      'its own result',
      changing(straight, 1, () => ({ inputs: [3] })),
      'equations[1].inputs[0]',
      /variable 3/,
    ],
    ['a negative variable', changing(straight, 1, () => ({ inputs: [-1] })), 'equations[1].inputs[0]', /-1/],
    ['half a variable', changing(straight, 1, () => ({ inputs: [0.5] })), 'equations[1].inputs[0]', /0\.5/],
    ['an undefined output', { ...straight, outputs: [4, 5] }, 'outputs[1]', /variable 5/],
    [
      'a recorded shape',
      changing(straight, 0, () => ({ outputs: [{ shape: [4], dtype: 'float32' }] })),
      'equations[0]',
      /mul: the recorded outputs are \(float32\[4\]\), expected \(float32\[3\]\)/,
    ],
    [
      'a recorded dtype',
      changing(straight, 1, () => ({ outputs: [{ shape: [3], dtype: 'float64' }] })),
      'equations[1]',
      /sin: .*float64\[3\].*expected \(float32\[3\]\)/,
    ],
    ['a recorded count', changing(straight, 2, () => ({ outputs: [] })), 'equations[2]', /sum.*float32\[\]/],
    [
      'too few inputs',
      changing(straight, 0, () => ({ inputs: [0] })),
      'equations[0]',
      /mul: expected 2 inputs, got 1/,
    ],
    [
      'too many inputs',
      changing(straight, 1, () => ({ inputs: [2, 2] })),
      'equations[1]',
      /sin: expected 1 inputs?, got 2/,
    ],
    [
      'nothing to join',
      changing(stage((a: Tensor) => concat([a, a]))(x).program, 0, () => ({ inputs: [] })),
      'equations[0]',
      /concat: expected one or more inputs, got 0/,
    ],
    [
      'two dtypes',
      { ...straight, inputs: [vector, { shape: [3], dtype: 'int32' }] },
      'equations[0]',
      /mul: dtypes float32 and int32 differ/,
    ],
    [
      'a dtype the operation does not take',
      {
        ...straight,
        inputs: [
          { shape: [3], dtype: 'int32' },
          { shape: [3], dtype: 'int32' },
        ],
        equations: [
          { ...straight.equations[0], outputs: [{ shape: [3], dtype: 'int32' }] } as Equation,
          ...straight.equations.slice(1),
        ],
      },
      'equations[1]',
      /sin: expected float32 or float64, got int32/,
    ],
    [
      'two shapes',
      { ...straight, inputs: [vector, scalar] },
      'equations[0]',
      /mul: shapes \[3\] and \[\] differ/,
    ],
    ['an axis', withParameters(straight, 2, () => ({ axes: [1] })), 'equations[2]', /sum/],
    [
      'a negative size',
      { ...straight, inputs: [{ shape: [-3], dtype: 'float32' }, vector] },
      'inputs[0]',
      /-3/,
    ],
    [
      'an unknown operation',
      changing(straight, 1, () => ({ operation: 'sine' })),
      'equations[1]',
      /unknown operation sine/,
    ],
    [
      'an inherited name',
      changing(straight, 1, () => ({ operation: 'toString' })),
      'equations[1]',
      /unknown operation toString/,
    ],
    [
      'a result that cannot be addressed',
      {
        inputs: [scalar],
        constants: [],
        equations: [
          {
            operation: 'broadcastTo',
            inputs: [0],
            params: { shape: [2 ** 20, 2 ** 20] },
            outputs: [{ shape: [2 ** 20, 2 ** 20], dtype: 'float32' }],
          },
        ],
        outputs: [],
      },
      'equations[0]',
      /broadcastTo: .* elements; a tensor has at most/,
    ],
    [
      'a predicate of numbers',
      changing(choice, last(choice), ({ inputs }) => ({ inputs: [0, ...inputs.slice(1)] })),
      `equations[${String(last(choice))}]`,
      /cond: the predicate is float32\[3\], expected bool\[\]/,
    ],
    [
      'no predicate',
      changing(choice, last(choice), () => ({ inputs: [] })),
      `equations[${String(last(choice))}]`,
      /cond: the predicate is missing/,
    ],
    [
      'a branch of other operands',
      changing(choice, last(choice), ({ inputs }) => ({ inputs: inputs.slice(0, 2) })),
      `equations[${String(last(choice))}]`,
      /cond: onTrue takes/,
    ],
    [
      'branches with other results',
      withParameters(choice, last(choice), ({ onFalse }: Branches) => ({
        onFalse: { ...onFalse, outputs: [] },
      })),
      `equations[${String(last(choice))}]`,
      /cond: onFalse returns \(\), expected \(float32\[3\]\)/,
    ],
    [
      'an equation in a branch',
      withParameters(choice, last(choice), ({ onTrue }: Branches) => ({
        onTrue: changing(onTrue, 0, () => ({ inputs: [0, 9] })),
      })),
      `equations[${String(last(choice))}].params.onTrue.equations[0].inputs[1]`,
      /variable 9/,
    ],
    [
      'a carried value that changes its type',
      withParameters(loop, 0, ({ body }: Body) => ({ body: { ...body, inputs: [scalar, vector, scalar] } })),
      'equations[0].params.body.equations[1]',
      /add: shapes/,
    ],
    [
      'a carried value that leaves with another type',
      {
        ...withParameters(loop, 0, () => ({
          body: {
            inputs: [scalar, scalar, scalar],
            constants: [],
            equations: [{ operation: 'broadcastTo', inputs: [1], params: { shape: [3] }, outputs: [vector] }],
            outputs: [3, 1],
          },
        })),
      },
      'equations[0]',
      /scan: the body carries on \(float32\[3\]\), expected \(float32\[\]\)/,
    ],
    [
      'the length of a sequence',
      withParameters(loop, 0, () => ({ length: 4 })),
      'equations[0]',
      /scan: given .*\[3\].*expected .*\[4\]/,
    ],
    [
      'a negative length',
      withParameters(loop, 0, () => ({ length: -1 })),
      'equations[0]',
      /scan: counts .* -1/,
    ],
    [
      'half a length',
      withParameters(loop, 0, () => ({ length: 2.5 })),
      'equations[0]',
      /scan: counts .* 2\.5/,
    ],
    [
      'more groups than inputs',
      withParameters(loop, 0, () => ({ fixed: 9 })),
      'equations[0]',
      /9 fixed and 1 carried/,
    ],
    [
      'more carried than results',
      withParameters(loop, 0, () => ({ fixed: 0, carried: 3 })),
      'equations[0]',
      /0 fixed and 3 carried/,
    ],
    ['a scan short of inputs', changing(loop, 0, () => ({ inputs: [0, 1] })), 'equations[0]', /scan: given/],
    [
      'the recorded stacks',
      changing(loop, 0, () => ({ outputs: [scalar, scalar] })),
      'equations[0]',
      /scan: the recorded outputs are \(float32\[\], float32\[\]\), expected \(float32\[\], float32\[3\]\)/,
    ],
    [
      'an output of the body',
      withParameters(loop, 0, ({ body }: Body) => ({ body: { ...body, outputs: [99, 0] } })),
      'equations[0].params.body.outputs[0]',
      /variable 99/,
    ],
    [
      'the body of checkpoint',
      withParameters(recomputed, 0, ({ body }: Body) => ({
        body: { ...body, inputs: [vector, vector], equations: [], outputs: [0] },
      })),
      'equations[0]',
      /checkpoint: the body takes/,
    ],
    [
      'the derivative of custom, forward',
      withParameters(forward, 0, ({ derivative }: { readonly derivative: Program }) => ({
        derivative: { ...derivative, outputs: [0] },
      })),
      'equations[0]',
      /custom: the derivative returns \(float32\[3\]\), expected \(float32\[\]\)/,
    ],
    [
      'the derivative of custom, reverse',
      withParameters(reverse, 0, () => ({ mode: 'jvp' })),
      'equations[0]',
      /custom: the derivative takes/,
    ],
    [
      'the body of custom',
      withParameters(reverse, 0, () => ({ body: straight })),
      'equations[0]',
      /custom: the body takes/,
    ],
  ])('%s', (_, program, path, message) => {
    const checked = checkProgram(program)
    expect(E.isLeft(checked) ? checked.left.message : 'right').toMatch(message)
    expect(E.isLeft(checked) ? checked.left : undefined).toMatchObject({
      kind: 'decoding',
      subject: 'program',
      problems: expect.arrayContaining([expect.objectContaining({ path })]),
    })
  })

  test('moving any input of any equation to a variable that does not exist yet', () => {
    fc.assert(
      fc.property(matrixFunctions(), fc.nat(), fc.nat(), fc.nat({ max: 3 }), ({ f }, at, input, beyond) => {
        const { program } = stage(f)(
          f64([
            [1, 2],
            [3, 4],
          ]),
        )
        const { equations, inputs, constants } = program
        if (equations.length === 0) return
        const i = at % equations.length
        const known =
          inputs.length +
          constants.length +
          equations.slice(0, i).reduce((n, { outputs }) => n + outputs.length, 0)
        const j = input % (equations[i] as Equation).inputs.length
        const wrong = changing(program, i, (equation) => ({
          inputs: equation.inputs.with(j, known + beyond),
        }))
        const checked = checkProgram(wrong)
        expect(E.isLeft(checked) ? checked.left.problems.map(({ path }) => path) : []).toEqual([
          `equations[${String(i)}].inputs[${String(j)}]`,
        ])
      }),
      { numRuns: 100 },
    )
  })
})
