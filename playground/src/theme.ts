import { computed, signal } from '@preact/signals'

export type Theme = 'light' | 'dark'

const dark = window.matchMedia('(prefers-color-scheme: dark)')
const preferred = signal<Theme>(dark.matches ? 'dark' : 'light')
dark.addEventListener('change', ({ matches }) => {
  preferred.value = matches ? 'dark' : 'light'
})

/** The theme that was chosen on the page; where none was, that of the system. */
export const chosenTheme = signal<Theme>()

export const theme = computed<Theme>(() => chosenTheme.value ?? preferred.value)
