/// <reference types="vite/client" />
import '@picocss/pico/css/pico.css'
import './page.css'
import { render } from 'preact'

render(<main class="container" />, document.body)
