import type { ContenderName } from './contenders.ts'
import type { Measurement } from './measure.ts'
import { kindOf, type Processor } from './processor.ts'
import type { Results, Run, StoredEvaluation, StoredMeasurement, ToolName } from './results.ts'
import { others, rows, type Row } from './rows.ts'
import { showSeconds, type Spread } from './statistics.ts'
import { oursOf, ratiosOf, timedOf, verdictsOf, type Verdict } from './verdict.ts'

const titles: Readonly<Partial<Record<ContenderName, string>>> = {
  floor: 'C++ floor',
  openblas: 'OpenBLAS',
  jax: 'JAX',
  torch: 'PyTorch',
  'by-hand': 'by hand',
  onnxruntime: 'ONNX Runtime',
}
const titleOf = (name: ContenderName): string => titles[name] ?? name

const showRatio = (ratio: number): string => (ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2))
const showSpread = ({ median, lower, upper }: Spread): string =>
  `${showSeconds(median)} (${showSeconds(lower)} … ${showSeconds(upper)})`

/** Measurements with the rows they are of, in the order of the rows; what has no row any more is left out. */
const measurementsOf = (
  results: Results,
  threads?: number,
): readonly (Measurement & { readonly run: string })[] =>
  rows.flatMap((row) =>
    results.measurements
      .filter((stored) => stored.name === row.name && (threads === undefined || stored.threads === threads))
      .map((stored) => ({ row, threads: stored.threads, entries: stored.entries, run: stored.run })),
  )

const outcome = (isMet: boolean): string => (isMet ? 'met' : 'missed')

const verdictText = ({ must, best, met }: Verdict): readonly string[] =>
  best === undefined || met === undefined
    ? []
    : [`${outcome(met)}: ${showRatio(best.ratio)} × ${titleOf(best.name)}, must ${String(must)}`]

const limitText = (row: Row, ours: Spread | undefined): readonly string[] =>
  row.limit === undefined || ours === undefined
    ? []
    : [`${outcome(ours.median <= row.limit.must)}: at most ${showSeconds(row.limit.must)}`]

/** What a second core brings, where a row asks for it and both were measured in one run. */
const speedupText = (
  measurement: Measurement & { readonly run: string },
  results: Results,
): readonly string[] => {
  const { row, threads, run } = measurement
  const [alone] = measurementsOf(results, 1).filter((one) => one.row === row && one.run === run)
  const [ours, before] = [oursOf(measurement), alone === undefined ? undefined : oursOf(alone)]
  if (row.speedup === undefined || threads !== 2 || ours === undefined || before === undefined) return []
  const ratio = before.median / ours.median
  return [
    `${outcome(ratio >= row.speedup.must)}: ${showRatio(ratio)} × one thread, must ${String(row.speedup.must)}`,
  ]
}

const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`
const table = (head: readonly string[], lines: readonly (readonly string[])[], last: string): string =>
  [
    cells(head),
    cells(head.map((_, i) => (i === 0 ? '---' : i === head.length - 1 ? last : '---:'))),
    ...lines.map(cells),
  ].join('\n')

/** Runs of a kind of processor with letters; the one that most figures are of comes first and needs no mark. */
const lettered = (results: Results): ReadonlyMap<string, { readonly run: Run; readonly letter: string }> => {
  const figures = [...results.measurements, ...results.evaluations]
  const count = ({ date }: Run): number => figures.filter(({ run }) => run === date).length
  const ordered = results.runs.toSorted((a, b) => count(b) - count(a))
  return new Map(
    ordered.map((run, i) => [run.date, { run, letter: String.fromCharCode('a'.charCodeAt(0) + i) }]),
  )
}

const markOf = (run: string, runs: ReturnType<typeof lettered>): string => {
  const letter = runs.get(run)?.letter
  return letter === undefined || letter === 'a' ? '' : ` (${letter})`
}

/** A peer with the versions that were timed, more than one where rows are of several runs. */
const headOf = (
  name: ContenderName,
  timed: readonly StoredMeasurement[],
  runs: ReturnType<typeof lettered>,
): string => {
  const versions = timed
    .filter(({ entries }) => entries.some((entry) => entry.name === name && entry.kind === 'timed'))
    .flatMap(({ run }) => runs.get(run)?.run.versions[name] ?? [])
  return [titleOf(name), [...new Set(versions)].join(' / ')].filter((part) => part !== '').join(' ')
}

const threadTable = (results: Results, threads: number): string => {
  const [measurements, runs] = [measurementsOf(results, threads), lettered(results)]
  const present = others.filter((name) =>
    measurements.some((measurement) => timedOf(measurement).some((entry) => entry.name === name)),
  )
  const stored = results.measurements.filter((one) => one.threads === threads)
  return table(
    ['work', 'puregrad', ...present.map((name) => headOf(name, stored, runs)), 'targets'],
    measurements.map((measurement) => {
      const [ours, ratios] = [oursOf(measurement), ratiosOf(measurement)]
      return [
        `${measurement.row.title}${markOf(measurement.run, runs)}`,
        ours === undefined ? 'absent' : showSpread(ours),
        ...present.map((name) => {
          const ratio = ratios.get(name)
          return ratio === undefined ? '–' : showRatio(ratio)
        }),
        [
          ...verdictsOf(measurement, results.processor.vendor).flatMap(verdictText),
          ...limitText(measurement.row, ours),
          ...speedupText(measurement, results),
        ].join('; '),
      ]
    }),
    '---',
  )
}

const toolTitles: Readonly<Record<ToolName, string>> = { puregrad: 'puregrad', jax: 'JAX', torch: 'PyTorch' }

/** Then the heading bears the letter, and the rows need none. */
const areOfOneRun = ({ evaluations }: Results): boolean =>
  new Set(evaluations.map(({ run }) => run)).size === 1

const evaluationTable = (results: Results): string => {
  const runs = lettered(results)
  const timeOf = ({ entries }: StoredEvaluation, name: ToolName): Spread | undefined => {
    const found = entries.find((entry) => entry.name === name)
    return found?.kind === 'timed' ? found.time : undefined
  }
  const peers = (['jax', 'torch'] as const).filter((name) =>
    results.evaluations.some((evaluation) => timeOf(evaluation, name) !== undefined),
  )
  const head = (name: 'jax' | 'torch'): string =>
    [
      toolTitles[name],
      [...new Set(results.evaluations.flatMap(({ run }) => runs.get(run)?.run.versions[name] ?? []))].join(
        ' / ',
      ),
    ].join(' ')
  return table(
    ['evaluation', 'puregrad', ...peers.map(head)],
    results.evaluations.map((evaluation) => {
      const ours = timeOf(evaluation, 'puregrad')
      return [
        `${evaluation.module} ${evaluation.function}, ${evaluation.description}${areOfOneRun(results) ? '' : markOf(evaluation.run, runs)}`,
        ours === undefined ? 'absent' : showSpread(ours),
        ...peers.map((name) => {
          const time = timeOf(evaluation, name)
          return time === undefined || ours === undefined ? '–' : showRatio(time.median / ours.median)
        }),
      ]
    }),
    '---:',
  )
}

const evaluationText = (results: Results): readonly string[] =>
  results.evaluations.length === 0
    ? []
    : [
        `### GradBench, one thread${areOfOneRun(results) ? markOf(results.evaluations[0]?.run ?? '', lettered(results)) : ''}`,
        `Evaluations of [GradBench](https://github.com/gradbench/gradbench), those of ADBench included, on inputs like its own, in
float64, by its protocol: reading the input and writing the output is not timed. The time of a round is that of its fastest
run, and medians and quartiles are of rounds. Results agree to within 1e-4 as GradBench
measures it. Made by \`npm run bench:gradbench\`.`,
        evaluationTable(results),
      ]

/** Who was timed in no run, and where somebody else has no time. Who was not installed in one run was in another. */
const absences = (results: Results): readonly string[] => {
  const measured = measurementsOf(results)
  const timed = new Set(
    measured.flatMap(({ entries }) => entries.flatMap(({ name, kind }) => (kind === 'timed' ? [name] : []))),
  )
  const found = [
    ...measured.flatMap(({ row, entries }) =>
      entries.flatMap((entry) => {
        if (entry.kind === 'timed' || entry.why.startsWith('does not have')) return []
        const isMissing = /install|Python|compiler/.test(entry.why)
        if (isMissing && timed.has(entry.name)) return []
        return [`- ${titleOf(entry.name)}${isMissing ? '' : ` on ${row.title}`}: ${entry.why}`]
      }),
    ),
    ...results.evaluations.flatMap((evaluation) =>
      evaluation.entries.flatMap((entry) =>
        entry.kind === 'timed'
          ? []
          : [`- ${toolTitles[entry.name]} on ${evaluation.module} ${evaluation.function}: ${entry.why}`],
      ),
    ),
  ]
  return found.length === 0 ? [] : ['### Who is not here', [...new Set(found)].join('\n')]
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`

const processText = ({ processes, ...results }: Results): readonly string[] => {
  if (processes === undefined) return []
  const { coldStart, emptyProcess, others: peers, memory, run } = processes
  return [
    `### Whole processes${markOf(run, lettered(results))}`,
    `From the start of the process to the end of the first trained step of the net 2-16-16-1:
${showSeconds(coldStart.time.median)} and ${megabytes(coldStart.peak)} at most; an empty Node process takes
${showSeconds(emptyProcess.time.median)} and ${megabytes(emptyProcess.peak)}${peers
      .map(
        ({ name, time, peak }) =>
          `, one of ${titleOf(name)} ${showSeconds(time.median)} and ${megabytes(peak)}`,
      )
      .join('')}. Memory in use after each 10,000 of 100,000
compiled steps: ${memory.map(megabytes).join(', ')}.`,
  ]
}

const showProcessor = ({ label, cores, vectors, caches }: Processor): string =>
  [`${label}, ${String(cores)} cores`, vectors.join(' '), caches.join(', ')]
    .filter((part) => part !== '')
    .join('; ')

const runText = ({ run, letter }: { readonly run: Run; readonly letter: string }): string =>
  `- (${letter}) ${run.date.slice(0, 10)}: \`${run.command}\`, Node ${run.node}, ${run.backend}${run.load === undefined ? '' : `; ${String(run.load)} other processes at work`}${run.isBound === true ? '; everybody kept to as many cores as threads' : ''}.`

const processorText = (results: Results): readonly string[] => [
  `## ${results.processor.label}`,
  `${showProcessor(results.processor)}. Runs, of which the first made every figure without a letter:`,
  [...lettered(results).values()].map(runText).join('\n'),
  ...(results.measurements.some(({ threads }) => threads === 1)
    ? [`![Times of others divided by ours](${chartName(results)})`]
    : []),
  ...[...new Set(results.measurements.map(({ threads }) => threads))]
    .toSorted((a, b) => a - b)
    .flatMap((count) => [
      `### ${count === 1 ? 'One thread' : `${String(count)} threads`}`,
      threadTable(results, count),
    ]),
  ...evaluationText(results),
  ...processText(results),
  ...absences(results),
]

/** The best of the peers of a row, which is what a processor is compared by. */
const bestOf = (results: Results, row: Row, threads: number): string => {
  const measurement = measurementsOf(results, threads).find((one) => one.row === row)
  const ours = measurement === undefined ? undefined : oursOf(measurement)
  if (measurement === undefined || ours === undefined) return '–'
  const [best] = [...ratiosOf(measurement)].toSorted(([, a], [, b]) => a - b)
  return `${showSeconds(ours.median)}${best === undefined ? '' : `, ${showRatio(best[1])} × ${titleOf(best[0])}`}`
}

/** Where there are several processors: for each row our time and the fastest peer on each. */
const sideBySide = (all: readonly Results[]): readonly string[] =>
  all.length < 2
    ? []
    : [...new Set(all.flatMap(({ measurements }) => measurements.map(({ threads }) => threads)))]
        .toSorted((a, b) => a - b)
        .flatMap((threads) => [
          `## Side by side, ${threads === 1 ? 'one thread' : `${String(threads)} threads`}`,
          table(
            ['work', ...all.map(({ processor }) => `${processor.label}, ${String(processor.cores)} cores`)],
            rows
              .filter((row) =>
                all.some((results) => measurementsOf(results, threads).some((one) => one.row === row)),
              )
              .map((row) => [row.title, ...all.map((results) => bestOf(results, row, threads))]),
            '---:',
          ),
        ])

/** The name of the file with the picture of a kind of processor. */
export const chartName = ({ processor }: Results): string => `performance-${kindOf(processor)}.svg`

/** The page with all tables. */
export const pageOf = (all: readonly Results[]): string =>
  [
    '# Performance',
    `Made by \`npm run bench -- --write docs/performance.md\`, which replaces what it measures on its kind of processor and
leaves the rest (\`bench/README.md\` says how to install the peers). Times are medians with quartiles. All contenders do the
same work on the same numbers, checked by its result, and take turns in rounds, in which the others stand still; the columns of others hold their time divided
by ours, so above 1 we are faster. float32 unless it says otherwise. Training steps are chained: each starts from the
parameters of the one before, whose memory may be used again.`,
    `A figure holds for the processor and the versions it stands with, and says nothing of others: who is not in a table was not
timed there. Where a run says that many other processes were at work, times of more than a few milliseconds, and ratios of
them, are coarse.`,
    ...sideBySide(all),
    ...all.flatMap(processorText),
  ].join('\n\n') + '\n'

/** The picture: one row for each work, one point for each other contender, on a logarithmic scale of ratios. */
export const chartOf = (results: Results): Readonly<Record<string, unknown>> => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 560,
  height: { step: 22 },
  background: 'white',
  title: 'time of others / time of puregrad',
  layer: [
    {
      data: {
        values: measurementsOf(results, 1).flatMap((measurement) =>
          [...ratiosOf(measurement)].map(([name, ratio]) => ({
            work: measurement.row.title,
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
