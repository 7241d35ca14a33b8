import { describe, expect, test } from 'vitest'
import { coresOf, numbersIn } from '../../bench/cores.ts'
import { chartName, chartOf, pageOf } from '../../bench/page.ts'
import { kindOf, processorOf } from '../../bench/processor.ts'
import {
  commandOf,
  merged,
  readAll,
  type Results,
  type Run,
  type StoredMeasurement,
} from '../../bench/results.ts'
import { spreadOf } from '../../bench/statistics.ts'

const run = (date: string, versions: Run['versions'] = {}): Run => ({
  date,
  command: `npm run bench -- of ${date}`,
  node: '20',
  backend: 'backend native',
  versions,
})

const timed = (name: 'puregrad' | 'torch' | 'jax', seconds: number) =>
  ({ name, kind: 'timed', time: spreadOf([seconds]), check: 1 }) as const

const measured = (name: string, of: string, ours: number, torch: number, threads = 1): StoredMeasurement => ({
  name,
  threads,
  run: of,
  entries: [timed('puregrad', ours), timed('torch', torch)],
})

const zen = processorOf(
  'vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nflags\t\t: sse avx2 fma avx512f\n',
  { model: 'unused', cores: 2, caches: ['L1 32 kB', 'L2 1024 kB'] },
)
const results = (more: Partial<Results> = {}): Results => ({
  processor: zen,
  runs: [run('2026-01-01T00:00:00.000Z', { torch: '1.13' })],
  measurements: [
    measured('gemm-64', '2026-01-01T00:00:00.000Z', 1e-6, 2e-6),
    measured('gemm-1024', '2026-01-01T00:00:00.000Z', 1e-2, 2e-2),
  ],
  evaluations: [],
  ...more,
})
const later = results({
  runs: [run('2026-02-02T00:00:00.000Z', { torch: '2.15' })],
  measurements: [
    measured('gemm-64', '2026-02-02T00:00:00.000Z', 1e-6, 5e-7),
    measured('gemm-1024', '2026-02-02T00:00:00.000Z', 6e-3, 6e-3, 2),
  ],
})

describe('processors', () => {
  test('are read from what Linux says of them', () => {
    expect(zen).toEqual({
      label: 'AMD EPYC, family 25 model 17',
      vendor: 'amd',
      cores: 2,
      vectors: ['avx2', 'fma', 'avx512f'],
      caches: ['L1 32 kB', 'L2 1024 kB'],
    })
    expect(kindOf(zen)).toBe('amd-epyc-family-25-model-17-2-cores')
  })

  test('have the name the system knows where there is no such text', () => {
    const found = processorOf('', { model: 'Apple M4', cores: 10, caches: [] })
    expect([found.label, found.vendor, kindOf(found)]).toEqual(['Apple M4', 'other', 'apple-m4-10-cores'])
  })
})

describe('cores', () => {
  test.each([
    ['0', [0]],
    ['0,1', [0, 1]],
    ['4-6,9', [4, 5, 6, 9]],
  ])('of the list %s', (ranges, expected) => {
    expect(numbersIn(ranges)).toEqual(expected)
  })

  test('are as many as threads', () => {
    const cores = coresOf(1)
    if (cores !== undefined) expect(cores.length).toBe(1)
  })
})

describe('results', () => {
  test('of a new run take the place of the old ones of the same row and threads, and leave the rest', () => {
    const both = merged(results(), later)
    expect(both.measurements.map(({ name, threads, run: of }) => [name, threads, of.slice(0, 10)])).toEqual([
      ['gemm-64', 1, '2026-02-02'],
      ['gemm-1024', 1, '2026-01-01'],
      ['gemm-1024', 2, '2026-02-02'],
    ])
    expect(both.runs.map(({ date }) => date.slice(0, 10))).toEqual(['2026-01-01', '2026-02-02'])
  })

  test('of a run of which nothing is left are forgotten with it, and the label of a processor stays', () => {
    const named = results({
      processor: { ...zen, label: 'Zen 4' },
      measurements: results().measurements.slice(0, 1),
    })
    const both = merged(named, later)
    expect(both.runs.map(({ date }) => date.slice(0, 10))).toEqual(['2026-02-02'])
    expect(both.processor).toEqual({ ...zen, label: 'Zen 4' })
  })

  test('say the command that made them without a path of the machine', () => {
    expect(
      commandOf('bench', ['--python', '/home/me/peers/bin/python', '--write', 'docs/performance.md']),
    ).toBe('npm run bench -- --python python --write docs/performance.md')
    expect(readAll().flatMap(({ runs }) => runs.filter(({ command }) => / \//.test(command)))).toEqual([])
  })

  test('that are kept make the page: the runs they name are there', () => {
    const all = readAll()
    expect(all.length).toBeGreaterThan(0)
    for (const { runs, measurements, evaluations } of all) {
      const dates = new Set(runs.map(({ date }) => date))
      expect([...measurements, ...evaluations].filter((one) => !dates.has(one.run))).toEqual([])
    }
  })
})

describe('the page', () => {
  const page = pageOf([merged(results(), later)])

  test('says the processor, its caches, and the versions of peers in the head of the table', () => {
    expect(page).toContain('AMD EPYC, family 25 model 17, 2 cores; avx2 fma avx512f; L1 32 kB, L2 1024 kB.')
    expect(page).toContain('| work | puregrad | PyTorch 2.15 / 1.13 | targets |')
    expect(page).toContain('| work | puregrad | PyTorch 2.15 | targets |')
  })

  test('marks what is not of the run that most figures are of', () => {
    expect(page).toContain('- (a) 2026-02-02')
    expect(page).toContain('- (b) 2026-01-01')
    expect(page).toMatch(/\| product 64³ \|/)
    expect(page).toMatch(/\| product 1024³ \(b\) \|/)
  })

  test('says what is met and what is missed, and nothing of peers that were not timed', () => {
    expect(page).toContain('missed: 0.50 × PyTorch, must 1')
    expect(page).not.toMatch(/JAX \d|× JAX/)
  })

  test('compares two threads with one only where both are of one run', () => {
    expect(page).not.toContain('× one thread')
    const whole = results({
      measurements: [
        ...results().measurements,
        measured('gemm-1024', '2026-01-01T00:00:00.000Z', 5e-3, 1e-2, 2),
      ],
    })
    expect(pageOf([whole])).toContain('met: 2.0 × one thread, must 1.8')
  })

  test('sets processors side by side, the fastest peer of each named', () => {
    const sapphire = results({
      processor: { ...zen, label: 'Sapphire Rapids', vendor: 'intel', cores: 8 },
      measurements: [measured('gemm-64', '2026-01-01T00:00:00.000Z', 4e-6, 3e-6)],
    })
    const two = pageOf([results(), sapphire])
    expect(two).toContain('| work | AMD EPYC, family 25 model 17, 2 cores | Sapphire Rapids, 8 cores |')
    expect(two).toContain('| product 64³ | 1 µs, 2.0 × PyTorch | 4 µs, 0.75 × PyTorch |')
    expect(two).toContain('| product 1024³ | 10 ms, 2.0 × PyTorch | – |')
    expect(pageOf([results()])).not.toContain('Side by side')
  })

  test('names who is missing and why', () => {
    const entries = [
      timed('puregrad', 1e-6),
      { name: 'openblas', kind: 'absent', why: 'no C++ compiler' } as const,
    ]
    const found = pageOf([results({ measurements: [{ ...results().measurements[0]!, entries }] })])
    expect(found).toContain('- OpenBLAS: no C++ compiler')
  })

  test('has evaluations of GradBench with peers by their ratio', () => {
    const date = results().runs[0]!.date
    const found = pageOf([
      results({
        evaluations: [
          {
            module: 'gmm',
            function: 'jacobian',
            description: '2_5_1000',
            run: date,
            entries: [
              { name: 'puregrad', kind: 'timed', time: spreadOf([1e-3]) },
              { name: 'torch', kind: 'timed', time: spreadOf([3e-3]) },
              { name: 'jax', kind: 'absent', why: 'no Python with jax' },
            ],
          },
        ],
      }),
    ])
    expect(found).toContain('| evaluation | puregrad | PyTorch 1.13 |')
    expect(found).toContain('| gmm jacobian, 2_5_1000 | 1 ms (1 ms … 1 ms) | 3.0 |')
    expect(found).toContain('- JAX on gmm jacobian: no Python with jax')
  })

  test('marks the heading of evaluations of one run, and their rows where there are several', () => {
    const of = (description: string, date: string) => ({
      module: 'gmm',
      function: 'jacobian',
      description,
      run: date,
      entries: [{ name: 'puregrad', kind: 'timed', time: spreadOf([1e-3]) } as const],
    })
    const [first, second] = ['2026-01-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z']
    const runs = [...results().runs, run(second)]
    const one = pageOf([results({ runs, evaluations: [of('2_5_1000', second)] })])
    expect(one).toContain('### GradBench, one thread (b)')
    expect(one).toContain('| gmm jacobian, 2_5_1000 |')
    const two = pageOf([results({ runs, evaluations: [of('2_5_1000', second), of('10_5_1000', first)] })])
    expect(two).toContain('### GradBench, one thread\n')
    expect(two).toContain('| gmm jacobian, 2_5_1000 (b) |')
    expect(two).toContain('| gmm jacobian, 10_5_1000 |')
  })

  test('has a picture for each kind of processor', () => {
    expect(chartName(results())).toBe('performance-amd-epyc-family-25-model-17-2-cores.svg')
    expect(page).toContain(`(${chartName(results())})`)
    expect(JSON.stringify(chartOf(results()))).toContain(
      '{"work":"product 64³","contender":"PyTorch","ratio":2}',
    )
  })
})
