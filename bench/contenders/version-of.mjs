// The version of an installed package, which its entry may not say.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @param {string} folder @param {string} name @returns {string} */
const inOrAbove = (folder, name) => {
  const path = join(folder, 'node_modules', name, 'package.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8')).version
  } catch (error) {
    if (dirname(folder) === folder) throw error
    return inOrAbove(dirname(folder), name)
  }
}

/** @param {string} name @returns {string} */
export const versionOf = (name) => inOrAbove(dirname(fileURLToPath(import.meta.url)), name)
