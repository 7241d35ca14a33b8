import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForNode, bundleModules } from '../../scripts/bundle.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Readonly<Record<'dependencies' | 'peerDependencies', Readonly<Record<string, string>>>>

/** The package as it is published, but for declarations, in an empty project with its dependencies. */
export const installPackage = async (): Promise<{
  readonly folder: string
  readonly remove: () => void
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'puregrad-project-'))
  const place = join(folder, 'node_modules', 'puregrad')
  mkdirSync(place, { recursive: true })
  mkdirSync(join(place, 'scripts'))
  for (const file of ['package.json', 'scripts/write-code-cache.mjs'])
    copyFileSync(join(root, file), join(place, file))
  await bundleModules(join(place, 'dist'))
  await bundleForNode(join(place, 'dist', 'node'))
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link, 'junction')
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
