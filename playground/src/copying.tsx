import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { linkNow } from './address.ts'
import { text } from './language.ts'
import { program } from './training/lab.ts'
import { words } from './words.ts'

/** What a dialog shows: a text to copy. */
const shown = signal<{ readonly kind: 'program' | 'link'; readonly text: string }>()
/** What is said for those who listen, and for a moment to all. */
const said = signal('')

const say = (sentence: string): void => {
  said.value = sentence
  setTimeout(() => {
    if (said.peek() === sentence) said.value = ''
  }, 4000)
}

/** Copies, where the browser lets a page do it. */
const copied = async (content: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(content)
    return true
  } catch {
    return false
  }
}

const copyLink = async (): Promise<void> => {
  const link = linkNow()
  if (await copied(link)) say(text(words.linkCopied))
  else shown.value = { kind: 'link', text: link }
}

const showProgram = async (): Promise<void> => {
  const content = await program()
  if (content !== undefined) shown.value = { kind: 'program', text: content }
}

/** The buttons for a link to this state and for the program behind it. */
export const CopyButtons = () => (
  <>
    <button type="button" id="copy-link" class="small secondary" onClick={() => void copyLink()}>
      {text(words.copyLink)}
    </button>
    <button type="button" id="show-program" class="small secondary" onClick={() => void showProgram()}>
      {text(words.copyProgram)}
    </button>
    <span role="status" class="said">
      {said.value}
    </span>
  </>
)

/** A text to copy, in a dialog of the browser's own. */
export const CopyDialog = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const content = shown.value
  useEffect(() => {
    if (content !== undefined) dialog.current?.showModal()
    else dialog.current?.close()
  }, [content])
  const close = (): void => {
    shown.value = undefined
  }
  return (
    <dialog ref={dialog} aria-labelledby="copy-title" onClose={close}>
      {content !== undefined && (
        <article>
          <header>
            <h2 id="copy-title">
              {text(content.kind === 'program' ? words.programTitle : words.copyByHand)}
            </h2>
          </header>
          {content.kind === 'program' && <p>{text(words.programHint)}</p>}
          <pre class="program" tabIndex={0} aria-label={text(words.programTitle)}>
            <code>{content.text}</code>
          </pre>
          <footer>
            <span role="status">{said.value}</span>
            <button
              type="button"
              id="copy-text"
              onClick={() =>
                void copied(content.text).then((done) => say(text(done ? words.copied : words.copyByHand)))
              }
            >
              {text(words.copy)}
            </button>
            <button type="button" class="secondary" onClick={close}>
              {text(words.close)}
            </button>
          </footer>
        </article>
      )}
    </dialog>
  )
}
