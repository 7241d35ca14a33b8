import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { bulgarianTexts, wrongWords, type Text } from './words.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

const filesUnder = (folder: string, name: RegExp): readonly string[] =>
  existsSync(root + folder)
    ? readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => name.test(file) && !/node_modules|(^|\/)dist\//.test(file))
        .map((file) => `${folder}/${file}`)
    : []

/** Pictures are drawn from texts of the sources; some of these are put together while measuring. */
const drawnTexts = (file: string, svg: string): readonly Text[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*[а-яА-Я][^<]*)</g)].map(([, text = '']) => ({ where: file, text }))

const texts = (): readonly Text[] => [
  ...[...filesUnder('src', /\.ts$/), ...filesUnder('playground', /\.tsx?$/)].flatMap((file) => {
    const source = readFileSync(root + file, 'utf8')
    return /[а-я]/i.test(source) ? bulgarianTexts(file, source) : []
  }),
  ...filesUnder('docs', /\.bg\.svg$/).flatMap((file) => drawnTexts(file, readFileSync(root + file, 'utf8'))),
  // The page of the ledger is made of texts of the sources.
  ...filesUnder('docs', /(?<!^claims)\.bg\.md$/).flatMap((file) =>
    readFileSync(root + file, 'utf8')
      .replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ''))
      .split('\n')
      .map((text, i) => ({ where: `${file}:${i + 1}`, text })),
  ),
]

describe('the words of the Bulgarian texts', () => {
  test.each([
    ['Партидата (batch) е малка; отпадане (dropout) и пакетиране (bagging).', 0],
    ['Пакетът е малък.', 1],
    ['Нужен е npm пакет vega.', 0],
    ['Моделът е преобучен.', 1],
    ['голяма дисперсия', 1],
    ['Дисперсията σ² на входа е голяма дисперсия на z', 0],
    ['Дели се на отклонението.', 1],
    ['Дели се на стандартното отклонение.', 0],
    ['отпадане (dropout, p = 0,5)', 0],
    ['С dropout е по-добре', 1],
    ['Тегло 1 става 0.5.', 1],
    ['Тегло 1 става 0,5; вж. arXiv:1710.05941.', 0],
    ['Опцията `--batch 3.5` и --dev са код.', 0],
    ['грешката върху dev', 1],
  ])('%s', (text, wrong) => {
    expect(wrongWords(text)).toHaveLength(wrong)
  })
  test('are found in literals and templates, with their lines', () => {
    const source = "const a = { en: 'x', bg: 'слой' }\nconst b = `тегло ${1} и ${2} слоя`\n"
    expect(bulgarianTexts('a.ts', source)).toEqual([
      { where: 'a.ts:1', text: 'слой' },
      { where: 'a.ts:2', text: 'тегло … и … слоя' },
    ])
  })
  test('are those of the list', () => {
    const all = texts()
    expect(all.length).toBeGreaterThan(50)
    expect(all.flatMap(({ where, text }) => wrongWords(text).map((wrong) => `${where}: ${wrong}`))).toEqual(
      [],
    )
  })
})
