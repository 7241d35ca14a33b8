import { afterEach, describe, expect, test, vi } from 'vitest'
import { learningCurves } from '../../src/report/learning-curves.ts'
import { pictureChart } from '../../src/report/picture-chart.ts'
import type { Chart } from '../../src/report/chart.ts'

const records = [
  { epoch: 1, train: 1, dev: 1.2 },
  { epoch: 2, train: 0.5, dev: 0.8 },
  { epoch: 3, train: 0.25, dev: 0.9 },
]

const drawn = async (chart: Chart) => {
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

const curves = (best?: number) =>
  pictureChart(learningCurves(records, { title: 'Digits', ...(best === undefined ? {} : { best }) }))

const rightOf = async (chart: Chart): Promise<string> => {
  const svg = await drawn(chart)
  return svg._tag === 'Right' ? svg.right : svg.left.message
}

describe('learning curves', () => {
  test('are drawn as well-formed SVG with a line and points for train and dev, and the chosen epoch', async () => {
    const svg = await rightOf(curves(2))
    expect(balancedTags(svg)).toContain('svg')
    for (const text of ['>Digits<', '>train<', '>dev<', '>chosen epoch<', '>epoch<', '>loss<'])
      expect(svg).toContain(text)
    expect(svg.match(/class="mark-line/g)).toHaveLength(2)
    expect(await rightOf(curves())).not.toContain('chosen epoch')
  })

  test('a loss that is not finite leaves a gap in its curve only', async () => {
    const points = (svg: string) =>
      svg.match(/class="mark-symbol[\s\S]*?<\/g>/g)?.map((group) => group.match(/<path/g)?.length)
    const more = pictureChart(learningCurves([...records, { epoch: 4, train: 0.2, dev: NaN }]))
    expect(points(await rightOf(curves()))?.slice(0, 2)).toEqual([3, 3])
    expect(points(await rightOf(more))?.slice(0, 2)).toEqual([4, 3])
    expect(await rightOf(more)).not.toContain('NaN')
  })

  test('without vega the result is a Left that says what to install', async () => {
    vi.doMock('vega', () => {
      throw new Error("Cannot find package 'vega'")
    })
    const result = await drawn(curves())
    expect(result).toMatchObject({ _tag: 'Left', left: { kind: 'missing-package' } })
    expect(result._tag === 'Left' && result.left.message).toContain(
      'npm install vega vega-lite vega-interpreter',
    )
  })

  test('what is not a chart is a Left, not an exception', async () => {
    expect(await drawn({ mark: 'no such mark', data: { values: 3 }, encoding: 7 })).toMatchObject({
      _tag: 'Left',
      left: { kind: 'invalid-chart' },
    })
  })
})
