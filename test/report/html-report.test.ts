import { expect, test } from 'vitest'
import { htmlReport, trainingReport } from '../../src/report/index.ts'
import { normal, key, softmax, tensor } from '../../src/index.ts'
import { samplePictures } from './sample-pictures.ts'

const right = async (...args: Parameters<typeof htmlReport>): Promise<string> => {
  const html = await htmlReport(...args)()
  if (html._tag === 'Left') throw new Error(html.left.message)
  return html.right
}

test('a page holds all it shows: no script, nothing to load, no name twice, for light and dark', async () => {
  const picture = samplePictures['curves']!
  const html = await right({
    title: { en: 'A <run> & "more"', bg: 'Пускане' },
    lead: 'where it was',
    sections: [
      {
        heading: 'one',
        paragraphs: ['p < q'],
        list: ['first', 'second'],
        table: { columns: ['a', 'b'], rows: [['x', '−1,234.5']] },
        pictures: [picture],
      },
      { heading: 'two', pictures: [picture] },
    ],
  })
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(html).toContain('<h1>A &lt;run&gt; &amp; &quot;more&quot;</h1>')
  expect(html).toContain('<td class="number">−1,234.5</td>')
  expect(html).not.toMatch(/<script|<link|@import|\ssrc=|href="(?!#)|url\((?!#)/)
  expect(
    [...html.matchAll(/https?:\/\/[^"' ]+/g)].every(([address]) => address.startsWith('http://www.w3.org/')),
  ).toBe(true)
  expect(html.match(/<div class="light"><svg/g)?.length).toBe(2)
  expect(html.match(/<div class="dark"><svg/g)?.length).toBe(2)
  expect(html).toContain('prefers-color-scheme: dark')
  // The same picture twice has the same names for the same things; another one has others.
  const names = [...html.matchAll(/<clipPath id="([^"]+)"/g)].map(([, name]) => name!)
  for (const [, used] of html.matchAll(/url\(#([^)]+)\)/g)) expect(names).toContain(used)
  expect(names.length).toBe(2 * new Set(names).size)
})

test('a page is in the language that is asked for', async () => {
  const page = trainingReport({
    records: [{ epoch: 1, train: 0.5, dev: 0.75 }],
    best: 1,
    settings: [['seed', '0']],
  })
  const html = await right(page, { language: 'bg' })
  expect(html).toContain('<html lang="bg">')
  expect(html).toContain('Отчет за едно обучение')
  expect(html).toContain('избрана епоха')
  expect(html).not.toContain('Settings')
  await expect(async () => right(page, { language: 'de' } as never)).rejects.toThrow(
    /language: expected one of en, bg/,
  )
})

test('the page of a training has a part for whatever is known', () => {
  const evaluation = (correct: number) => ({
    n: 1000,
    loss: 0.3,
    lossInterval: [0.2, 0.4] as const,
    correct,
    accuracy: correct / 1000,
    accuracyInterval: [0.5, 1] as const,
  })
  const labels = tensor([0, 1, 2, 1], { dtype: 'int32' })
  const page = trainingReport({
    records: [{ epoch: 1, train: 0.5, dev: 0.75 }],
    evaluations: { train: evaluation(999), dev: evaluation(800) },
    classified: {
      probabilities: softmax(normal(key(0), [4, 3]), { axis: 1 }),
      labels,
      classes: ['a', 'b', 'c'],
    },
    params: { hidden: { weight: normal(key(1), [36, 4]), bias: tensor([0, 0, 0, 1]) } },
  })
  expect(page.sections.flatMap(({ pictures = [] }) => pictures.map(({ kind }) => kind))).toEqual([
    'curves',
    'bars',
    'confusion',
    'reliability',
    'histograms',
    'images',
  ])
  const advice = page.sections.flatMap(({ list = [] }) => list)
  expect(advice).toEqual([
    {
      en: expect.stringMatching(/^Overfitting: high variance \(gap 19\.9 %, .*get more training rows/),
      bg: expect.stringMatching(/^Пренапасване.*19,9 %.*съберете още обучаващи редове/),
    },
  ])
  expect(page.sections.flatMap(({ table }) => table?.rows ?? [])).toContainEqual([
    'hidden.bias',
    '[4]',
    '3 / 4',
  ])
  expect(trainingReport({}).sections).toEqual([])
})
