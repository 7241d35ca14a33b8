import { numberText, textTable, type Language } from 'puregrad/report'
import type { Paint } from '../../terminal/colour.ts'
import type { Claim } from '../claim.ts'
import { markText } from '../ledger-entry.ts'
import { linesText } from '../ledger-text.ts'
import { ledgerWords } from '../ledger-words.ts'

const claimText = (claim: Claim, language: Language, paint: Paint): string => {
  const say = (name: keyof typeof ledgerWords): string => ledgerWords[name][language]
  const measures = Object.entries(claim.measures).map(([name, { name: words, corrected, literal }]) => [
    paint('strong', `${claim.id}.${name}`),
    corrected === undefined ? '–' : markText(corrected, language),
    literal === undefined ? '–' : markText(literal, language),
    words[language],
  ])
  const settings = Object.entries(claim.settings).map(([name, { name: words, value }]) => [
    paint('strong', `${claim.id}.${name}`),
    numberText(value, language, 8),
    words[language],
  ])
  const left = (title: string) => ({ title, align: 'left' }) as const
  const tables = [
    textTable(
      [left(say('measure')), left(say('ofCorrected')), left(say('ofLiteral')), left(say('what'))],
      measures,
    ),
    ...(settings.length === 0
      ? []
      : [textTable([left(say('settings')), { title: '=' }, left('')], settings)]),
  ]
  return [
    `${paint('strong', claim.id)} (${linesText(claim, language)}): ${claim.asWritten[language]}`,
    ...tables.map((table) => table.replace(/^/gm, '  ')),
  ].join('\n')
}

/** Every claim with what `--mark` and `--set` can change. */
export const listText = (claims: readonly Claim[], language: Language, paint: Paint): string =>
  claims.map((claim) => claimText(claim, language, paint)).join('\n\n')
