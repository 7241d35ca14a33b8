import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from '../../restricted/find-browser.ts'
import { layoutFaults } from './layout.ts'
import { figure, ready, startPlayground, type Opened, type Playground, type View } from './open-playground.ts'
import { tabFaults } from './tab-order.ts'

const browser = await findBrowser()
if (browser === undefined)
  console.info('left out: the page of the playground needs Chromium or Chrome (CHROME_PATH)')

const started: { playground?: Playground } = {}

/** Does something on a page, which then must have had no problem. */
const onPage = async (
  fragment: string,
  view: View,
  use: (opened: Opened) => Promise<void>,
): Promise<void> => {
  const opened = await started.playground!.open(fragment, view)
  try {
    await use(opened)
    expect(opened.problems).toEqual([])
  } finally {
    await opened.close()
  }
}

const waitFor = (page: Page, name: string, atLeast: number, timeout = 15_000): Promise<unknown> =>
  page.waitForFunction(
    ([which, least]) =>
      Number(
        (document.querySelector(`[data-figure="${which}"]`)?.textContent ?? '')
          .replace(/[%\s]/g, '')
          .replace(',', '.'),
      ) >= least,
    [name, atLeast] as const,
    { timeout },
  )

const pauseAndSettle = async (page: Page): Promise<void> => {
  if ((await page.locator('#run').innerText()).includes('Pause')) await page.click('#run')
  await page.waitForTimeout(900)
}

const numbers = (page: Page): Promise<readonly string[]> =>
  page.locator('.numbers dd').allInnerTexts()

/** An epoch of two futures that differ, reached by hand. */
const forked = async (page: Page): Promise<void> => {
  await page.click('#run')
  await waitFor(page, 'epoch', 5)
  await pauseAndSettle(page)
  await page.click('#fork')
  await page.waitForSelector('.of-future.future-b')
  await page.fill('#learningRate', '0.5')
  await page.press('#learningRate', 'Enter')
  await page.waitForSelector('.futures .fork')
  await page.click('#run')
  await page.waitForTimeout(400)
  await pauseAndSettle(page)
}

const drop = async (page: Page, text: string): Promise<void> => {
  const files = await page.evaluateHandle((content) => {
    const carried = new DataTransfer()
    carried.items.add(new File([content], 'flowers.csv', { type: 'text/csv' }))
    return carried
  }, text)
  await page.dispatchEvent('main', 'drop', { dataTransfer: files })
}

const flowers = (): string =>
  [
    'length,width,kind',
    ...Array.from({ length: 90 }, (_, i) => {
      const kind = ['iris', 'rose', 'tulip'][i % 3]!
      const shift = (i % 3) * 4
      return `${String(shift + Math.sin(i))},${String(shift + Math.cos(i * 1.7))},${kind}`
    }),
  ].join('\n')

describe.skipIf(browser === undefined)('the page of the playground', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    started.playground = await startPlayground(browser!)
  }, 60_000)
  afterAll(() => started.playground?.close())

  test('is there in less than two seconds under a strict policy, and says what it runs on', async () => {
    await onPage('', {}, async ({ page }) => {
      await ready(page)
      const loaded = await page.evaluate(() => performance.now())
      expect(loaded).toBeLessThan(process.env['CI'] === undefined ? 6000 : 2000)
      expect(await page.locator('[data-figure="backend"]').innerText()).toContain('WebAssembly')
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
    })
  })
})
