// Plants typical mistakes into the derivative of every primitive of the library, and says which ones its laws miss.
//
//   npm run mutate:gradients -- [NAME …]
import { laws, mutationScore } from '../src/testing/index.ts'
import { smoothCases } from '../test/laws/primitives.ts'

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !smoothCases.some((one) => one.name === name))
if (unknown !== undefined) {
  console.error(
    `mutate:gradients: no primitive ${unknown}; there are ${smoothCases.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const reports = smoothCases
  .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  .map(({ name, f, inputs }) => {
    const properties = (g: typeof f) => laws.primitive((...given) => g(...given), { inputs, name })
    const report = mutationScore(f, properties, { at: [...inputs], every: false })
    console.log(
      [
        `${name}: ${report.caught.length} caught, ${report.survived.length} missed, ${report.unseen.length} that change nothing here`,
        ...report.survived.map(({ mistake }) => `  missed: ${mistake}`),
      ].join('\n'),
    )
    return report
  })
const count = (of: 'caught' | 'survived' | 'unseen'): number =>
  reports.reduce((total, report) => total + report[of].length, 0)
const [caught, survived] = [count('caught'), count('survived')]
const score = caught / (caught + survived)
console.log(`${caught} of ${caught + survived} mistakes are caught: ${(100 * score).toFixed(1)} %`)
if (score < 0.95) process.exitCode = 1
