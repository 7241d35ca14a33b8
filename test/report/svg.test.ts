import { afterEach, describe, expect, test, vi } from 'vitest'
import { learningCurveChart } from '../../src/report/learning-curve-chart.ts'

const records = [
  { epoch: 1, train: 1, dev: 1.2 },
  { epoch: 2, train: 0.5, dev: 0.8 },
  { epoch: 3, train: 0.25, dev: 0.9 },
]

const drawn = async (chart: ReturnType<typeof learningCurveChart>) => {
  const { toSvg } = await import('../../src/report/svg.ts')
  return toSvg(chart)()
}

afterEach(() => {
  vi.doUnmock('vega')
  vi.doUnmock('vega-lite')
  vi.resetModules()
})

/** The tags of a document, each closed in the right order; throws where they are not. */
const balancedTags = (xml: string): readonly string[] => {
  const open = [...xml.matchAll(/<(\/?)([A-Za-z]+)[^>]*?(\/?)>/g)].reduce<readonly string[]>(
    (stack, [, closes, name, empty]) => {
      if (closes === '/') {
        expect(stack.at(-1)).toBe(name)
        return stack.slice(0, -1)
      }
      return empty === '/' ? stack : [...stack, name!]
    },
    [],
  )
  expect(open).toEqual([])
  return [...xml.matchAll(/<([A-Za-z]+)/g)].map(([, name]) => name!)
}

describe('learning curve', () => {
  test('is drawn as well-formed SVG with one line for train and one for dev', async () => {
    const result = await drawn(learningCurveChart(records, { title: 'Digits', best: 2 }))
    expect(result._tag).toBe('Right')
    const svg = result._tag === 'Right' ? result.right : ''
    expect(balancedTags(svg)).toContain('svg')
    const lines = [
      ...svg.matchAll(
        /aria-roledescription="line mark"[^>]*aria-label="[^"]*: (\w+)"|aria-label="[^"]*: (train|dev)"[^>]*aria-roledescription="line mark"/g,
      ),
    ]
    expect(lines.map(([, a, b]) => a ?? b).sort()).toEqual(['dev', 'train'])
    expect(svg).toContain('>Digits<')
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(6)
    expect(svg.match(/aria-roledescription="rule mark"/g)?.length).toBeGreaterThanOrEqual(1)
    expect(svg).not.toMatch(/NaN|undefined/)
  })

  test('a loss that is not finite leaves a gap in its curve only', async () => {
    const result = await drawn(learningCurveChart([...records, { epoch: 4, train: 0.2, dev: NaN }]))
    const svg = result._tag === 'Right' ? result.right : ''
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(7)
    expect(svg).not.toContain('NaN')
  })

  test('the chart is plain data: JSON keeps it', () => {
    const chart = learningCurveChart(records, { best: 2 })
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart)
  })

  test('without vega the result is a Left that says what to install', async () => {
    vi.doMock('vega', () => {
      throw new Error("Cannot find package 'vega'")
    })
    const result = await drawn(learningCurveChart(records))
    expect(result).toMatchObject({ _tag: 'Left', left: { kind: 'missing-package' } })
    expect(result._tag === 'Left' && result.left.message).toContain('npm install vega vega-lite')
  })

  test('what is not a chart is a Left, not an exception', async () => {
    expect(await drawn({ mark: 'no such mark', data: { values: 3 }, encoding: 7 })).toMatchObject({
      _tag: 'Left',
      left: { kind: 'invalid-chart' },
    })
  })
})
