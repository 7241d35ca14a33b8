import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  cast,
  checkpoint,
  concat,
  cond,
  custom,
  foriLoop,
  less,
  mul,
  ones,
  printProgram,
  runStaged,
  scan,
  sin,
  stage,
  sum,
  take,
  tensor,
  transpose,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { tensorsOf } from '../../src/testing/index.ts'
import { f64, matrixFunctions, structuralCases } from './cases.ts'

const printed = <A extends readonly unknown[]>(f: (...args: A) => unknown, ...args: A): string =>
  printProgram(stage(f)(...args).program)

const lines = (...text: readonly string[]): string => text.join('\n')

describe('a program as text', () => {
  test('one equation a line, with types and parameters', () => {
    expect(
      printed((x: Tensor, y: Tensor) => sum(mul(transpose(x), y), { axis: 0 }), zeros([2, 3]), zeros([3, 2])),
    ).toBe(
      lines(
        '(a: float32[2, 3], b: float32[3, 2]) {',
        '  c: float32[3, 2] = transpose(a) permutation=[1, 0]',
        '  d: float32[3, 2] = mul(c, b)',
        '  e: float32[2] = sum(d) axes=[0]',
        '  return e',
        '}',
      ),
    )
    expect(
      printed((x: Tensor) => concat([cast(x, 'int32'), tensor([1, 2], { dtype: 'int32' })]), zeros([1])),
    ).toBe(
      lines(
        '(a: float32[1]) {',
        '  b: int32[2] = [1, 2]',
        '  c: int32[1] = cast(a) dtype=int32',
        '  d: int32[3] = concat(c, b) axis=0',
        '  return d',
        '}',
      ),
    )
  })

  test('no inputs, no equations, several outputs', () => {
    expect(printed(() => [])).toBe(lines('() {', '  return', '}'))
    expect(printed((x: Tensor) => [x, x, tensor(2)], tensor(1))).toBe(
      lines('(a: float32[]) {', '  return a, a, 2', '}'),
    )
  })

  test('constants: scalars in place, small ones with values, large ones by size', () => {
    expect(
      printed(() => [
        tensor(0.1),
        tensor(-0),
        f64(0.1),
        f64(NaN),
        tensor(true),
        tensor(-7, { dtype: 'int32' }),
        tensor([0.1, -0, Infinity, NaN]),
        tensor([[true], [false]]),
        tensor([], { shape: [0] }),
        ones([3, 2]),
        tensor(new Float32Array(17)),
      ]),
    ).toBe(
      lines(
        '() {',
        '  a: float32[4] = [0.1, -0, Infinity, NaN]',
        '  b: bool[2, 1] = [[true], [false]]',
        '  c: float32[0] = []',
        '  d: float32[3, 2] = all 1',
        '  e: float32[17] = constant of 17 elements',
        '  return 0.1, -0, 0.1: float64, NaN: float64, true, -7: int32, a, b, c, d, e',
        '}',
      ),
    )
  })

  test('cond with its branches', () => {
    expect(
      printed(
        (x: Tensor, y: Tensor) =>
          cond(
            less(x, y),
            (a: Tensor): Tensor => sin(a),
            (a: Tensor): Tensor => mul(a, y),
            x,
          ),
        tensor(1),
        tensor(2),
      ),
    ).toBe(
      lines(
        '(a: float32[], b: float32[]) {',
        '  c: bool[] = less(a, b)',
        '  d: float32[] = cond(c, a, b)',
        '    onTrue = (a: float32[], b: float32[]) {',
        '      c: float32[] = sin(a)',
        '      return c',
        '    }',
        '    onFalse = (a: float32[], b: float32[]) {',
        '      c: float32[] = mul(a, b)',
        '      return c',
        '    }',
        '  return d',
        '}',
      ),
    )
  })

  test('scan, with the values it closes over first', () => {
    expect(
      printed(
        (w: Tensor) =>
          scan(
            (c: Tensor, x: Tensor): readonly [Tensor, Tensor] => [add(c, mul(x, w)), c],
            tensor(0),
            tensor([1, 2, 3]),
            {
              reverse: true,
            },
          ),
        tensor(2),
      ),
    ).toBe(
      lines(
        '(a: float32[]) {',
        '  b: float32[3] = [1, 2, 3]',
        '  c: float32[], d: float32[3] = scan(a, 0, b) fixed=1 carried=1 length=3 reverse=true',
        '    body = (a: float32[], b: float32[], c: float32[]) {',
        '      d: float32[] = mul(c, a)',
        '      e: float32[] = add(b, d)',
        '      return e, b',
        '    }',
        '  return c, d',
        '}',
      ),
    )
  })

  test('checkpoint and custom, programs within programs indented further', () => {
    const claimed = custom((x: Tensor): Tensor => mul(x, x), { jvp: (_, [dx]) => mul(dx, 3) })
    expect(
      printed(
        checkpoint((x: Tensor) => claimed(sin(x))),
        tensor(2),
      ),
    ).toBe(
      lines(
        '(a: float32[]) {',
        '  b: float32[] = checkpoint(a)',
        '    body = (a: float32[]) {',
        '      b: float32[] = sin(a)',
        '      c: float32[] = custom(b) mode=jvp',
        '        body = (a: float32[]) {',
        '          b: float32[] = mul(a, a)',
        '          return b',
        '        }',
        '        derivative = (a: float32[], b: float32[]) {',
        '          c: float32[] = mul(b, 3)',
        '          return c',
        '        }',
        '      return c',
        '    }',
        '  return b',
        '}',
      ),
    )
  })

  test('names go on after z', () => {
    const text = printed(
      (x: Tensor) => Array.from({ length: 710 }).reduce<Tensor>((y) => sin(y), x),
      tensor(0),
    )
    expect(text).toContain('\n  z: float32[] = sin(y)\n  aa: float32[] = sin(z)\n')
    expect(text).toContain('\n  zz: float32[] = sin(zy)\n  aaa: float32[] = sin(zz)\n')
  })

  test('the text tells programs apart and is the same each time', () => {
    const one = foriLoop
    expect(printed((x: Tensor) => one(0, 3, (_, y: Tensor) => sin(y), x), tensor(1))).not.toBe(
      printed((x: Tensor) => one(0, 4, (_, y: Tensor) => sin(y), x), tensor(1)),
    )
    expect(printed((x: Tensor) => take(x, tensor([0], { dtype: 'int32' })), zeros([3]))).not.toBe(
      printed((x: Tensor) => take(x, tensor([1], { dtype: 'int32' })), zeros([3])),
    )
    fc.assert(
      fc.property(matrixFunctions(), tensorsOf([2, 2]), ({ f }, x) => {
        const staged = stage(f)(x)
        const text = printProgram(staged.program)
        expect(printProgram(staged.program)).toBe(text)
        expect(printed(f, x)).toBe(text)
        expect(printed(runStaged(staged), x)).toBe(text)
      }),
      { numRuns: 60 },
    )
  })

  test.each(structuralCases)('$name: every variable is named before it is used, once', ({ f, inputs }) => {
    const text = printed(f, ...inputs)
    expect(text).not.toMatch(/#|undefined|\[object/)
    expect(text.split('{\n').length).toBe(text.split('}').length)
    const outermost = text.split('\n').filter((line) => /^ {2}\w+: /.test(line))
    const defined = outermost.flatMap((line) =>
      [...(line.split(' = ')[0] as string).matchAll(/(\w+): \w+\[/g)].map(([, name]) => name),
    )
    expect(new Set(defined).size).toBe(defined.length)
  })
})
