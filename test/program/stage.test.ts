import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  EscapedValueError,
  grad,
  isTensor,
  item,
  mul,
  programFunction,
  runStaged,
  ShapeError,
  sin,
  square,
  stage,
  sum,
  tensor,
  toArray,
  TreeError,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { bitsOf, contentOf, f64, structuralCases } from './cases.ts'

interface Parameters {
  readonly w: Tensor
  readonly b: Tensor
}

const parameters: Parameters = { w: f64([2, 3]), b: f64(1) }
const affine = (p: Parameters, x: Tensor): { readonly y: Tensor; readonly parts: readonly Tensor[] } => {
  const scaled = mul(p.w, x)
  return { y: add(scaled, p.b), parts: [scaled, x] }
}

describe('stage', () => {
  test('runs the function once, and never again', () => {
    const calls: number[] = []
    const f = (x: Tensor): Tensor => {
      calls.push(1)
      return sin(x)
    }
    const staged = stage(f)(f64([1, 2]))
    const run = runStaged(staged)
    run(f64([3, 4]))
    grad((x: Tensor): Tensor => sum(run(x)))(f64([3, 4]))
    vmap(run)(f64([[3, 4]]))
    expect(calls).toEqual([1])
  })

  test('keeps the structure of arguments and result, with zeros for tensors', () => {
    const staged = stage(affine)(parameters, f64([5, 7]))
    expect(Object.keys(staged.arguments[0])).toEqual(['w', 'b'])
    expect(toArray(staged.arguments[0].w)).toEqual([0, 0])
    expect(toArray(staged.arguments[1])).toEqual([0, 0])
    expect(staged.result.parts.map(toArray)).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(staged.program.inputs).toEqual([
      { shape: [2], dtype: 'float64' },
      { shape: [], dtype: 'float64' },
      { shape: [2], dtype: 'float64' },
    ])
  })

  test.each(structuralCases)('staging a staged program gives it again: $name', ({ f, inputs }) => {
    const staged = stage(f)(...inputs)
    const again = stage(runStaged(staged))(...inputs)
    expect(contentOf(again.program)).toEqual(contentOf(staged.program))
  })

  test('what is not a tensor is fixed', () => {
    const scaled = (options: { readonly times: number; readonly name: string }, x: Tensor): Tensor =>
      mul(x, options.times)
    const run = runStaged(stage(scaled)({ times: 3, name: 'a' }, f64([1])))
    expect(toArray(run({ times: 3, name: 'a' }, f64([2])))).toEqual([6])
    expect(() => run({ times: 4, name: 'a' }, f64([2]))).toThrow(TreeError)
    expect(() => run({ times: 4, name: 'a' }, f64([2]))).toThrow(/times.*3 against 4/)
  })

  test('a number becomes a scalar; inputs may be returned, repeated or unused', () => {
    const staged = stage(() => 2.5)()
    expect(item(runStaged(staged)() as unknown as Tensor)).toBe(2.5)
    expect(isTensor(staged.result)).toBe(true)
    const through = stage((x: Tensor, _unused: Tensor) => [x, x])(f64(1), f64([1, 2]))
    expect(through.program).toEqual({
      inputs: [
        { shape: [], dtype: 'float64' },
        { shape: [2], dtype: 'float64' },
      ],
      constants: [],
      equations: [],
      outputs: [0, 0],
    })
    expect(runStaged(through)(f64(4), f64([0, 0])).map(item)).toEqual([4, 4])
  })

  test('one tensor passed twice is two inputs', () => {
    const x = f64(3)
    const staged = stage((a: Tensor, b: Tensor) => mul(a, b))(x, x)
    expect(staged.program.inputs.length).toBe(2)
    expect(item(runStaged(staged)(f64(2), f64(5)))).toBe(10)
  })

  test('a value that outlives its staging is reported', () => {
    const kept: Tensor[] = []
    stage((x: Tensor) => {
      kept.push(x)
      return sin(x)
    })(f64(1))
    expect(() => sin(kept[0] as Tensor)).toThrow(EscapedValueError)
    expect(() => stage((x: Tensor) => add(x, kept[0] as Tensor))(f64(1))).toThrow(ArgumentError)
    expect(() => stage(() => kept[0])()).toThrow()
  })

  test('a value of a transformation around it has to be an argument', () => {
    expect(() => grad((x: Tensor) => stage((y: Tensor) => mul(x, y))(f64(1)).result)(f64(2))).toThrow(
      ArgumentError,
    )
    expect(() => grad((x: Tensor) => stage((y: Tensor) => mul(x, y))(f64(1)).result)(f64(2))).toThrow(
      /pass it as one/,
    )
    const passed = (x: Tensor): Tensor => runStaged(stage((y: Tensor) => square(y))(x))(x)
    expect(item(grad(passed)(f64(3)))).toBe(6)
  })
})

describe('runStaged and programFunction', () => {
  const staged = stage(affine)(parameters, f64([5, 7]))

  test('take and return what the function does', () => {
    const expected = affine(parameters, f64([1, -1]))
    const found = runStaged(staged)(parameters, f64([1, -1]))
    expect(bitsOf(found.y)).toBe(bitsOf(expected.y))
    expect(found.parts.map(bitsOf)).toEqual(expected.parts.map(bitsOf))
    expect(programFunction(staged.program)(parameters.w, parameters.b, f64([1, -1])).map(bitsOf)).toEqual(
      [expected.y, ...expected.parts].map(bitsOf),
    )
  })

  test('the order of keys does not matter', () => {
    const reordered: Parameters = { b: parameters.b, w: parameters.w }
    expect(bitsOf(runStaged(staged)(reordered, f64([1, -1])).y)).toBe(
      bitsOf(affine(parameters, f64([1, -1])).y),
    )
    const same = stage((p: Parameters) => add(mul(p.w, 10), p.b))({ w: f64(1), b: f64(2) })
    expect(item(runStaged(same)({ b: f64(2), w: f64(1) }))).toBe(12)
  })

  test('say what does not fit', () => {
    const run = runStaged(staged)
    expect(() => run({ w: f64([2, 3, 4]), b: f64(1) }, f64([1, 2]))).toThrow(ShapeError)
    expect(() => run({ w: f64([2, 3, 4]), b: f64(1) }, f64([1, 2]))).toThrow(
      /argument \[0\]\.w is float64\[3\], the program takes float64\[2\]/,
    )
    expect(() => run({ w: tensor([2, 3]), b: f64(1) }, f64([1, 2]))).toThrow(/float32\[2\].*float64\[2\]/)
    expect(() => run({ w: f64([2, 3]) } as never, f64([1, 2]))).toThrow(TreeError)
    expect(() => (run as (...args: unknown[]) => unknown)(parameters)).toThrow(TreeError)
    const flat = programFunction(staged.program)
    expect(() => flat(f64([1, 2]))).toThrow(ArgumentError)
    expect(() => flat(f64([1, 2]))).toThrow(/takes 3 tensors, got 1/)
    expect(() => flat(f64([1, 2]), f64([1, 2]), f64([1, 2]))).toThrow(
      /input 1 is float64\[2\].*takes float64\[\]/,
    )
  })
})
