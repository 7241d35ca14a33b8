import { describe, expect, test } from 'vitest'
import { cast, item, mul, type Tensor } from '../../src/index.ts'
import {
  cholesky,
  choleskySolve,
  det,
  inverse,
  matrixExponential,
  matrixPower,
  slogdet,
  solve,
} from '../../src/linalg/index.ts'
import { a4, distance, f64, hilbert, s4 } from './matrices.ts'

/*
 * Numbers of mpmath 1.3 with 40 digits: cholesky, lu_solve, inverse, det and powers of the matrices as doubles, expm with
 * method='taylor'.
 */
const factor = [
  [2.1213203435596424, 0, 0, 0],
  [-0.5892556509887896, 1.6287350238076719, 0, 0],
  [0.23570226039551584, 0.5457541441030943, 1.4651269087143077, 0],
  [0.9428090415820634, 0.034109634006443394, 0.518154638447743, 1.9599651564847131],
]
const inverted = [
  [-0.05506883604505632, 0.2853566958698373, -0.010012515644555695, -0.1476846057571965],
  [-0.3992490613266583, 0.23550271172298706, 0.26074259491030455, -0.3207133917396746],
  [-0.31289111389236546, 0.3183145598664998, 0.2461410095953275, -0.7027534418022529],
  [0.14267834793491865, 0.07884856070087609, 0.20775969962453067, 0.06445556946182729],
]
const exponential = [
  [0.5358879547447871, -0.25876193777251305, -0.7708375988409415, 0.8320110000587893],
  [2.1405084129590004, -1.4421481085890737, -0.9241318488727446, 2.911292426813926],
  [4.222577033016727, -0.8114009165307763, -1.40136475428253, 3.658358839143926],
  [0.7131490680012652, -2.0406111490410725, -0.7957136727983002, 1.0097667156889754],
]
const exponentialOf6A = [
  [-238.01465925280436, 35.308840843188804, 61.83095834230172, -246.5835449294719],
  [-495.5409082687631, -87.59839364803426, 36.04522082511157, -460.8207315751082],
  [-535.0409119384277, -289.42612393884264, -72.83040609446383, -434.08020198155026],
  [-456.53572756998386, 239.1684005011524, 216.8902172127636, -528.5212954158396],
]
const power5 = [
  [-553.2353515625, -778.834716796875, 571.5933837890625, 468.14892578125],
  [820.02734375, -72.080078125, -65.2041015625, -281.05078125],
  [-1323.41259765625, 688.4351196289062, -192.63717651367188, 140.1529541015625],
  [327.412109375, 933.447021484375, -599.7481689453125, -456.08056640625],
]
const powerOfMinus3 = [
  [-0.032873182907062044, -0.021593375718280544, 0.003298757662528603, -0.02764507073297387],
  [-0.039872240327978856, -0.05441873330947269, -0.02851198571561391, -0.02876193146197934],
  [-0.026966529382245946, -0.10129728791059428, -0.05166027157753243, 0.021470966301662175],
  [-0.09989150792086045, 0.015372121170651185, 0.016469191850881505, -0.09872431806846171],
]

const f32 = (x: Tensor): Tensor => cast(x, 'float32')

describe('numbers known to high precision', () => {
  test('cholesky', () => {
    expect(distance(cholesky(s4), f64(factor))).toBeLessThan(4e-16)
    expect(distance(cholesky(f32(s4)), f32(f64(factor)))).toBeLessThan(2e-7)
  })

  test('solve, in both dtypes, and through the Cholesky factor', () => {
    const x = [-1.0738423028785982, -1.702023362536504, -2.9347100542344595, 0.28222778473091364]
    const b = f64([1, -2, 0.5, 3])
    expect(distance(solve(a4, b), f64(x))).toBeLessThan(2e-15)
    expect(distance(solve(f32(a4), f32(b)), f32(f64(x)))).toBeLessThan(1e-6)
    expect(distance(choleskySolve(cholesky(s4), b), solve(s4, b))).toBeLessThan(2e-15)
  })

  test('inverse and powers', () => {
    expect(distance(inverse(a4), f64(inverted))).toBeLessThan(1e-15)
    expect(distance(matrixPower(a4, 5), f64(power5))).toBeLessThan(1e-15)
    expect(distance(matrixPower(a4, -3), f64(powerOfMinus3))).toBeLessThan(1e-15)
  })

  test('determinants', () => {
    expect(item(det(a4))).toBeCloseTo(74.90625, 12)
    expect(item(slogdet(a4).logAbsDet)).toBeCloseTo(4.316237331634658, 14)
    expect(item(slogdet(a4).sign)).toBe(1)
    expect(item(slogdet(mul(a4, f64([[-1], [1], [1], [1]]))).sign)).toBe(-1)
    expect(item(det(s4))).toBeCloseTo(98.4375, 12)
  })

  test('the exponential, with and without squaring', () => {
    expect(distance(matrixExponential(a4), f64(exponential))).toBeLessThan(3e-15)
    expect(distance(matrixExponential(f32(a4)), f32(f64(exponential)))).toBeLessThan(2e-6)
    expect(distance(matrixExponential(mul(a4, 6)), f64(exponentialOf6A))).toBeLessThan(1e-13)
  })

  test('an ill-conditioned matrix: the Hilbert matrix of order 6, whose condition is 1.5e7', () => {
    const exact = f64([
      -6.00000000085099, 210.00000002511598, -1680.0000001731532, 5040.000000455944, -6300.000000507649,
      2772.000000201327,
    ])
    const ones = f64([1, 1, 1, 1, 1, 1])
    expect(distance(solve(hilbert(6), ones), exact)).toBeLessThan(1e-9)
    expect(distance(choleskySolve(cholesky(hilbert(6)), ones), exact)).toBeLessThan(1e-9)
    expect(Math.abs(item(det(hilbert(6))) / 5.367299886945032e-18 - 1)).toBeLessThan(1e-8)
  })
})
