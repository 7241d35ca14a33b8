import { describe, expect, test, vi } from 'vitest'
import { pictureChart, pictureSvg, type DrawingOptions, type Picture } from '../../src/report/index.ts'
import { samplePictures } from './sample-pictures.ts'
import { textsOf } from './svg-texts.ts'

const ways = [
  { theme: 'light', language: 'en', width: 560 },
  { theme: 'dark', language: 'bg', width: 300 },
] as const

const drawn = async (picture: Picture, options?: DrawingOptions): Promise<string> => {
  const svg = await pictureSvg(picture, options)()
  if (svg._tag === 'Left') throw new Error(svg.left.message)
  return svg.right
}

test('there is a sample of every kind', () => {
  expect(new Set(Object.values(samplePictures).map(({ kind }) => kind)).size).toBe(13)
})

describe.each(Object.entries(samplePictures))('the picture %s', (_name, picture) => {
  test('is drawn in both languages, light and wide, dark and narrow: all of its text within it, without a warning', async () => {
    const warn = vi.spyOn(console, 'warn')
    for (const way of ways) {
      const svg = await drawn(picture, way)
      expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object/)
      const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number)
      expect(width).toBe(way.width)
      expect(svg).toMatch(/^<svg role="img" aria-label="[^"]{40,}"/)
      const texts = textsOf(svg)
      expect(texts.length).toBeGreaterThan(3)
      for (const { text, left, right, top, bottom } of texts) {
        expect([text, left >= 0, right <= width, top >= 0, bottom <= height]).toEqual([
          text,
          true,
          true,
          true,
          true,
        ])
        expect(text).not.toMatch(/\de[+-]?\d|\.\.\.|…$/)
        if (way.language === 'bg') expect(text).not.toMatch(/\d\.\d/)
        else expect(text).not.toMatch(/\d,\d(?!\d\d)/)
      }
    }
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('says in words what it shows, in both languages', async () => {
    for (const language of ['en', 'bg'] as const) {
      const { description } = pictureChart(picture, { language })
      const title = typeof picture.title === 'string' ? picture.title : picture.title[language]
      expect(description).toContain(title)
      expect(description).not.toMatch(/undefined|\[object/)
    }
  })

  test('is plain data: JSON keeps the chart', () => {
    const chart = pictureChart(picture, { theme: 'dark', language: 'bg' })
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart)
  })
})

test('what is drawn is the same whatever order pictures are drawn in', async () => {
  const picture = samplePictures['curves']!
  expect(await drawn(picture)).toBe(await drawn(picture))
})

test('another kind is refused with the nearest one', () => {
  expect(() => pictureChart({ kind: 'bar' } as never)).toThrow(
    /kind: expected one of curves, bars, .* did you mean bars\?/,
  )
})
test('options are checked', () => {
  const picture = samplePictures['curves']!
  expect(() => pictureChart(picture, { lang: 'bg' } as never)).toThrow(/"lang" is not an option/)
  expect(() => pictureChart(picture, { theme: 'drak' } as never)).toThrow(/theme: .*did you mean dark/)
  expect(() => pictureChart(picture, { width: 10 })).toThrow(
    /width: expected a finite number of 240 or more, got 10/,
  )
})
