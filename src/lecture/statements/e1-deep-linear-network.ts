import { foldIn, normal, type Key } from 'puregrad'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { amplification } from './deep-linear-network.ts'

const depths = Array.from({ length: 30 }, (_, i) => i + 1)
const scales = [0.5, 0.9, 1.1, 1.5]

const slope = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [mx, my] = [mean(0), mean(1)]
  return (
    points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) /
    points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  )
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const x = normal(foldIn(key, 'x'), [1, 2], { dtype: 'float64' })
  const curves = scales.map((p) => ({
    p,
    points: depths.map((depth) => [depth, amplification(p, depth, x, key)] as const),
  }))
  const errors = curves.map(({ p, points }) =>
    Math.abs(slope(points.map(([depth, gain]) => [depth, Math.log(gain)])) - Math.log(p)),
  )
  return {
    figures: { 'largest error of the slope': Math.max(...errors) },
    pictures: [
      {
        title: 'Output of a linear network whose weights are p times the identity',
        x: { title: 'layers' },
        y: { title: '‖ȳ‖ / ‖x‖', scale: 'log' },
        mark: 'line',
        series: curves.map(({ p, points }) => ({ name: `p = ${p}`, points })),
      },
    ],
  }
}

/** Depth multiplies: the logarithm of the output's size is a line in the number of layers with slope log p. */
export const e1 = earlierClaim({
  id: 'E1',
  lines: '404–418',
  asWritten: {
    en: 'Without biases and with the identity for activation, a network whose every weight matrix is p on the diagonal gives W of the last layer times the (L−1)-th power of diag(p, p) times x.',
    bg: 'Без отмествания и с тъждествената функция за активация изходът на мрежа, чиито матрици имат p по диагонала, е W на последния слой по (L−1)-вата степен на diag(p, p) по x.',
  },
  corrected: {
    en: 'The same: log ‖ȳ‖ is a straight line in L with slope log p. (What is multiplied by the last matrix is the activation of the layer before, which equals its z only because the activation is the identity.)',
    bg: 'Същото: log ‖ȳ‖ е права по L с наклон log p. (С последната матрица се умножава активацията на предния слой, която съвпада с неговото z само защото активацията е тъждествената функция.)',
  },
  marks: { 'largest error of the slope': { atMost: 1e-12 } },
  measure,
})
