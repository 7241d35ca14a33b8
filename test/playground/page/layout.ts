import type { Page } from 'playwright-core'

/** Texts that are cut off, controls that lie over each other, and a page wider than its window. */
export const layoutFaults = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const faults: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth)
      faults.push(`the page is ${String(root.scrollWidth)} wide in ${String(root.clientWidth)}`)
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}${element.id === '' ? '' : `#${element.id}`}.${element.className}: ${(element.textContent ?? '').trim().slice(0, 40)}`
    const shown = (element: Element): boolean =>
      element.checkVisibility() && element.closest('.only-read, .skip') === null
    document.querySelectorAll('body *').forEach((element) => {
      if (!shown(element) || element.closest('.scrolls, .program') !== null) return
      const hasText = Array.from(element.childNodes).some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      )
      const box = element.matches('input[type="text"], select')
      if ((hasText || box) && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
        faults.push(`cut off: ${nameOf(element)}`)
      if (hasText && element.getBoundingClientRect().right > root.clientWidth + 1)
        faults.push(`outside: ${nameOf(element)}`)
    })
    const controls = Array.from(document.querySelectorAll('button, select, input, summary')).filter(
      (element) => shown(element) && element.closest('.run-bar, .scrolls') === null,
    )
    controls.forEach((one, i) => {
      const a = one.getBoundingClientRect()
      controls.slice(i + 1, i + 12).forEach((other) => {
        const b = other.getBoundingClientRect()
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (across > 1 && down > 1 && !one.contains(other))
          faults.push(`${nameOf(one)} lies over ${nameOf(other)}`)
      })
    })
    return faults
  })
