import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const project = fileURLToPath(new URL('../..', import.meta.url))

test('a file and an export that nothing uses are reported', { timeout: 60_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'unused-'))
  try {
    for (const name of ['package.json', 'tsconfig.json']) cpSync(join(project, name), join(root, name))
    symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
    mkdirSync(join(root, 'src/tensor'), { recursive: true })
    writeFileSync(join(root, 'src/index.ts'), "export { used } from './tensor/used.ts'\n")
    writeFileSync(join(root, 'src/tensor/used.ts'), 'export const used = 1\nexport const deadExport = 2\n')
    writeFileSync(join(root, 'src/tensor/dead-file.ts'), 'export const a = 1\n')

    const knip = join(project, 'node_modules/knip/bin/knip.js')
    const { status, stdout } = spawnSync(process.execPath, [knip], { cwd: root, encoding: 'utf8' })

    expect(status).not.toBe(0)
    expect(stdout).toContain('src/tensor/dead-file.ts')
    expect(stdout).toContain('deadExport')
    expect(stdout).not.toMatch(/^src\/index\.ts/m)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
