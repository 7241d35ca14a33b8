import { accessSync, constants, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { carriedBrowser } from './carried-browser.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The folders of a folder whose names begin with a word, the last name first. */
const foldersOf = (folder: string, prefix = ''): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix))
      .sort()
      .reverse()
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

const caches = [
  join(homedir(), '.cache'),
  join(homedir(), 'Library', 'Caches'),
  process.env['LOCALAPPDATA'] ?? '',
]

/** Where the packages puppeteer and playwright keep the browsers they bring. */
const ofPackages = (): readonly string[] =>
  caches.flatMap((cache) => [
    ...foldersOf(join(cache, 'puppeteer', 'chrome')).flatMap((folder) => foldersOf(folder, 'chrome-')),
    ...foldersOf(join(cache, 'ms-playwright'), 'chromium-').flatMap((folder) => foldersOf(folder, 'chrome-')),
  ])

const programsIn = (folder: string): readonly string[] => [
  join(folder, 'chrome'),
  join(folder, 'chrome.exe'),
  join(folder, 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'),
  join(folder, 'Chromium.app', 'Contents', 'MacOS', 'Chromium'),
]

const installed = (): readonly string[] => [
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) =>
    process.env[name] === undefined
      ? []
      : [join(process.env[name], 'Google', 'Chrome', 'Application', 'chrome.exe')],
  ),
]

/**
 * A browser of the Chromium family: the one the environment variable `CHROME_PATH` names, an installed one, or the one that
 * an npm package carries.
 */
export const findBrowser = (): string | undefined =>
  [process.env['CHROME_PATH'] ?? '', ...installed(), ...ofPackages().flatMap(programsIn)].find(
    (file) => file !== '' && isProgram(file),
  ) ?? carriedBrowser()
