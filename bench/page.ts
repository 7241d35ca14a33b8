import type { ContenderName } from './contenders.ts'
import type { Measurement } from './measure.ts'
import type { Processes } from './process.ts'
import { others } from './rows.ts'
import { showSeconds } from './statistics.ts'
import { oursOf, ratiosOf, timedOf, verdictsOf, type Verdict } from './verdict.ts'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly node: string
  readonly instructions: string
}

export interface Results {
  readonly machine: Machine
  readonly command: string
  readonly measurements: readonly Measurement[]
  readonly processes: Processes | undefined
}

const titles: Readonly<Partial<Record<ContenderName, string>>> = {
  floor: 'C++ floor',
  openblas: 'OpenBLAS',
  jax: 'JAX',
  torch: 'PyTorch',
  'jax-js': 'jax-js',
  'tfjs-node': 'tfjs-node',
  'tfjs-wasm': 'tfjs-wasm',
  'tfjs-cpu': 'tfjs-cpu',
  'by-hand': 'by hand',
}
const titleOf = (name: ContenderName): string => titles[name] ?? name

const showRatio = (ratio: number): string => (ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2))

const verdictText = ({ target, best, met }: Verdict): string =>
  best === undefined
    ? `${target.against.map(titleOf).join(', ')}: not here`
    : `${met === true ? 'met' : 'missed'}: ${showRatio(best.ratio)} × ${titleOf(best.name)}, must ${String(target.must)}`

const limitText = ({ row, ...measurement }: Measurement): readonly string[] => {
  const ours = oursOf({ row, ...measurement })
  return row.limit === undefined || ours === undefined
    ? []
    : [`${ours.median <= row.limit.must ? 'met' : 'missed'}: at most ${showSeconds(row.limit.must)}`]
}

const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`

const table = (measurements: readonly Measurement[]): string => {
  const present = others.filter((name) =>
    measurements.some((measurement) => timedOf(measurement).some((entry) => entry.name === name)),
  )
  const lines = measurements.map((measurement) => {
    const [ours, ratios] = [oursOf(measurement), ratiosOf(measurement)]
    return cells([
      measurement.row.title,
      ours === undefined
        ? 'absent'
        : `${showSeconds(ours.median)} (${showSeconds(ours.lower)} … ${showSeconds(ours.upper)})`,
      ...present.map((name) => {
        const ratio = ratios.get(name)
        return ratio === undefined ? '–' : showRatio(ratio)
      }),
      [
        ...verdictsOf(measurement)
          .filter(({ best }) => best !== undefined)
          .map(verdictText),
        ...limitText(measurement),
      ].join('; '),
    ])
  })
  return [
    cells(['work', 'puregrad', ...present.map(titleOf), 'targets']),
    cells(['---', '---:', ...present.map(() => '---:'), '---']),
    ...lines,
  ].join('\n')
}

const absences = (measurements: readonly Measurement[]): readonly string[] =>
  [
    ...new Set(
      measurements.flatMap(({ row, entries }) =>
        entries.flatMap((entry) =>
          entry.kind === 'absent'
            ? [
                entry.why.startsWith('does not have')
                  ? ''
                  : `- ${titleOf(entry.name)}${/install|Python|compiler/.test(entry.why) ? '' : ` on ${row.title}`}: ${entry.why}`,
              ]
            : [],
        ),
      ),
    ),
  ].filter((line) => line !== '')

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`

const processText = ({ coldStart, emptyProcess, others, memory }: Processes): string => `## Whole processes

From the start of the process to the end of the first trained step of the net 2-16-16-1:
${showSeconds(coldStart.time.median)} and ${megabytes(coldStart.peak)} at most; an empty Node process takes
${showSeconds(emptyProcess.time.median)} and ${megabytes(emptyProcess.peak)}${others
  .map(
    ({ name, time, peak }) => `, one of ${titleOf(name)} ${showSeconds(time.median)} and ${megabytes(peak)}`,
  )
  .join('')}. Memory in use after each 10,000 of 100,000
compiled steps: ${memory.map(megabytes).join(', ')}.
`

/** The page with all tables. */
export const pageOf = ({ machine, command, measurements, processes }: Results): string => {
  const threads = [...new Set(measurements.map((measurement) => measurement.threads))]
  return `# Performance

Made by \`${command}\` on ${machine.processor}, ${String(machine.cores)} cores, Node ${machine.node}, ${machine.instructions}.
Times are medians with quartiles. All contenders do the same work on the same numbers, checked by its result, and take
turns in rounds; the columns of others hold their time divided by ours, so above 1 we are faster. float32 everywhere.
Training steps are chained: each starts from the parameters of the one before, whose memory may be used again.

![Times of others divided by ours](performance.svg)

${threads
  .map(
    (count) => `## ${count === 1 ? 'One thread' : `${String(count)} threads`}

${table(measurements.filter((measurement) => measurement.threads === count))}
`,
  )
  .join('\n')}
${processes === undefined ? '' : processText(processes)}
## Who is not here

${absences(measurements).join('\n') || 'Everybody is.'}
`
}

/** The picture: one row for each work, one point for each other contender, on a logarithmic scale of ratios. */
export const chartOf = (measurements: readonly Measurement[]): Readonly<Record<string, unknown>> => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 560,
  height: { step: 22 },
  background: 'white',
  title: 'time of others / time of puregrad',
  layer: [
    {
      data: {
        values: measurements.flatMap((measurement) =>
          [...ratiosOf(measurement)].map(([name, ratio]) => ({
            work: `${measurement.row.title}${measurement.threads === 1 ? '' : `, ${String(measurement.threads)} threads`}`,
            contender: titleOf(name),
            ratio,
          })),
        ),
      },
      mark: { type: 'point', filled: true, size: 60 },
      encoding: {
        x: { field: 'ratio', type: 'quantitative', scale: { type: 'log' }, title: null },
        y: { field: 'work', type: 'nominal', sort: null, title: null, axis: { labelLimit: 400 } },
        color: { field: 'contender', type: 'nominal', title: null },
        shape: { field: 'contender', type: 'nominal', title: null },
      },
    },
    {
      data: { values: [{ ratio: 1 }] },
      mark: { type: 'rule' },
      encoding: { x: { field: 'ratio', type: 'quantitative' } },
    },
  ],
})
