/// <reference types="vite/client" />
import '@picocss/pico/css/pico.css'
import './page.css'
import { effect } from '@preact/signals'
import { render } from 'preact'
import { startAddress } from './address.ts'
import { language, text } from './language.ts'
import { Page } from './page.tsx'
import { wanted } from './panels/panels.tsx'
import { chosenTheme } from './theme.ts'
import { backend, watch } from './training/lab.ts'
import { words } from './words.ts'

effect(() => {
  document.documentElement.lang = language.value
  document.title = text(words.title)
})
effect(() => {
  if (chosenTheme.value === undefined) delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosenTheme.value
})
effect(() => {
  if (backend.value !== undefined) watch(wanted.value)
})
startAddress()
render(<Page />, document.body)
