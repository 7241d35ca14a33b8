/** Prints a picture with ticks, colours and lines that expressions decide: nothing may be compiled from text for it. */
import { pictureSvg } from '../../src/report/index.ts'

const svg = await pictureSvg({
  kind: 'curves',
  title: 'A parabola',
  x: { title: 'x', whole: true },
  y: { title: 'y', scale: 'log' },
  series: [{ name: 'x²', points: [1, 2, 3, 40].map((x) => [x, x * x] as const), mark: 'both' }],
})()
process.stdout.write(svg._tag === 'Right' ? svg.right : svg.left.message)

export {}
