import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { pictureSvg } from './picture-svg.ts'
import { inLanguage, type PictureText } from './picture-text.ts'
import type { Picture } from './picture.ts'
import type { DrawingError } from './svg.ts'
import { themes, type Theme, type ThemeColours } from './theme.ts'
import type { Language } from './wording.ts'

/**
 * A table of a page; numbers stand to the right.
 *
 * @category Reports
 */
export interface ReportTable {
  readonly columns: readonly PictureText[]
  readonly rows: readonly (readonly PictureText[])[]
}

/**
 * A part of a page: what it says, and its pictures.
 *
 * @category Reports
 */
export interface ReportSection {
  readonly heading: PictureText
  readonly paragraphs?: readonly PictureText[]
  readonly list?: readonly PictureText[]
  readonly table?: ReportTable
  readonly pictures?: readonly Picture[]
}

/**
 * A page as plain data.
 *
 * @category Reports
 */
export interface ReportPage {
  readonly title: PictureText
  readonly lead?: PictureText
  readonly sections: readonly ReportSection[]
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const variables = ({ background, text, faint, grid }: ThemeColours): string =>
  `--background: ${background}; --text: ${text}; --faint: ${faint}; --grid: ${grid};`

/** One style for both themes: of each picture that one is shown that is drawn for the theme of the page. */
const style = `
:root { color-scheme: light dark; ${variables(themes.light)} }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--background); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--grid); padding-bottom: .25rem; }
p, ul { max-width: 44rem; }
.lead { color: var(--faint); }
.pictures { margin-top: 1rem; display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0; max-width: 100%; border: 1px solid var(--grid); border-radius: 6px; overflow: hidden; }
figure svg { display: block; max-width: 100%; height: auto; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: 600; }
td.number { text-align: right; white-space: nowrap; }
.dark { display: none; }
@media (prefers-color-scheme: dark) { :root { ${variables(themes.dark)} } .dark { display: block; } .light { display: none; } }
@media print { .dark { display: none; } .light { display: block; } h2, figure { break-inside: avoid; } }
`

const isNumber = (text: string): boolean => /^[−\d][\d\s\u00a0.,·⁰¹²³⁴⁵⁶⁷⁸⁹⁻%−…]*$/.test(text)

const tableHtml = ({ columns, rows }: ReportTable, say: (text: PictureText) => string): string => {
  const cell = (text: string): string => `<td${isNumber(text) ? ' class="number"' : ''}>${escaped(text)}</td>`
  const head = columns.map((column) => `<th scope="col">${escaped(say(column))}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((text) => cell(say(text))).join('')}</tr>`).join('\n')
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`
}

const themeNames: readonly Theme[] = ['light', 'dark']

const figureHtml = (picture: Picture, language: Language): TE.TaskEither<DrawingError, string> =>
  pipe(
    TE.traverseSeqArray((theme: Theme) => pictureSvg(picture, { language, theme }))(themeNames),
    TE.map(
      (drawn) =>
        `<figure>${drawn.map((svg, i) => `<div class="${themeNames[i] ?? ''}">${svg}</div>`).join('')}</figure>`,
    ),
  )

const sectionHtml = (
  { heading, paragraphs = [], list = [], table, pictures = [] }: ReportSection,
  language: Language,
): TE.TaskEither<DrawingError, string> => {
  const say = (text: PictureText): string => inLanguage(text, language)
  return pipe(
    TE.traverseSeqArray((picture: Picture) => figureHtml(picture, language))(pictures),
    TE.map((figures) =>
      [
        `<section><h2>${escaped(say(heading))}</h2>`,
        ...paragraphs.map((text) => `<p>${escaped(say(text))}</p>`),
        ...(list.length === 0
          ? []
          : [`<ul>${list.map((text) => `<li>${escaped(say(text))}</li>`).join('')}</ul>`]),
        ...(table === undefined ? [] : [tableHtml(table, say)]),
        ...(figures.length === 0 ? [] : [`<div class="pictures">${figures.join('\n')}</div>`]),
        '</section>',
      ].join('\n'),
    ),
  )
}

/**
 * A page as one HTML document that holds all it shows: it runs no script and loads nothing, follows the reader's choice
 * of a light or dark page, and can be printed.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { htmlReport } from 'puregrad/report'
 * const html = await htmlReport(
 *   { title: { en: 'A run', bg: 'Едно пускане' }, sections: [{ heading: 'Iris', table: { columns: ['part', 'loss'], rows: [['dev', '0,25']] } }] },
 *   { language: 'bg' },
 * )()
 * html._tag === 'Right' && html.right.includes('<h1>Едно пускане</h1>') // => true
 * ```
 * @category Reports
 */
export const htmlReport = (
  { title, lead, sections }: ReportPage,
  options: { readonly language?: Language } = {},
): TE.TaskEither<DrawingError, string> => {
  checkOptions('htmlReport', options, { language: true })
  const { language = 'en' } = options
  checkChoice('htmlReport', 'language', language, ['en', 'bg'])
  const name = escaped(inLanguage(title, language))
  return pipe(
    TE.traverseSeqArray((section: ReportSection) => sectionHtml(section, language))(sections),
    TE.map((parts) =>
      [
        `<!doctype html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">`,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
        `<title>${name}</title>\n<style>${style}</style>\n</head>\n<body>\n<main>\n<h1>${name}</h1>`,
        ...(lead === undefined ? [] : [`<p class="lead">${escaped(inLanguage(lead, language))}</p>`]),
        ...parts,
        '</main>\n</body>\n</html>\n',
      ].join('\n'),
    ),
  )
}
