import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** What a file declares for others; types that only its inside has are left out. */
const declarationOf = (text: string): string =>
  ts.transpileDeclaration(text, { compilerOptions: { isolatedDeclarations: false } }).outputText

// A declaration that names a type of Node's compiles only in programs that have these; one for browsers has not.
test('no declaration that can be imported names a type of Node’s', () => {
  expect(declarationOf("import type { A } from 'node:a'\nexport const a = (): A => b()")).toContain('node:a')
  const texts = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(terminal|cli|lecture)\b/.test(file))
    .map((file) => [file, readFileSync(join(src, file), 'utf8')] as const)
  expect(texts.length).toBeGreaterThan(100)
  const odd = texts.filter(
    ([, text]) => text.includes("from 'node:") && declarationOf(text).includes("'node:"),
  )
  expect(odd.map(([file]) => file)).toEqual([])
})
