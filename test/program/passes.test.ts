import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { eliminateDeadCode } from '../../src/core/autodiff/dead-code.ts'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import {
  broadcastTo,
  checkProgram,
  grad,
  hvp,
  key,
  mean,
  normal,
  printProgram,
  sin,
  stage,
  tanh,
  maximum,
  minimum,
  tensor,
  toTypedArray,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import type { Typed } from '../../src/core/primitive/primitive.ts'
import { outputTypes, type Equation } from '../../src/core/primitive/program.ts'
import { primitiveNamed } from '../../src/core/primitive/named.ts'
import type { PrimitiveName } from '../../src/core/primitive/table.ts'
import { applyIdentities } from '../../src/compile/passes/algebra.ts'
import { postponeBroadcasts } from '../../src/compile/passes/broadcasts.ts'
import { shareSubexpressions } from '../../src/compile/passes/common-subexpressions.ts'
import { foldConstants } from '../../src/compile/passes/constant-folding.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { simplify } from '../../src/compile/passes/simplify.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import type { DType } from '../../src/core/tensor/dtype.ts'
import {
  programs,
  runProgram,
  runScalarProgram,
  type Program as Instructions,
} from '../../src/testing/programs.ts'
import { contentOf } from './cases.ts'
import { programsWithInputs } from './random-programs.ts'

/** The results of a program, every element of them; NaN is NaN and −0 is not 0. */
const resultsOf = (program: Program, inputs: readonly ConcreteTensor[]) =>
  evaluateProgram(program, inputs).map((x) => [...copyElements(x as ConcreteTensor)])

interface Pass {
  readonly name: string
  readonly pass: (program: Program) => Program
  /** Without sums of floats, which the pass may round in another way. */
  readonly exact?: boolean
  /** The least share of random programs it changes. */
  readonly share: number
}

const passes: readonly Pass[] = [
  { name: 'eliminateDeadCode', pass: eliminateDeadCode, share: 0.9 },
  { name: 'inlineCalls', pass: inlineCalls, share: 0.4 },
  { name: 'shareSubexpressions', pass: shareSubexpressions, share: 0.25 },
  { name: 'foldConstants', pass: foldConstants, share: 0.5 },
  { name: 'applyIdentities', pass: applyIdentities, share: 0.6 },
  { name: 'postponeBroadcasts', pass: postponeBroadcasts, exact: true, share: 0.15 },
  { name: 'simplify', pass: simplify, exact: true, share: 0.9 },
]

describe.each(passes)('$name', ({ name, pass, exact = false, share }) => {
  const cases = programsWithInputs({ exact })
  /** What the pass is compared with: a program without dead code, unless that is what it removes. */
  const given = name === 'eliminateDeadCode' ? (program: Program) => program : eliminateDeadCode

  it('gives every bit of the results, programs that are well typed, and nothing new the second time', () => {
    let changed = 0
    const numRuns = 300
    fc.assert(
      fc.property(cases, ({ program, inputs }) => {
        // What is checked has been met, so that it can be evaluated.
        expect(E.isRight(checkProgram(program))).toBe(true)
        const before = given(program)
        const after = pass(before)
        expect(E.isRight(checkProgram(after))).toBe(true)
        expect(after.inputs).toEqual(program.inputs)
        expect(outputTypes(after)).toEqual(outputTypes(program))
        expect(resultsOf(after, inputs)).toEqual(resultsOf(program, inputs))
        const content = contentOf(after)
        expect(pass(after)).toBe(after)
        if (!isDeepStrictEqual(content, contentOf(before))) changed++
      }),
      { numRuns },
    )
    expect(changed / numRuns).toBeGreaterThan(share)
  })
})

describe('with sums of floats', () => {
  const staged = (f: (x: Tensor) => Tensor, x: Tensor): Program => stage(f)(x).program
  /** Begins with work on values that repeat, so that there is something to postpone. */
  const afterRepetition = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
    f(sin(broadcastTo(mean(x, { axis: 1, keepDims: true }), x.shape)))
  const orders = {
    values: (p: Instructions) => afterRepetition(runProgram(p)),
    gradients: (p: Instructions) => grad(afterRepetition(runScalarProgram(p))),
    'Hessian-vector products': (p: Instructions) => (x: Tensor) =>
      hvp(afterRepetition(runScalarProgram(p)))(x, sin(x)),
  }
  it.each(Object.entries(orders))(
    'postponeBroadcasts and simplify give %s to 1e-11 of the largest element',
    (_, order) => {
      fc.assert(
        fc.property(programs({ maxLength: 8 }), fc.integer({ min: 2, max: 4 }), (p, size) => {
          const x = normal(key(3), [size, size], { dtype: 'float64' })
          const before = inlineCalls(staged(order(p), x))
          const [expected] = resultsOf(before, [x as unknown as ConcreteTensor])
          const scale = 1 + Math.max(...expected!.map(Math.abs))
          for (const pass of [postponeBroadcasts, simplify]) {
            const after = pass(before)
            expect(after).not.toBe(before)
            const [actual] = resultsOf(after, [x as unknown as ConcreteTensor])
            actual!.forEach((a, i) => expect(Math.abs(a - expected![i]!)).toBeLessThanOrEqual(1e-11 * scale))
          }
        }),
        { numRuns: 60 },
      )
    },
  )
})

/** A program of primitives from their names, inputs and parameters. */
const written = (
  inputs: readonly Typed[],
  constants: readonly Tensor[],
  equations: readonly (readonly [PrimitiveName, readonly number[], object?])[],
): Program => {
  const types: Typed[] = [...inputs, ...constants]
  return {
    inputs,
    constants: constants as unknown as readonly ConcreteTensor[],
    equations: equations.map(([operation, operands, params = {}]) => {
      const { shape, dtype } = primitiveNamed(operation).type(
        operands.map((i) => types[i]!),
        params as never,
      )
      types.push({ shape, dtype })
      return { operation, inputs: operands, params, outputs: [{ shape, dtype }] } as unknown as Equation
    }),
    outputs: [inputs.length + constants.length + equations.length - 1],
  }
}

const vector: Typed = { shape: [3], dtype: 'float32' }
const integers: Typed = { shape: [3], dtype: 'int32' }
const scalar: Typed = { shape: [], dtype: 'float32' }

const full = (value: number, shape: readonly number[] = [3], dtype: DType = 'float32'): Tensor =>
  broadcastTo(tensor(value, { dtype }), shape)

const bodyOf = (program: Program): readonly string[] =>
  printProgram(program)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(2))

describe('applyIdentities', () => {
  const equationsOf = (
    inputs: readonly Typed[],
    constants: readonly Tensor[],
    equations: readonly (readonly [PrimitiveName, readonly number[], object?])[],
  ) => bodyOf(applyIdentities(written(inputs, constants, equations)))

  it('drops what does nothing, to the sign of zero', () => {
    expect(equationsOf([vector], [full(-0)], [['add', [0, 1]]])).toEqual(['return a'])
    expect(equationsOf([vector], [full(0)], [['sub', [0, 1]]])).toEqual(['return a'])
    expect(equationsOf([vector], [full(0)], [['add', [0, 1]]])).toHaveLength(3)
    expect(equationsOf([vector], [full(-0)], [['sub', [0, 1]]])).toHaveLength(3)
    expect(
      equationsOf(
        [vector],
        [full(0)],
        [
          ['exp', [0]],
          ['add', [2, 1]],
        ],
      ),
    ).toEqual(['b: float32[3] = exp(a)', 'return b'])
    expect(equationsOf([integers], [full(0, [3], 'int32')], [['add', [0, 1]]])).toEqual(['return a'])
    expect(
      equationsOf(
        [vector],
        [full(1)],
        [
          ['mul', [1, 0]],
          ['div', [2, 1]],
          ['pow', [3, 1]],
        ],
      ),
    ).toEqual(['return a'])
    // Of three axes, which of the two comes first makes a difference.
    expect(
      equationsOf(
        [{ shape: [2, 3, 4], dtype: 'float32' }],
        [],
        [
          ['transpose', [0], { permutation: [1, 2, 0] }],
          ['transpose', [1], { permutation: [0, 2, 1] }],
        ],
      ),
    ).toEqual(['b: float32[3, 2, 4] = transpose(a) permutation=[1, 0, 2]', 'return b'])
  })

  it('keeps what may be NaN', () => {
    expect(equationsOf([vector], [full(0)], [['mul', [0, 1]]])).toHaveLength(3)
    expect(equationsOf([vector], [], [['sub', [0, 0]]])).toHaveLength(2)
    expect(equationsOf([integers], [full(0, [3], 'int32')], [['mul', [0, 1]]])).toEqual([
      'b: int32[3] = all 0',
      'return b',
    ])
  })

  it('merges signs and factors', () => {
    expect(
      equationsOf(
        [vector],
        [],
        [
          ['neg', [0]],
          ['neg', [1]],
        ],
      ),
    ).toEqual(['return a'])
    expect(
      equationsOf(
        [vector, vector],
        [full(-1)],
        [
          ['mul', [1, 2]],
          ['add', [0, 3]],
        ],
      ),
    ).toEqual(['c: float32[3] = sub(a, b)', 'return c'])
    expect(
      equationsOf(
        [vector, vector],
        [],
        [
          ['neg', [0]],
          ['mul', [2, 1]],
          ['sub', [0, 3]],
        ],
      ),
    ).toEqual(['c: float32[3] = mul(a, b)', 'd: float32[3] = add(a, c)', 'return d'])
    expect(
      equationsOf(
        [vector],
        [full(4), full(2)],
        [
          ['mul', [0, 1]],
          ['mul', [3, 2]],
        ],
      ),
    ).toEqual(['b: float32[3] = all 8', 'c: float32[3] = mul(a, b)', 'return c'])
    expect(
      equationsOf(
        [vector],
        [full(0.5), full(4)],
        [
          ['mul', [0, 1]],
          ['mul', [3, 2]],
        ],
      ),
    ).toHaveLength(5)
    expect(equationsOf([vector], [full(8)], [['div', [0, 1]]])).toEqual([
      'b: float32[3] = all 0.125',
      'c: float32[3] = mul(a, b)',
      'return c',
    ])
    // A third has no number: the quotient stays one, or its last bit would be another.
    expect(equationsOf([vector], [full(3)], [['div', [0, 1]]])).toEqual([
      'b: float32[3] = all 3',
      'c: float32[3] = div(a, b)',
      'return c',
    ])
  })

  it('compares a value once with what it was compared with before', () => {
    for (const operation of ['max', 'min'] as const)
      for (const again of [
        [2, 1],
        [0, 2],
      ])
        expect(
          equationsOf(
            [vector, vector],
            [],
            [
              [operation, [0, 1]],
              [operation, again],
            ],
          ),
        ).toEqual([`c: float32[3] = ${operation}(a, b)`, 'return c'])
    const telling = [0, -0, 1, -1, NaN, Infinity, -Infinity]
    const of = (pick: (x: number, y: number) => number): Tensor =>
      tensor(telling.flatMap((x) => telling.map((y) => pick(x, y))))
    const [x, y] = [of((a) => a), of((_, b) => b)]
    for (const f of [maximum, minimum])
      for (const again of [f(f(x, y) as Tensor, y), f(x, f(x, y) as Tensor)])
        expect([...toTypedArray(again as Tensor)]).toEqual([...toTypedArray(f(x, y) as Tensor)])
  })

  it('joins views', () => {
    const matrix: Typed = { shape: [2, 3], dtype: 'float32' }
    const turn = { permutation: [1, 0] }
    expect(
      equationsOf(
        [matrix],
        [],
        [
          ['transpose', [0], turn],
          ['transpose', [1], turn],
        ],
      ),
    ).toEqual(['return a'])
    expect(
      equationsOf(
        [matrix],
        [],
        [
          ['reshape', [0], { shape: [6] }],
          ['reshape', [1], { shape: [3, 2] }],
        ],
      ),
    ).toEqual(['b: float32[3, 2] = reshape(a) shape=[3, 2]', 'return b'])
    expect(
      equationsOf(
        [vector],
        [],
        [
          ['broadcastTo', [0], { shape: [1, 3] }],
          ['broadcastTo', [1], { shape: [2, 3] }],
        ],
      ),
    ).toEqual(['b: float32[2, 3] = broadcastTo(a) shape=[2, 3]', 'return b'])
    const back = { start: [2], step: [-1], shape: [3] }
    expect(
      equationsOf(
        [vector],
        [],
        [
          ['slice', [0], back],
          ['slice', [1], back],
        ],
      ),
    ).toEqual(['return a'])
    expect(
      equationsOf(
        [vector, vector],
        [],
        [
          ['concat', [0, 1], { axis: 0 }],
          ['slice', [2], { start: [3], step: [1], shape: [3] }],
        ],
      ),
    ).toEqual(['return b'])
    expect(
      equationsOf(
        [vector],
        [],
        [
          ['cast', [0], { dtype: 'float64' }],
          ['cast', [1], { dtype: 'float32' }],
        ],
      ),
    ).toEqual(['return a'])
    expect(
      equationsOf(
        [integers],
        [],
        [
          ['cast', [0], { dtype: 'float32' }],
          ['cast', [1], { dtype: 'int32' }],
        ],
      ),
    ).toHaveLength(3)
  })
})

describe('foldConstants', () => {
  it('computes what depends on constants only, repeated elements once', () => {
    const program = written(
      [vector],
      [full(2), full(3)],
      [
        ['mul', [1, 2]],
        ['add', [0, 3]],
      ],
    )
    expect(bodyOf(program)).toEqual([
      'b: float32[3] = all 2',
      'c: float32[3] = all 3',
      'd: float32[3] = mul(b, c)',
      'e: float32[3] = add(a, d)',
      'return e',
    ])
    expect(bodyOf(foldConstants(program))).toEqual([
      'b: float32[3] = all 6',
      'c: float32[3] = add(a, b)',
      'return c',
    ])
    const large = written([], [full(2, [1000, 1000])], [['mul', [0, 0]]])
    expect(bodyOf(foldConstants(large))).toEqual(['a: float32[1000, 1000] = all 4', 'return a'])
  })

  it('leaves what engines compute differently, what would be large, and what fails', () => {
    expect(foldConstants(written([], [full(2)], [['exp', [0]]])).equations).toHaveLength(1)
    const key2 = tensor([1, 2], { dtype: 'uint32' })
    const bits = (count: number) => written([], [key2], [['randomBits', [0], { shape: [count] }]])
    expect(foldConstants(bits(65_536)).equations).toHaveLength(0)
    expect(foldConstants(bits(65_537)).equations).toHaveLength(1)
    const index = tensor([7], { dtype: 'int32' })
    const outside = written([], [full(2), index], [['gather', [0, 1], { axis: 0, batchDims: 0 }]])
    expect(foldConstants(outside).equations).toHaveLength(1)
  })

  it('takes the branch a constant chooses', () => {
    const double = written([vector], [], [['add', [0, 0]]])
    const negative = written([vector], [], [['neg', [0]]])
    const program: Program = {
      inputs: [vector],
      constants: [tensor(false) as unknown as ConcreteTensor],
      equations: [
        {
          operation: 'cond',
          inputs: [1, 0],
          params: { onTrue: double, onFalse: negative },
          outputs: [vector],
        },
      ],
      outputs: [2],
    }
    expect(bodyOf(foldConstants(program))).toEqual(['b: float32[3] = neg(a)', 'return b'])
  })
})

describe('shareSubexpressions', () => {
  it('writes equal equations and constants once, within loops too', () => {
    const program = written(
      [vector, vector],
      [full(2), full(2)],
      [
        ['mul', [0, 2]],
        ['mul', [3, 0]],
        ['add', [4, 5]],
        ['sub', [0, 1]],
        ['sub', [1, 0]],
        ['mul', [7, 8]],
        ['mul', [6, 9]],
      ],
    )
    expect(bodyOf(shareSubexpressions(program))).toEqual([
      'c: float32[3] = all 2',
      'd: float32[3] = mul(a, c)',
      'e: float32[3] = add(d, d)',
      'f: float32[3] = sub(a, b)',
      'g: float32[3] = sub(b, a)',
      'h: float32[3] = mul(f, g)',
      'i: float32[3] = mul(e, h)',
      'return i',
    ])
    const body = written(
      [vector],
      [],
      [
        ['sin', [0]],
        ['sin', [0]],
        ['mul', [1, 2]],
      ],
    )
    const loop = { body, fixed: 0, carried: 1, length: 2, reverse: false }
    const outputs = [vector]
    const loops: Program = {
      inputs: [vector],
      constants: [],
      equations: [
        { operation: 'scan', inputs: [0], params: loop, outputs },
        { operation: 'scan', inputs: [0], params: { ...loop, body: { ...body } }, outputs },
      ],
      outputs: [1, 2],
    }
    expect(bodyOf(shareSubexpressions(loops))).toEqual([
      'b: float32[3] = scan(a) fixed=0 carried=1 length=2 reverse=false',
      '  body = (a: float32[3]) {',
      '    b: float32[3] = sin(a)',
      '    c: float32[3] = mul(b, b)',
      '    return c',
      '  }',
      'return b, b',
    ])
  })

  it('computes what is asked for where it was, not where an equal of it is that nobody asks for', () => {
    const program = stage((x: Tensor) => {
      sin(x)
      return [tanh(x), sin(x)] as const
    })(tensor([1, 2])).program
    expect(program.equations.map(({ operation }) => operation)).toEqual(['sin', 'tanh', 'sin'])
    for (const pass of [simplify, shareSubexpressions])
      expect(pass(program).equations.map(({ operation }) => operation)).toEqual(['tanh', 'sin'])
  })

  it('tells 0 from −0 and one NaN from another', () => {
    const nan = new Float64Array(new Uint32Array([1, 0x7ff80000]).buffer)
    const constants = [
      tensor(nan),
      tensor([NaN], { dtype: 'float64' }),
      tensor([0]),
      tensor([-0]),
      tensor([0]),
    ]
    const program = written([], constants, [])
    const kept = shareSubexpressions({ ...program, outputs: [0, 1, 2, 3, 4] })
    expect(kept.outputs).toEqual([0, 1, 2, 3, 2])
  })
})

describe('postponeBroadcasts', () => {
  it('works on what is repeated before it is', () => {
    const shape = [4, 3]
    const program = written(
      [vector, scalar],
      [full(2, shape)],
      [
        ['broadcastTo', [0], { shape }],
        ['mul', [3, 2]],
        ['broadcastTo', [1], { shape }],
        ['add', [4, 5]],
        ['sum', [6], { axes: [0] }],
      ],
    )
    expect(bodyOf(applyIdentities(postponeBroadcasts(program)))).toEqual([
      'c: float32[3] = all 2',
      'd: float32[3] = all 0',
      'e: float32[3] = all 4',
      'f: float32[3] = mul(a, c)',
      'g: float32[3] = broadcastTo(b) shape=[3]',
      'h: float32[3] = add(f, g)',
      'i: float32[3] = add(h, d)',
      'j: float32[3] = mul(i, e)',
      'return j',
    ])
  })

  it('keeps the elements that differ', () => {
    const column: Typed = { shape: [2, 1], dtype: 'float32' }
    const shape = [2, 3]
    const program = written(
      [column, vector],
      [],
      [
        ['broadcastTo', [0], { shape }],
        ['exp', [2]],
        ['broadcastTo', [1], { shape }],
        ['mul', [3, 4]],
        ['reduceMax', [3], { axes: [1] }],
      ],
    )
    expect(bodyOf(postponeBroadcasts({ ...program, outputs: [5, 6] }))).toEqual([
      'c: float32[2, 1] = exp(a)',
      'd: float32[2, 3] = broadcastTo(c) shape=[2, 3]',
      'e: float32[2, 3] = broadcastTo(b) shape=[2, 3]',
      'f: float32[2, 3] = mul(d, e)',
      'g: float32[2] = reshape(c) shape=[2]',
      'return f, g',
    ])
  })
})

describe('eliminateDeadCode', () => {
  it('drops results of loops and branches that nobody asks for, with what they need', () => {
    const body = written(
      [vector, vector, vector, vector],
      [],
      [
        ['mul', [0, 1]],
        ['add', [2, 3]],
        ['exp', [4]],
      ],
    )
    const loop = { body: { ...body, outputs: [4, 5, 6] }, fixed: 1, carried: 2, length: 2, reverse: false }
    const program: Program = {
      inputs: [vector, vector, vector, { shape: [2, 3], dtype: 'float32' }],
      constants: [],
      equations: [
        {
          operation: 'scan',
          inputs: [0, 1, 2, 3],
          params: loop,
          outputs: [vector, vector, { shape: [2, 3], dtype: 'float32' }],
        },
      ],
      outputs: [4],
    }
    expect(bodyOf(eliminateDeadCode(program))).toEqual([
      'e: float32[3] = scan(a, b) fixed=1 carried=1 length=2 reverse=false',
      '  body = (a: float32[3], b: float32[3]) {',
      '    c: float32[3] = mul(a, b)',
      '    return c',
      '  }',
      'return e',
    ])
  })
})

describe('inlineCalls', () => {
  it('puts bodies in the place of calls, and leaves out what stops derivatives', () => {
    const body = written(
      [vector],
      [],
      [
        ['stopGradient', [0]],
        ['exp', [1]],
      ],
    )
    const program: Program = {
      inputs: [vector],
      constants: [],
      equations: [
        { operation: 'checkpoint', inputs: [0], params: { body }, outputs: [vector] },
        {
          operation: 'custom',
          inputs: [1],
          params: { body, mode: 'jvp', derivative: written([vector, vector], [], [['mul', [0, 1]]]) },
          outputs: [vector],
        },
      ],
      outputs: [2],
    }
    expect(bodyOf(inlineCalls(program))).toEqual([
      'b: float32[3] = exp(a)',
      'c: float32[3] = exp(b)',
      'return c',
    ])
  })
})
