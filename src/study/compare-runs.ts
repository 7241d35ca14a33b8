import type { RunContent, RunRecord } from './run-record.ts'

/**
 * Something that two runs have different, absent in one of them or of other values.
 *
 * @category Records of runs
 */
export interface Difference {
  /** Names and positions joined by dots. */
  readonly path: string
  readonly a: unknown
  readonly b: unknown
}

/**
 * A metric of two runs; NaN in the one that lacks it.
 *
 * @category Records of runs
 */
export interface MetricComparison {
  readonly name: string
  readonly a: number
  readonly b: number
  /** b − a */
  readonly change: number
  /** How many of the 64 bits differ. */
  readonly differingBits: number
}

/**
 * Two runs side by side.
 *
 * @category Records of runs
 */
export interface RunComparison {
  /** Where spec, seed, data and version differ: what may explain the metrics. */
  readonly settings: readonly Difference[]
  readonly metrics: readonly MetricComparison[]
  /** Over all metrics; 0 for a replay. */
  readonly differingBits: number
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const differences = (a: unknown, b: unknown, path: string): readonly Difference[] => {
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b))
    return Object.is(a, b) ? [] : [{ path, a, b }]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
    differences(a[name], b[name], path === '' ? name : `${path}.${name}`),
  )
}

const bitsOf = (x: number): bigint => new BigUint64Array(Float64Array.of(x).buffer)[0] ?? 0n

/** How many bits of two doubles differ; every NaN is the same. */
const differingBits = (a: number, b: number): number =>
  Object.is(a, b) ? 0 : [...(bitsOf(a) ^ bitsOf(b)).toString(2)].filter((bit) => bit === '1').length

const metricsOf = (a: RunContent, b: RunContent): readonly MetricComparison[] =>
  [...new Set([...Object.keys(a.metrics), ...Object.keys(b.metrics)])].map((name) => {
    const [before = NaN, after = NaN] = [a.metrics[name], b.metrics[name]]
    return {
      name,
      a: before,
      b: after,
      change: after - before,
      differingBits: differingBits(before, after),
    }
  })

/**
 * Two runs side by side: which settings differ, and by how much and how many bits each metric.
 *
 * @example
 * ```ts
 * import { compareRuns, runRecord } from 'puregrad/study'
 * const content = { seed: 0, data: 'digits', version: '1' }
 * const a = runRecord({ ...content, spec: { units: 8 }, metrics: { loss: 0.5 } }, { seconds: 3 })
 * const b = runRecord({ ...content, spec: { units: 16 }, metrics: { loss: 0.25 } }, { seconds: 5 })
 * compareRuns(a, b).settings // => [{ path: 'spec.units', a: 8, b: 16 }]
 * compareRuns(a, b).metrics[0]?.change // => -0.25
 * ```
 * @category Records of runs
 */
export const compareRuns = (a: RunContent, b: RunContent): RunComparison => {
  const settings = ({ spec, seed, data, version }: RunContent): unknown => ({ spec, seed, data, version })
  const metrics = metricsOf(a, b)
  return {
    settings: differences(settings(a), settings(b), ''),
    metrics,
    differingBits: metrics.reduce((total, metric) => total + metric.differingBits, 0),
  }
}

/**
 * Runs a record again and compares: of a pure run no bit differs.
 *
 * @param run measures what the spec and the seed say.
 * @example
 * ```ts
 * import { replay, runRecord } from 'puregrad/study'
 * const measure = (_: unknown, seed: number) => ({ loss: Math.sqrt(seed) })
 * const record = runRecord({ spec: {}, seed: 2, data: '', version: '1', metrics: measure({}, 2) }, { seconds: 0 })
 * replay(record, measure).differingBits // => 0
 * ```
 * @category Records of runs
 */
export const replay = (
  record: RunRecord,
  run: (spec: unknown, seed: number) => RunContent['metrics'],
): RunComparison => compareRuns(record, { ...record, metrics: run(record.spec, record.seed) })
