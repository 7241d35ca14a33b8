import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('a picture is the same where Node refuses to compile text', { timeout: 60_000 }, () => {
  const [forbidden, allowed] = [['--disallow-code-generation-from-strings'], []].map((flags) =>
    execFileSync(
      process.execPath,
      [...flags, '--import', 'tsx', fileURLToPath(new URL('print-picture.ts', import.meta.url))],
      { encoding: 'utf8' },
    ),
  )
  expect(forbidden).toMatch(/^<svg[\s\S]*A parabola/)
  expect(forbidden).toBe(allowed)
})
