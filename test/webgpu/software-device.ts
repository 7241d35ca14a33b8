import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync, mkdtempSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { requestWebGpu, type WebGpu } from '../../src/webgpu/index.ts'
import { findBrowser } from '../restricted/find-browser.ts'

/*
 * Browsers of the Chromium family bring SwiftShader, a device of Vulkan in software, and a loader of Vulkan. The package
 * `webgpu` opens "libvulkan.so.1" by name; a library of that name that is in the process already is the one it gets.
 */

interface SoftwareVulkan {
  readonly loader: string
  /** The description of the driver for the loader, with the library's place in it. */
  readonly driver: string
}

/** The folder a browser is started from: what is called Chromium may be a script that starts it from elsewhere. */
const foldersOf = (browser: string): readonly string[] => {
  const real = realpathSync(browser)
  const named = readFileSync(real).subarray(0, 2).toString() === '#!' ? readFileSync(real, 'utf8') : ''
  return [dirname(real), ...(named.match(/\/[\w./-]*\/chrom[\w-]*/g) ?? []), '/usr/lib/chromium']
}

const vulkanIn = (folder: string): SoftwareVulkan | undefined => {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const loader = names.find((name) => name.startsWith('libvulkan.so'))
  const library = names.find((name) => name === 'libvk_swiftshader.so')
  if (loader === undefined || library === undefined) return undefined
  const driver = join(mkdtempSync(join(tmpdir(), 'swiftshader-')), 'driver.json')
  const description = { library_path: join(folder, library), api_version: '1.1.0' }
  writeFileSync(driver, JSON.stringify({ file_format_version: '1.0.0', ICD: description }))
  return { loader: join(folder, loader), driver }
}

const findVulkan = async (): Promise<SoftwareVulkan | undefined> => {
  const browser = await findBrowser()
  if (browser === undefined || process.platform !== 'linux') return undefined
  for (const folder of foldersOf(browser)) {
    const found = vulkanIn(folder)
    if (found !== undefined) return found
  }
  return undefined
}

/** Keeps a library in the process; that it is no addon is said by an exception after it was loaded. */
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
  const vulkan = await findVulkan()
  if (vulkan === undefined) return undefined
  process.env['VK_ICD_FILENAMES'] = vulkan.driver
  keepLoaded(vulkan.loader)
  const { create } = await import('webgpu')
  return create(['backend=vulkan'])
}

/** A device in software, for tests, which are skipped without one; where the machine should have one they are not. */
export const softwareDevice = async (): Promise<WebGpu | undefined> => {
  const gpu = await softwareGpu()
  if (gpu === undefined) return undefined
  const found = await requestWebGpu({ gpu })()
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}
