/** One fenced `ts` block of a TSDoc comment or a Markdown file. `line` is the line of its first statement, from 1. */
export interface Example {
  readonly file: string
  readonly line: number
  readonly code: string
  /** Where all blocks of a page are one program. */
  readonly wholePage?: true
}

/** What a page says in a comment if each of its blocks may use what stands in those before it. */
export const oneProgram = '<!-- The ts blocks of this page are one program. -->'

/**
 * The fenced `ts` blocks of a source file's TSDoc comments, or of a Markdown file; `ts no-run` is left out. Those of a page
 * that is {@link oneProgram} are one example, its lines where the page has them.
 */
export const examplesIn = (file: string, text: string): readonly Example[] => {
  const blocks = fencedBlocks(file, (file.endsWith('.md') ? text : onlyTsDoc(text)).split('\n'))
  return text.includes(`${oneProgram}\n`) && blocks.length > 0 ? [joined(file, blocks)] : blocks
}

/** The fenced `ts` blocks of a part of a page. */
export const codeOf = (text: string): readonly string[] =>
  fencedBlocks('', text.split('\n')).map(({ code }) => code)

const joined = (file: string, blocks: readonly Example[]): Example => ({
  file,
  line: 1,
  wholePage: true,
  code: blocks.reduce(
    (before, { line, code }) => before + '\n'.repeat(line - before.split('\n').length) + code,
    '',
  ),
})

/** Blanks everything outside TSDoc comments and strips the comments' margin, so that line numbers stay. */
const onlyTsDoc = (text: string): string => {
  const comments = [...text.matchAll(/^[ \t]*\/\*\*[^]*?\*\//gm)]
  const { end, kept } = comments.reduce(
    (before, comment) => ({
      end: comment.index + comment[0].length,
      kept:
        before.kept +
        newlinesOf(text.slice(before.end, comment.index)) +
        comment[0].replace(/^[ \t]*\*(?:[ \t]|(?=\n))?/gm, ''),
    }),
    { end: 0, kept: '' },
  )
  return kept + newlinesOf(text.slice(end))
}

const newlinesOf = (text: string): string => text.replace(/[^\n]/g, '')

const fencedBlocks = (file: string, lines: readonly string[], from = 0): readonly Example[] => {
  const open = lines.findIndex((line, i) => i >= from && /^\s*```/.test(line))
  if (open === -1) return []
  // A block of blocks is fenced by more marks than those inside.
  const fence = /`+/.exec(lines[open] ?? '')?.[0]
  const close = lines.findIndex((line, i) => i > open && line.trim() === fence)
  if (close === -1) throw new Error(`${file}:${open + 1}: this fenced block is never closed`)
  const runs = /^\s*```(?:ts|typescript)\s*$/.test(lines[open] ?? '')
  const code = lines.slice(open + 1, close).join('\n')
  return [...(runs ? [{ file, line: open + 2, code }] : []), ...fencedBlocks(file, lines, close + 1)]
}
