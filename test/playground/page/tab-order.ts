import type { Page } from 'playwright-core'

interface Stop {
  readonly index: number
  readonly name: string
  readonly outlined: boolean
}

/** Marks all controls that can be seen, in their order, and says how many there are. */
const markControls = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>('a, button, select, input, summary, [tabindex="0"]'))
      .filter(
        (element) =>
          element.checkVisibility() &&
          !(element as HTMLButtonElement).disabled &&
          !(element.matches('input[type="radio"]') && !(element as HTMLInputElement).checked),
      )
      .map((element, i) => {
        element.dataset['stop'] = String(i)
        return `${element.tagName.toLowerCase()}#${element.id} ${(element.textContent ?? '').slice(0, 20)}`
      }),
  )

const here = (page: Page): Promise<Stop> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const style = getComputedStyle(element)
    return {
      index: Number(element.dataset['stop'] ?? -1),
      name: `${element.tagName.toLowerCase()}#${element.id}`,
      outlined: (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none',
    }
  })

/** Goes through a page by the tabulator: what it passes by, reaches out of order, or does not show as focused. */
export const tabFaults = async (page: Page): Promise<readonly string[]> => {
  const controls = await markControls(page)
  const walk = async (left: number, stops: readonly Stop[]): Promise<readonly Stop[]> => {
    if (left === 0) return stops
    await page.keyboard.press('Tab')
    return walk(left - 1, [...stops, await here(page)])
  }
  const stops = await walk(controls.length, [])
  return [
    ...controls.flatMap((name, i) =>
      stops[i]?.index === i ? [] : [`stop ${String(i)} is ${name}, reached ${stops[i]?.name ?? 'nothing'}`],
    ),
    ...stops.flatMap(({ name, outlined }) =>
      outlined ? [] : [`${name} does not show that it has the focus`],
    ),
  ]
}
