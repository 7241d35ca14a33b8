import { useEffect, useState } from 'preact/hooks'
import { CopyDialog } from './copying.tsx'
import { text } from './language.ts'
import { LedgerView } from './ledger/ledger-view.tsx'
import { Notices } from './notices.tsx'
import { PageHeader } from './page-header.tsx'
import { Panels } from './panels/panels.tsx'
import { takeFiles } from './settings/own-table.tsx'
import { SettingsForm } from './settings/settings-form.tsx'
import { RunBar } from './training/run-bar.tsx'
import { Status } from './training/status.tsx'
import { TimelineBar } from './training/timeline.tsx'
import { view } from './view.ts'
import { words } from './words.ts'

/** Files may be dropped anywhere on the page. */
const useDrop = (): boolean => {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const enter = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      event.preventDefault()
      setOver(false)
      view.value = 'play'
      void takeFiles(event.dataTransfer?.files)
    }
    window.addEventListener('dragover', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])
  return over
}

const Play = () => (
  <div class="play">
    <div class="controls">
      <RunBar />
      <TimelineBar />
      <Status />
    </div>
    <SettingsForm />
    <Panels />
  </div>
)

/** The whole page. */
export const Page = () => {
  const over = useDrop()
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {text(words.skip)}
      </a>
      <PageHeader />
      <main id="main" tabIndex={-1}>
        <Notices />
        {view.value === 'play' ? <Play /> : <LedgerView />}
      </main>
      {over && (
        <div class="drop" role="status">
          {text(words.dropHere)}
        </div>
      )}
      <CopyDialog />
    </>
  )
}

/** The fragment of the address is the state of the page, so that the link moves the focus itself. */
const skip = (event: Event): void => {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
