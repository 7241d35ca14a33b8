import { computed, effect, signal } from '@preact/signals'
import { decodeLink, emptyState, encodeLink, type LinkState } from './engine/link.ts'
import type { Refusal } from './engine/messages.ts'
import { language } from './language.ts'
import { paced } from './paced.ts'
import { open, panelNames, type PanelName } from './panels/panels.tsx'
import { chosenTheme } from './theme.ts'
import { futures, onTheWay, start } from './training/lab.ts'
import { view } from './view.ts'

/** Why the link in the address was not taken, and whether there was a training that went on. */
export const linkProblem = signal<{ readonly refusals: readonly Refusal[]; readonly kept: boolean }>()

const startPanels = open.peek()

const pageState = computed<LinkState['page']>(() => {
  const shown = [...(view.value === 'ledger' ? ['ledger'] : []), ...open.value]
  const usual = view.value === 'play' && String(open.value) === String(startPanels)
  return {
    lang: language.value,
    ...(chosenTheme.value === undefined ? {} : { theme: chosenTheme.value }),
    ...(usual ? {} : { panels: shown.length === 0 ? 'none' : shown.join(',') }),
  }
})

/** The whole state as a link has it. */
const state = computed<LinkState>(() => {
  const [first, second] = futures.value
  return {
    futures:
      first === undefined
        ? emptyState.futures
        : second === undefined
          ? [first.timeline]
          : [first.timeline, second.timeline],
    epochs: first === undefined ? [0] : futures.value.map(({ epoch }) => epoch),
    page: pageState.value,
  }
})

/** The link to what is on the page now. */
export const linkNow = (): string => {
  const { origin, pathname, search } = location
  return `${origin}${pathname}${search}#${encodeLink(state.peek())}`
}

const isPanel = (name: string): name is PanelName => (panelNames as readonly string[]).includes(name)

const usePage = ({ lang, theme, panels }: LinkState['page']): void => {
  if (lang === 'en' || lang === 'bg') language.value = lang
  chosenTheme.value = theme === 'light' || theme === 'dark' ? theme : undefined
  const names = panels?.split(',')
  view.value = names?.includes('ledger') === true ? 'ledger' : 'play'
  open.value = names?.filter(isPanel) ?? startPanels
}

/** The fragment that the page wrote itself, or has dealt with. */
const known = signal<string>()

/** Goes where the address says. What cannot be read is said, and changes nothing. */
const follow = async (): Promise<void> => {
  if (location.hash === known.peek()) return
  known.value = location.hash
  const decoded = decodeLink(location.hash)
  const hadTraining = futures.peek().length > 0
  linkProblem.value = undefined
  if (decoded._tag === 'Right') {
    usePage(decoded.right.page)
    await start(decoded.right)
    return
  }
  linkProblem.value = { refusals: decoded.left, kept: hadTraining }
  if (!hadTraining) await start(emptyState)
}

/**
 * Keeps the address in step with the page, twice a second at most, so that a reload and a copied address come back to
 * where it is. A link that was not understood stays in the address until something else is to be said.
 */
const keepAddress = (): void => {
  const slow = paced(state, 500)
  const unchanged = signal<string>()
  effect(() => {
    const fragment = encodeLink(slow.value)
    if (onTheWay.value || slow.value.futures === emptyState.futures || fragment === unchanged.peek()) return
    const before = unchanged.peek()
    unchanged.value = fragment
    if (before === undefined && linkProblem.peek() !== undefined) return
    known.value = fragment === '' ? '' : `#${fragment}`
    history.replaceState(null, '', `${location.pathname}${location.search}${known.value}`)
  })
}

/** Follows the address from now on, and keeps it. */
export const startAddress = (): void => {
  if (navigator.language.toLowerCase().startsWith('bg')) language.value = 'bg'
  window.addEventListener('hashchange', () => void follow())
  void follow()
  keepAddress()
}
