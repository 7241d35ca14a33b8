import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  cast,
  custom,
  div,
  elu,
  exp,
  floor,
  jvp,
  log,
  maximum,
  mul,
  pow,
  sin,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  tanh,
  tensor,
  toTypedArray,
  DTypeError,
  type Tensor,
} from '../../src/index.ts'
import {
  checkDerivatives,
  checkGrad,
  dyadic,
  programs,
  runScalarProgram,
  tensorsOf,
} from '../../src/testing/index.ts'
import { f64 } from '../program/cases.ts'

/** x ↦ Σ f(x) with a derivative of the elements that is off by the given function of the right one. */
const misjudged = (f: (x: Tensor) => Tensor, off: (slope: Tensor) => Tensor): ((x: Tensor) => Tensor) => {
  const claimed = custom((x: Tensor) => f(x), {
    jvp: ([x], [dx]) =>
      mul(off(jvp(f, [x], [f64(1)].map((one) => add(mul(x, 0), one)) as [Tensor])[1]), dx) as Tensor,
  })
  return (x) => sum(claimed(x))
}

const smooth: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sin,
  square,
  'exp of 3x': (x) => exp(mul(x, 3)) as Tensor,
  cube: (x) => pow(x, 3),
  'a steep tanh': (x) => tanh(mul(x, 50)) as Tensor,
  'a fast sine': (x) => sin(mul(x, 200)) as Tensor,
  'log of 1.001 + x²': (x) => log(add(square(x), 1.001)) as Tensor,
  'a line of large offset': (x) => add(mul(x, 3), 1e6) as Tensor,
}

describe('what checkGrad says', () => {
  test.each(Object.entries(smooth))('%s agrees where its gradient is right', (_, f) => {
    fc.assert(
      fc.property(tensorsOf([2], { min: -2, max: 2 }), (x) => {
        expect(checkGrad((y: Tensor) => sum(f(y)) as Tensor)(x)).toMatchObject({ kind: 'agrees' })
      }),
      { numRuns: 40 },
    )
  })

  test.each(Object.entries(smooth))('%s never agrees where its gradient is off by a hundredth', (_, f) => {
    fc.assert(
      fc.property(tensorsOf([2], { min: -2, max: 2 }), fc.boolean(), (x, additive) => {
        const off = misjudged(f, (slope) => (additive ? add(slope, 0.01) : mul(slope, 1.01)))
        // Where the slope itself is as good as 0, a hundredth of it is too.
        const verdict = checkGrad(off)(x)
        if (additive) expect(['disagrees', 'undecided']).toContain(verdict.kind)
        else if (verdict.kind === 'agrees') {
          const slope = jvp(f, [x], [f64([1, 1])])[1]
          expect(Math.max(...toTypedArray(abs(slope)))).toBeLessThan(1e-5)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('random programs agree, and do not when one element of the gradient is off', () => {
    fc.assert(
      fc.property(
        programs({ maxLength: 4 }),
        tensorsOf([2, 2], { min: -2, max: 2 }),
        fc.nat(3),
        (p, x, at) => {
          const loss = runScalarProgram(p)
          expect(checkGrad(loss)(x).kind).toBe('agrees')
          const spike = mul(
            f64(
              [
                [0, 1],
                [2, 3],
              ].map((row) => row.map((i) => (i === at ? 1 : 0))),
            ),
            0.01,
          ) as Tensor
          const wrong = (y: Tensor): Tensor =>
            add(loss(y), sub(sum(mul(y, spike)), stopGradient(sum(mul(y, spike)) as Tensor))) as Tensor
          expect(checkGrad(wrong)(x)).toMatchObject({ kind: 'disagrees', index: at })
        },
      ),
      { numRuns: 40 },
    )
  })

  test('one tensor may stand twice in the record', () => {
    const x = f64([1, 2])
    const loss = (p: { readonly a: Tensor; readonly b: readonly Tensor[] }): Tensor =>
      sum(mul(p.a, square(p.b[0] as Tensor)))
    expect(checkGrad(loss)({ a: x, b: [x] }).kind).toBe('agrees')
    expect(checkDerivatives(loss)({ a: x, b: [x] }).kind).toBe('agrees')
  })

  test('what cannot be told is not passed', () => {
    const at = f64([1, 2])
    const reasonFor = (f: (x: Tensor) => Tensor, x: Tensor = at): string => {
      const verdict = checkGrad(f)(x)
      return verdict.kind === 'undecided' ? verdict.reason : verdict.kind
    }
    expect(reasonFor((x) => sum(add(mul(x, 1e-9), 1e9)) as Tensor)).toBe('rounding errors are too large')
    expect(reasonFor((x) => sum(div(x, 0)) as Tensor)).toBe('the function is not finite at the point')
    expect(reasonFor((x) => sum(sqrt(x)) as Tensor, f64([0]))).toMatch(/not finite/)
    expect(reasonFor((x) => sum(floor(x)) as Tensor)).toMatch(/jump/)
    // All but the first eight digits are lost on the way.
    const coarse = (x: Tensor): Tensor => cast(cast(mul(add(x, 1e4), 1e-3), 'float32'), 'float64') as Tensor
    expect(reasonFor((x) => sum(coarse(x)) as Tensor)).toMatch(/rounding|settle|neither/)
    // A kink at a millionth from the point is seen, whichever side it is on.
    for (const d of [1e-6, -1e-6])
      expect(reasonFor((x) => sum(abs(sub(x, 1 + d))) as Tensor, f64([1]))).not.toBe('disagrees')
  })

  test('a jump of the curvature is no kink', () => {
    for (const f of [elu, (x: Tensor) => mul(x, abs(x)) as Tensor]) {
      const loss = (x: Tensor): Tensor => sum(add(f(x), mul(x, 0.25)))
      expect(checkGrad(loss)(f64([0, 1])).kind).toBe('agrees')
      expect(
        checkGrad(
          misjudged(
            (x) => add(f(x), mul(x, 0.25)) as Tensor,
            (slope) => mul(slope, 1.01) as Tensor,
          ),
        )(f64([0, 1])).kind,
      ).toBe('disagrees')
    }
  })

  test('kinks are told with both slopes', () => {
    expect(
      checkGrad((x: Tensor) => sum(maximum(mul(x, 3), mul(x, -1))) as Tensor)(f64([2, 0])),
    ).toMatchObject({
      kind: 'kink',
      index: 1,
      left: expect.closeTo(-1, 6) as number,
      right: expect.closeTo(3, 6) as number,
      inSubdifferential: true,
    })
  })

  test('every element of a small argument is looked at, of a large one a part', () => {
    const n = 300
    const hidden = (at: number, size: number) => {
      const mask = f64(Array.from({ length: size }, (_, i) => (i === at ? 1 : 0)))
      return (x: Tensor): Tensor => sum(add(sin(x), mul(mask, sub(x, stopGradient(x)))))
    }
    for (const at of [0, 137, n - 1])
      expect(checkGrad(hidden(at, n))(f64(Array.from({ length: n }, (_, i) => i / n)))).toMatchObject({
        kind: 'disagrees',
        index: at,
      })
    let calls = 0
    const counted = (x: Tensor): Tensor => {
      calls += 1
      return sum(sin(x))
    }
    expect(checkGrad(counted, { directions: 50 })(f64(Array.from({ length: 2000 }, () => 0.5))).kind).toBe(
      'agrees',
    )
    expect(calls).toBeLessThan(300)
  })

  test('differences need float64', () => {
    expect(() => checkGrad((x: Tensor) => sum(x) as Tensor)(tensor([1]))).toThrow(DTypeError)
    expect(() => checkDerivatives((x: Tensor) => cast(x, 'float32'))(f64([1]))).toThrow(/result is float32/)
  })
})

describe('what checkDerivatives says', () => {
  test('a rule that is wrong in one entry of a Jacobian of zeros', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), dyadic({ min: 0.25, max: 2 }), (row, column, size) => {
        const entry = f64(
          Array.from({ length: 6 }, (_, i) =>
            Array.from({ length: 6 }, (__, j) => (i === row && j === column ? size : 0)),
          ),
        )
        const f = custom((x: Tensor) => mul(x, 0) as Tensor, {
          jvp: (_, [dx]) => sum(mul(entry, dx), { axis: 1 }) as Tensor,
        })
        expect(checkDerivatives(f)(f64([1, 2, 3, 4, 5, 6]))).toMatchObject({
          kind: 'disagrees',
          index: column,
          outputIndex: row,
          ad: size,
          numeric: 0,
        })
      }),
      { numRuns: 30 },
    )
  })

  test('records to records, by both modes', () => {
    const f = (p: { readonly a: Tensor; readonly b: Tensor }) => ({
      y: [mul(p.a, sin(p.b))],
      z: sum(square(p.b)),
    })
    expect(checkDerivatives(f)({ a: f64([1, 2]), b: f64([0.5, -1]) }).kind).toBe('agrees')
  })

  test('a rule in reverse form that is right backwards is right forwards too', () => {
    const right = custom((x: Tensor) => sin(x), {
      vjp: (x) => [sin(x), (ct: Tensor): [Tensor] => [mul(ct, jvp(sin, [x], [f64([1, 1])])[1]) as Tensor]],
    })
    expect(checkDerivatives(right)(f64([0.5, 1])).kind).toBe('agrees')
  })
})
