import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { build } from 'vite'
import { policy } from '../../../playground/vite.config.ts'
import { softwareGpuFlags } from '../../restricted/software-gpu-flags.ts'
import { serveFolder } from './serve-folder.ts'

const configFile = fileURLToPath(new URL('../../../playground/vite.config.ts', import.meta.url))

export interface View {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
}

/** A page of the playground that keeps what went wrong on it. */
export interface Opened {
  readonly page: Page
  /** Errors of the console, uncaught ones, answers that are none, and what the policy refused. */
  readonly problems: readonly string[]
  readonly close: () => Promise<void>
}

/** A built playground on a host, and a browser. */
export interface Playground {
  readonly address: string
  /** As `open`, in a browser that shows its pages a GPU in software. */
  readonly openWithGpu: () => Promise<Opened>
  readonly open: (fragment?: string, view?: View) => Promise<Opened>
  readonly close: () => Promise<void>
}

/** Builds the page once, serves it under a policy and starts a browser. */
export const startPlayground = async (executablePath: string): Promise<Playground> => {
  const outDir = mkdtempSync(join(tmpdir(), 'puregrad-playground-'))
  await build({ configFile, logLevel: 'error', build: { outDir } })
  const served = await serveFolder(outDir, policy)
  const launch = (...args: readonly string[]) =>
    chromium.launch({ executablePath, args: ['--no-sandbox', ...args] })
  const browser = await launch()
  const openIn = async (
    browser: Browser,
    fragment: string,
    { width = 1440, height = 900, theme = 'light' }: View,
  ): Promise<Opened> => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: 'en-GB',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await context.newPage()
    const problems: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
    })
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('requestfailed', (request) => {
      // A page that is left, or loaded again, asks for no more of what it was loading.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`no answer: ${request.url()}`)
    })
    await page.goto(`${served.address}${fragment}`)
    await page.waitForSelector('#run, .claim, .ledger')
    return { page, problems, close: () => context.close() }
  }
  return {
    address: served.address,
    open: (fragment = '', view = {}) => openIn(browser, fragment, view),
    openWithGpu: async () => {
      const other = await launch(...softwareGpuFlags)
      const opened = await openIn(other, '', {})
      return { ...opened, close: () => other.close() }
    },
    close: async () => {
      await browser.close()
      served.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}

/** Waits until the training is there and may be run. */
export const ready = async (page: Page): Promise<void> => {
  await page.waitForSelector('#run:not([disabled])', { timeout: 15_000 })
}
