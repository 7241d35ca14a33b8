import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Code to be appended to a file of the sources. */
export interface Block {
  readonly file: string
  readonly code: string
}

/** Runs a program in a copy of the sources with some blocks appended; what it said if it failed. */
export const inCopyWith = (blocks: readonly Block[], command: readonly string[]): string => {
  const copy = mkdtempSync(join(tmpdir(), 'puregrad-recipe-'))
  try {
    for (const name of ['src', 'package.json', 'tsconfig.json', 'test/contributing'])
      cpSync(join(root, name), join(copy, name), { recursive: true })
    for (const name of ['node_modules', 'prebuilds']) symlinkSync(join(root, name), join(copy, name), 'dir')
    for (const { file, code } of blocks) appendFileSync(join(copy, file), `\n${code}\n`)
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: copy, encoding: 'utf8' })
    return status === 0 ? '' : `${stdout}${stderr}`
  } finally {
    rmSync(copy, { recursive: true })
  }
}
