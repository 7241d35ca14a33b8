import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { programOf } from './program-of.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

await writeFile(at('program.ts'), programOf(await readFile(at('../../docs/guide.md'), 'utf8')))
