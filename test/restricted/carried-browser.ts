import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import project from '../../package.json' with { type: 'json' }

/*
 * The package `@sparticuz/chromium` has Chromium, its software device of WebGPU, and the libraries of NSS and fonts that a bare
 * machine lacks, all of it packed, for Linux on x64. It unpacks to the folder of temporary files and takes whatever lies there
 * under its names: so it is given a folder of its own version, which gets its name only when it is whole. Two processes that
 * unpack at once both do all the work, and the second to be done throws its copy away.
 */

const cache = fileURLToPath(new URL('../../node_modules/.cache/browser', import.meta.url))

const unpack = fileURLToPath(new URL('./unpack-browser.mjs', import.meta.url))

/** Starts the browser of a folder with the libraries and fonts that lie beside it. */
const launcher = (folder: string): string => `#!/bin/sh
export LD_LIBRARY_PATH="${folder}/al2023/lib"
export FONTCONFIG_FILE="${folder}/fonts.conf"
exec "${folder}/chromium" "$@"
`

/** The fonts of the package and those of the machine: without any the browser ends at the first field of a form. */
const fonts = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`

const unpackTo = (folder: string): void => {
  mkdirSync(cache, { recursive: true })
  const part = mkdtempSync(`${folder}-`)
  try {
    execFileSync(process.execPath, [unpack], {
      // The package brings the libraries along where it takes the machine for a bare one of this service.
      env: { ...process.env, TMPDIR: part, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    writeFileSync(join(part, 'fonts.conf'), fonts(folder))
    writeFileSync(join(part, 'launch'), launcher(folder), { mode: 0o755 })
    renameSync(part, folder)
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** The browser that a package of npm carries; undefined where the package has none for this machine. */
export const carriedBrowser = (): string | undefined => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const folder = join(cache, project.devDependencies['@sparticuz/chromium'])
  if (!existsSync(folder)) unpackTo(folder)
  return join(folder, 'launch')
}
