import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { Wording } from 'puregrad/report'
import { checkChanges } from './check-settings.ts'
import type { Field } from './fields.ts'
import { changedNames, timelineRefusals } from './forks.ts'
import type { Fork, Refusal, Timeline } from './messages.ts'
import { defaults, fields, type HiddenLayer, type SettingName, type Settings } from './settings.ts'
import { fill, say } from './wordings.ts'

/** What of the page is in a link, by the page's own choice. */
export const pageKeys = ['lang', 'theme', 'view', 'panels'] as const

export type PageKey = (typeof pageKeys)[number]

/** The whole state of a playground. */
export interface LinkState {
  /** One training, or two futures of one start. */
  readonly futures: readonly [Timeline] | readonly [Timeline, Timeline]
  /** How far each has come, in epochs. */
  readonly epochs: readonly number[]
  readonly page: Readonly<Partial<Record<PageKey, string>>>
}

const version = '1'
const longest = 8000
const mostForks = 200
const mostEpochs = fields.epochs.max

/** The state of a page without a link. */
export const emptyState: LinkState = { futures: [{ settings: defaults, forks: [] }], epochs: [0], page: {} }

const start = fields.hidden.start[0]

/** `16_tanh_batch_d0.2`: units, and what differs from where a layer starts. */
const layerText = ({ units, activation, normalization, dropout }: HiddenLayer): string =>
  [
    String(units),
    ...(activation === start.activation ? [] : [activation]),
    ...(normalization === start.normalization ? [] : [normalization]),
    ...(dropout === start.dropout ? [] : [`d${String(dropout)}`]),
  ].join('_')

/** Layers in a row that are alike are written once, with their number: `16_tanh*20`. */
const layersText = (layers: readonly HiddenLayer[]): string =>
  layers
    .map(layerText)
    .reduce<readonly { readonly text: string; readonly times: number }[]>((sofar, text) => {
      const last = sofar.at(-1)
      return last?.text === text
        ? [...sofar.slice(0, -1), { text, times: last.times + 1 }]
        : [...sofar, { text, times: 1 }]
    }, [])
    .map(({ text, times }) => (times === 1 ? text : `${text}*${String(times)}`))
    .join(',')

const valueText = (value: Settings[SettingName]): string =>
  typeof value === 'object' ? layersText(value) : encodeURIComponent(String(value))

const changesText = (changes: Partial<Settings>): string =>
  (Object.keys(changes) as SettingName[])
    .map((name) => `${name}:${valueText(changes[name] as Settings[SettingName])}`)
    .join(';')

const forksText = (forks: readonly Fork[]): string =>
  forks.map(({ epoch, changes }) => `${String(epoch)};${changesText(changes)}`).join('~')

/**
 * The fragment of a link, without its #: what differs from the defaults, readable, under a version.
 *
 * Law: `decodeLink(encodeLink(state))` is the state.
 */
export const encodeLink = ({ futures, epochs, page }: LinkState): string => {
  const [{ settings, forks }, second] = futures
  const parts = [
    ...changedNames(defaults, settings).map((name) => [name, valueText(settings[name])] as const),
    ...(forks.length === 0 ? [] : [['forks', forksText(forks)] as const]),
    ...(second === undefined ? [] : [['second', forksText(second.forks)] as const]),
    ...(epochs.every((epoch) => epoch === 0) ? [] : [['at', epochs.join(',')] as const]),
    ...pageKeys.flatMap((key) =>
      page[key] === undefined ? [] : [[key, encodeURIComponent(page[key])] as const],
    ),
  ]
  return parts.length === 0 ? '' : [`v=${version}`, ...parts.map(([key, text]) => `${key}=${text}`)].join('&')
}

type Decoded<A> = E.Either<readonly Refusal[], A>

const wrong = (template: Wording, holes: Readonly<Record<string, string>> = {}): Decoded<never> =>
  E.left([{ message: fill(template, holes) }])

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

const decodedText = (text: string): Decoded<string> =>
  E.tryCatch(
    () => decodeURIComponent(text),
    () => [
      {
        message: fill(say('The link has a broken escape in {text}', 'Връзката има счупен код в {text}'), {
          text: cut(text),
        }),
      },
    ],
  )

const numeric = /^\d+(\.\d+)?(e[+-]?\d+)?$/

/** A number where the text is one; what else it is, the range of the setting refuses. */
const numberOr = (text: string): number | string => (numeric.test(text) ? Number(text) : text)

const layerOf = (text: string): unknown => {
  const [units = '', ...rest] = text.split('_')
  const named = (part: string): readonly [string, unknown] =>
    part === 'batch' || part === 'layer'
      ? ['normalization', part]
      : /^d[\d.e+-]+$/.test(part)
        ? ['dropout', numberOr(part.slice(1))]
        : ['activation', part]
  return { ...start, ...Object.fromEntries(rest.map(named)), units: numberOr(units) }
}

const layersOf = (text: string): unknown =>
  text === ''
    ? []
    : text.split(',').flatMap((part) => {
        const [layer = '', times = '1'] = part.split('*')
        const count = numberOr(times)
        // More than a network may have is as wrong as many more, and costs no memory.
        return typeof count === 'number' && Number.isInteger(count) && count >= 1
          ? Array.from({ length: Math.min(count, fields.hidden.most + 1) }, () => layerOf(layer))
          : [part]
      })

const isSetting = (name: string): name is SettingName => Object.hasOwn(fields, name)

/** The value that a text means for a setting, still unchecked. */
const valueOf = (name: SettingName, text: string): unknown => {
  const field: Field = fields[name]
  switch (field.kind) {
    case 'layers':
      return layersOf(text)
    case 'number':
      return numberOr(text)
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'choice':
    case 'text':
      return text
  }
}

const changesOf = (entries: readonly (readonly [string, string])[]): Decoded<Partial<Settings>> =>
  checkChanges(
    Object.fromEntries(entries.map(([name, text]) => [name, isSetting(name) ? valueOf(name, text) : text])),
  )

const epochOf = (text: string): Decoded<number> => {
  const epoch = numberOr(text)
  return typeof epoch === 'number' && Number.isInteger(epoch) && epoch <= mostEpochs
    ? E.right(epoch)
    : wrong(
        say(
          'The link: expected an epoch from 0 to {most}, got {text}',
          'Връзката: очаква се епоха от 0 до {most}, а е {text}',
        ),
        { most: String(mostEpochs), text: cut(text) },
      )
}

const pairOf =
  (separator: string) =>
  (text: string): readonly [string, string] => {
    const at = text.indexOf(separator)
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  }

const twice = (names: readonly string[]): string | undefined =>
  names.find((name, i) => names.indexOf(name) !== i)

const forkOf = (text: string): Decoded<Fork> => {
  const [epoch = '', ...changes] = text.split(';')
  const entries = changes.filter((change) => change !== '').map(pairOf(':'))
  const repeated = twice(entries.map(([name]) => name))
  return repeated !== undefined
    ? wrong(say('The link names {name} twice', 'Връзката посочва {name} два пъти'), { name: cut(repeated) })
    : pipe(
        E.Do,
        E.bind('epoch', () => epochOf(epoch)),
        E.bind('changes', () => changesOf(entries)),
      )
}

/** Forks in order, none of which changes what cannot change. */
const forksOf =
  (settings: Settings) =>
  (text: string | undefined): Decoded<readonly Fork[]> => {
    if (text === undefined || text === '') return E.right([])
    const parts = text.split('~')
    if (parts.length > mostForks)
      return wrong(
        say('The link: at most {most} forks, got {n}', 'Връзката: най-много {most} разклонения, а са {n}'),
        { most: String(mostForks), n: String(parts.length) },
      )
    return pipe(
      parts,
      RA.traverse(E.Applicative)(forkOf),
      E.chain((forks) => {
        const disorder = forks.findIndex(({ epoch }, i) => i > 0 && epoch <= forks[i - 1]!.epoch)
        if (disorder >= 0)
          return wrong(
            say(
              'The link: forks come in the order of epochs',
              'Връзката: разклоненията са по реда на епохите',
            ),
          )
        const refusals = timelineRefusals({ settings, forks })
        return refusals.length > 0 ? E.left(refusals) : E.right(forks)
      }),
    )
  }

const pageOf = (entries: readonly (readonly [string, string])[]): Decoded<LinkState['page']> => {
  const odd = entries.find(([, text]) => !/^[\w.,-]{0,120}$/.test(text))
  return odd === undefined
    ? E.right(Object.fromEntries(entries))
    : wrong(say('The link: {key} cannot be {text}', 'Връзката: {key} не може да е {text}'), {
        key: odd[0],
        text: cut(odd[1]),
      })
}

const epochsOf = (text: string | undefined, futures: number): Decoded<readonly number[]> =>
  text === undefined
    ? E.right(Array.from({ length: futures }, () => 0))
    : pipe(
        text.split(','),
        RA.traverse(E.Applicative)(epochOf),
        E.chain((epochs) =>
          epochs.length === futures
            ? E.right(epochs)
            : wrong(
                say('The link: expected {n} epochs, got {m}', 'Връзката: очакват се {n} епохи, а са {m}'),
                { n: String(futures), m: String(epochs.length) },
              ),
        ),
      )

const isPageKey = (key: string): boolean => (pageKeys as readonly string[]).includes(key)

const stateOf = (entries: readonly (readonly [string, string])[]): Decoded<LinkState> => {
  const repeated = twice(entries.map(([key]) => key))
  if (repeated !== undefined)
    return wrong(say('The link names {name} twice', 'Връзката посочва {name} два пъти'), {
      name: cut(repeated),
    })
  const given = new Map(entries)
  // A link that somebody typed may leave the version out.
  const meant = given.get('v') ?? version
  if (meant !== version)
    return wrong(
      say(
        'The link is of version {v}, and this playground reads version {version}',
        'Връзката е от версия {v}, а тази страница чете версия {version}',
      ),
      { v: cut(meant), version },
    )
  const own = ['v', 'forks', 'second', 'at']
  return pipe(
    E.Do,
    E.bind('page', () => pageOf(entries.filter(([key]) => isPageKey(key)))),
    E.bind('settings', () =>
      pipe(
        changesOf(entries.filter(([key]) => !own.includes(key) && !isPageKey(key))),
        E.map((changes): Settings => ({ ...defaults, ...changes })),
      ),
    ),
    E.bind('forks', ({ settings }) => forksOf(settings)(given.get('forks'))),
    E.bind('second', ({ settings }) => forksOf(settings)(given.get('second'))),
    E.bind('epochs', () => epochsOf(given.get('at'), given.has('second') ? 2 : 1)),
    E.map(({ page, settings, forks, second, epochs }) => ({
      futures: given.has('second')
        ? ([
            { settings, forks },
            { settings, forks: second },
          ] as const)
        : ([{ settings, forks }] as const),
      epochs,
      page,
    })),
  )
}

/**
 * The state that a fragment (with or without its #) means, or all that is wrong with it. No fragment means the state of
 * a page without a link.
 */
export const decodeLink = (fragment: string): Decoded<LinkState> => {
  const text = fragment.replace(/^#/, '')
  if (text === '') return E.right(emptyState)
  if (text.length > longest)
    return wrong(
      say('The link: at most {most} letters, got {n}', 'Връзката: най-много {most} букви, а са {n}'),
      { most: String(longest), n: String(text.length) },
    )
  return pipe(
    text.split('&').map(pairOf('=')),
    RA.traverse(E.Applicative)(([key, value]) =>
      pipe(
        decodedText(value),
        E.map((decoded) => [key, decoded] as const),
      ),
    ),
    E.chain(stateOf),
  )
}
