import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { findBrowser } from '../restricted/find-browser.ts'

/*
 * Browsers of the Chromium family bring SwiftShader, a device of Vulkan in software, and a loader of Vulkan. The package
 * `webgpu` opens "libvulkan.so.1" by name; a library of that name that is in the process already is the one it gets. Workers
 * that are threads do not do: the loader reads the environment of the process.
 */

const driverName = 'vk_swiftshader_icd.json'

/** Where a browser keeps its software device: beside its executable, whatever links to that. */
const besideBrowser = async (): Promise<string | undefined> => {
  const browser = findBrowser()
  const folders = [
    ...(browser === undefined ? [] : [dirname(realpathSync(browser))]),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
  ]
  return folders.find((folder) => existsSync(join(folder, driverName)))
}

/** Keeps a library in the process; that it is no addon is said by an exception, after it was loaded. */
const keepLoaded = (library: string): void => {
  const noDelete = 0x1000
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | noDelete)
  } catch (error) {
    if (!String(error).includes('self-register')) throw error
  }
}

/** What can be asked for a device in software; undefined where no browser is found that brings one. */
export const softwareGpu = async (): Promise<GPU | undefined> => {
  const folder = process.platform === 'linux' ? await besideBrowser() : undefined
  const library = folder && readdirSync(folder).find((name) => name.startsWith('libvulkan.so'))
  if (folder === undefined || library === undefined) return undefined
  process.env['VK_ICD_FILENAMES'] = join(folder, driverName)
  keepLoaded(join(folder, library))
  const { create } = await import('webgpu')
  return create(['backend=vulkan'])
}
