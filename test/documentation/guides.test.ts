import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lectureClaims } from 'puregrad/claims'
import { describe, expect, test } from 'vitest'
import { anchorsOf, linksOf, sectionsOf } from './guide.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const english = sectionsOf(read('docs/guide.md'), 'en')
const bulgarian = sectionsOf(read('docs/guide.bg.md'), 'bg')
const steps = english.filter(({ title }) => /^\d+\. /.test(title))
const claims = lectureClaims.map(({ id }) => id)

describe('the guide', () => {
  test('has its steps in order, each with five parts', () => {
    expect(steps.map(({ title }) => Number.parseInt(title, 10))).toEqual(steps.map((_, i) => i + 1))
    expect(steps.length).toBeGreaterThan(12)
    expect(steps.map(({ parts }) => [...new Set(parts)])).toEqual(
      steps.map(() => ['lecture', 'wrong', 'code', 'picture', 'next']),
    )
  })

  test('says the same in both languages: sections, parts, code, pictures and rows', () => {
    const compared = ({ title, ...rest }: (typeof english)[number]) => ({
      number: /^\d+\./.exec(title)?.[0],
      ...rest,
    })
    expect(bulgarian.map(compared)).toEqual(english.map(compared))
  })

  test('names rows that the ledger has', () => {
    const named = english.flatMap(({ rows }) => rows)
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((id) => !claims.includes(id))).toEqual([])
  })

  test('has each of its pictures in both languages, and no other', () => {
    const named = english.flatMap(({ pictures }) => pictures)
    expect(readdirSync(join(root, 'docs/guide')).sort()).toEqual(
      named.flatMap((name) => [`${name}.bg.svg`, `${name}.en.svg`]).sort(),
    )
  })
})

const translated = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.bg.md') && !name.startsWith('claims'))
  .map((name) => name.replace(/\.bg\.md$/, ''))

describe('translations', () => {
  test('are of the guides', () => {
    expect(translated).toEqual(expect.arrayContaining(['guide', 'use-as-a-library']))
  })

  test.each(translated)('of docs/%s.md has its sections, code, pictures and rows', (name) => {
    const alike = (file: string, language: 'en' | 'bg') =>
      sectionsOf(read(file), language).map(({ code, pictures, rows }) => ({ code, pictures, rows }))
    expect(alike(`docs/${name}.bg.md`, 'bg')).toEqual(alike(`docs/${name}.md`, 'en'))
    expect(read(`docs/${name}.md`)).toContain(`](${name}.bg.md)`)
    expect(read(`docs/${name}.bg.md`)).toContain(`](${name}.md)`)
  })
})

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe('links', () => {
  test.each(pages)('of %s lead somewhere', (page) => {
    const text = read(page)
    const lost = linksOf(text).filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), decodeURI(path))
      if (!existsSync(join(root, target))) return true
      if (anchor === undefined || !target.endsWith('.md')) return false
      const known = [
        ...anchorsOf(read(target)),
        ...[...read(target).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id),
      ]
      return (
        !known.includes(decodeURI(anchor)) &&
        !(target.includes('claims') && claims.includes(anchor.toUpperCase()))
      )
    })
    expect(lost).toEqual([])
  })
})
