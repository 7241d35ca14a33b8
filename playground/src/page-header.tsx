import { CopyButtons } from './copying.tsx'
import { language, text } from './language.ts'
import { chosenTheme } from './theme.ts'
import { view } from './view.ts'
import { words } from './words.ts'

const Part = ({ of, name }: { readonly of: 'play' | 'ledger'; readonly name: string }) => (
  <li>
    <button
      type="button"
      id={`view-${of}`}
      class={view.value === of ? 'small' : 'small outline'}
      aria-current={view.value === of ? 'page' : undefined}
      onClick={() => {
        view.value = of
      }}
    >
      {name}
    </button>
  </li>
)

/** What the page is, its two halves, its language and its theme. */
export const PageHeader = () => (
  <header class="page-header">
    <h1>{text(words.title)}</h1>
    <nav aria-label={text(words.views)}>
      <ul>
        <Part of="play" name={text(words.viewPlay)} />
        <Part of="ledger" name={text(words.viewLedger)} />
      </ul>
    </nav>
    <div class="page-tools">
      <CopyButtons />
      <select
        id="language"
        aria-label={text(words.language)}
        value={language.value}
        onChange={({ currentTarget }) => {
          language.value = currentTarget.value === 'bg' ? 'bg' : 'en'
        }}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="bg" lang="bg">
          Български
        </option>
      </select>
      <select
        id="theme"
        aria-label={text(words.theme)}
        value={chosenTheme.value ?? 'system'}
        onChange={({ currentTarget: { value } }) => {
          chosenTheme.value = value === 'light' || value === 'dark' ? value : undefined
        }}
      >
        <option value="system">{text(words.themes.system)}</option>
        <option value="light">{text(words.themes.light)}</option>
        <option value="dark">{text(words.themes.dark)}</option>
      </select>
    </div>
  </header>
)
