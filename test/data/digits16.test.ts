import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import { digits16 } from '../../src/data/index.ts'
import { nearestCentroidAccuracy, numbers } from './rows.ts'

describe('digits16', () => {
  test('shapes, names, range and balance', () => {
    const { x, y, n, targets } = digits16({ key: key(0), n: 50 })
    expect([x.shape, y.shape, n, x.dtype, y.dtype]).toEqual([[50, 256], [50], 50, 'float32', 'int32'])
    expect(targets.names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    const cells = numbers(x)
    expect(cells.every((ink) => ink >= 0 && ink <= 1)).toBe(true)
    expect(cells.some((ink) => ink === 0)).toBe(true)
    expect(cells.some((ink) => ink === 1)).toBe(true)
    targets.names.forEach((_, digit) => expect(numbers(y).filter((label) => label === digit).length).toBe(5))
  })

  test('a key fixes every picture, and asking for more of them only adds to the end', () => {
    const ten = numbers(digits16({ key: key(3), n: 10 }).x)
    expect(numbers(digits16({ key: key(3), n: 10 }).x)).toEqual(ten)
    expect(numbers(digits16({ key: key(3), n: 30 }).x).slice(0, 2560)).toEqual(ten)
    expect(numbers(digits16({ key: key(4), n: 10 }).x)).not.toEqual(ten)
  })

  test('without jitter and noise pictures of a class differ in the width of the stroke only', () => {
    const x = numbers(digits16({ key: key(0), n: 20, noise: 0, jitter: 0 }).x)
    const difference = (a: number, b: number) =>
      Array.from({ length: 256 }, (_, p) => Math.abs(x[a * 256 + p]! - x[b * 256 + p]!)).reduce(
        (s, d) => s + d,
      )
    Array.from({ length: 10 }, (_, digit) =>
      Array.from({ length: 10 }, (_other, other) => {
        if (other !== digit) expect(difference(digit, digit + 10)).toBeLessThan(difference(digit, other + 10))
      }),
    )
  })

  test('strokes end where the glyph ends: the frame of the picture stays empty', () => {
    const x = numbers(digits16({ key: key(0), n: 20, noise: 0, jitter: 0 }).x)
    const onFrame = (p: number) => p % 16 === 0 || p % 16 === 15 || p < 16 || p >= 240
    x.forEach((ink, i) => {
      if (onFrame(i % 256)) expect(ink).toBeLessThan(0.25)
    })
  })

  test('noise has the standard deviation asked for', () => {
    const clean = numbers(digits16({ key: key(0), n: 100, noise: 0 }).x)
    const noisy = numbers(digits16({ key: key(0), n: 100, noise: 0.1 }).x)
    // Where ink is near ½ nothing is clipped.
    const changes = noisy
      .map((ink, i) => ink - clean[i]!)
      .filter((_, i) => clean[i]! > 0.45 && clean[i]! < 0.55)
    const deviation = Math.sqrt(changes.reduce((sum, d) => sum + d * d, 0) / changes.length)
    expect(changes.length).toBeGreaterThan(200)
    expect(Math.abs(deviation - 0.1)).toBeLessThan((4 * 0.1) / Math.sqrt(2 * changes.length))
  })

  test('classes can be told apart, but not by their means alone', { timeout: 60_000 }, () => {
    const accuracies = [0, 1, 2].map((seed) =>
      nearestCentroidAccuracy(
        digits16({ key: key(seed), n: 1000 }),
        digits16({ key: key(seed + 10), n: 500 }),
      ),
    )
    accuracies.forEach((accuracy) => {
      expect(accuracy).toBeGreaterThan(0.6)
      expect(accuracy).toBeLessThan(0.97)
    })
  })

  test.each([
    [{ n: 0 }, 'the number of pictures is a positive integer, got 0'],
    [{ n: 2.5 }, 'got 2.5'],
    [{ n: 1, noise: -1 }, 'noise: expected a finite number of 0 or more, got -1'],
    [{ n: 1, jitter: NaN }, 'jitter: expected a finite number of 0 or more, got NaN'],
  ])('%o is refused', (options, message) => {
    expect(() => digits16({ key: key(0), ...options })).toThrow(message)
  })
})
