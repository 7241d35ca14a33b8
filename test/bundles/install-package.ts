import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForNode, bundleModules } from '../../scripts/bundle.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The package as it is published, but for declarations, in an empty project with its dependencies. */
export const installPackage = async (): Promise<{
  readonly folder: string
  readonly remove: () => void
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'puregrad-project-'))
  const place = join(folder, 'node_modules', 'puregrad')
  mkdirSync(place, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(place, 'package.json'))
  await bundleModules(join(place, 'dist'))
  await bundleForNode(join(place, 'dist', 'node'))
  for (const name of ['@noble', 'cmd-ts', 'cli-progress', 'fast-check', 'vega', 'vega-lite'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
