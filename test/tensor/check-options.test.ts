import { tensor } from '../../src/index.ts'
import { describe, expect, test } from 'vitest'
import { checkOptions } from '../../src/core/tensor/check-options.ts'
import { checkSetting, settingProblem } from '../../src/core/tensor/check-setting.ts'
import { ArgumentError } from '../../src/index.ts'

interface Options {
  readonly axis?: number
  readonly keepDims?: boolean
}
const known = { axis: true, keepDims: true } as const
const check = (options: unknown) => checkOptions<Options>('sum', options as Options, known)

describe('checkOptions', () => {
  test('known names pass, also none and those of a record without prototype', () => {
    check({})
    check({ axis: 0, keepDims: undefined })
    check(Object.assign(Object.create(null) as object, { axis: 1 }))
  })
  test('an unknown name is refused with the nearest known one', () => {
    expect(() => check({ axes: 0 })).toThrow(ArgumentError)
    expect(() => check({ axes: 0 })).toThrow(
      'sum: "axes" is not an option; did you mean axis? (there is axis, keepDims)',
    )
    expect(() => check({ keepdims: true })).toThrow('did you mean keepDims?')
    expect(() => check({ colour: 1 })).toThrow('sum: "colour" is not an option (there is axis, keepDims)')
    expect(() => check({ toString: 1 })).toThrow('"toString" is not an option')
  })
  test('what is no record is refused', () => {
    expect(() => check(1)).toThrow('sum: expected options as a record such as { axis: 1 }, got 1')
    expect(() => check([0])).toThrow('such as { axis: [0] }, got [0]')
    expect(() => check(null)).toThrow('such as { axis }, got null')
    expect(() => check(tensor(3))).toThrow('got a float32 tensor of shape []')
  })
})

describe('checkSetting', () => {
  test('ranges', () => {
    expect(settingProblem('b1', 0, { min: 0, below: 1 })).toBeUndefined()
    expect(settingProblem('b1', 1, { min: 0, below: 1 })).toBe(
      'b1: expected a finite number of 0 or more and below 1, got 1',
    )
    expect(settingProblem('rate', NaN)).toBe('rate: expected a finite number, got NaN')
    expect(settingProblem('clip', Infinity, { above: 0, infinite: true })).toBeUndefined()
    expect(settingProblem('clip', NaN, { infinite: true })).toBe('clip: expected a number, got NaN')
    expect(settingProblem('n', 1.5, { whole: true, min: 1 })).toBe(
      'n: expected a whole number of 1 or more, got 1.5',
    )
    expect(settingProblem('n', '3', { whole: true })).toBe('n: expected a whole number, got "3"')
    expect(() => checkSetting('adam', 'b2', 1, { below: 1 })).toThrow(
      'adam: b2: expected a finite number below 1, got 1',
    )
  })
})
