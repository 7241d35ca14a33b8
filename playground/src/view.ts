import { signal } from '@preact/signals'

/** The two halves of the page. */
export const view = signal<'play' | 'ledger'>('play')
