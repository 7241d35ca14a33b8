import ts from 'typescript'
import type { Language } from 'puregrad/report'
import { codeOf } from './examples-in.ts'

/** What the five parts of a step begin with; the code and the picture are told by their marks. */
const leads: Readonly<Record<Language, readonly [lecture: string, wrong: string, next: string]>> = {
  en: ['**The lecture says', '**What goes wrong.**', '**Try next.**'],
  bg: ['**Лекцията казва', '**Какво се обърква.**', '**Опитайте.**'],
}

const ledgers: Readonly<Record<Language, string>> = { en: 'claims.md', bg: 'claims.bg.md' }

/** A section of a guide, told of what every language has to have alike. */
export interface Section {
  readonly title: string
  /** What comes in which order: parts by their number, `code` and `picture`. */
  readonly parts: readonly string[]
  /** The tokens of each block of code: comments are left out and texts are only counted. */
  readonly code: readonly string[]
  /** The pictures by their names without the language. */
  readonly pictures: readonly string[]
  /** The rows of the ledger that are named. */
  readonly rows: readonly string[]
}

/** The sections of a guide, in order. */
export const sectionsOf = (page: string, language: Language): readonly Section[] =>
  page
    .split(/^(?=## )/m)
    .slice(1)
    .map((text) => ({
      title: /^## (.*)$/m.exec(text)?.[1] ?? '',
      parts: partsOf(text, language),
      code: codeOf(text).map(tokensOf),
      pictures: [...text.matchAll(/!\[[^\]]+\]\(guide\/([\w-]+)\.(\w+)\.svg\)/g)].map(([, name, of]) =>
        of === language ? `${name}` : `${name} in ${of}`,
      ),
      rows: [...text.matchAll(/\[([A-Z]\d+)\]\(([^)]*)\)/g)].map(([, id = '', target]) =>
        target === `${ledgers[language]}#${id.toLowerCase()}` ? id : `${id} at ${target}`,
      ),
    }))

const partsOf = (text: string, language: Language): readonly string[] => {
  const [lecture, wrong, next] = leads[language]
  return text.split('\n').flatMap((line) => {
    if (line.startsWith(lecture)) return ['lecture']
    if (line.startsWith(wrong)) return ['wrong']
    if (line.startsWith(next)) return ['next']
    if (line.startsWith('```ts')) return ['code']
    return line.startsWith('![') ? ['picture'] : []
  })
}

/** The code as its tokens, of which texts keep only that they are there. */
const tokensOf = (code: string): string => {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, code)
  const tokens = (sofar: readonly string[]): readonly string[] => {
    const kind = scanner.scan()
    return kind === ts.SyntaxKind.EndOfFileToken
      ? sofar
      : tokens([...sofar, kind === ts.SyntaxKind.StringLiteral ? "''" : scanner.getTokenText()])
  }
  return tokens([]).join(' ')
}

/** The anchors that the headings of a page have where Markdown is shown. */
export const anchorsOf = (page: string): readonly string[] =>
  [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The targets of the links and pictures of a page that lie in the project. */
export const linksOf = (page: string): readonly string[] =>
  [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^\w+:/.test(target))
