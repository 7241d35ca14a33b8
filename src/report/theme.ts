/**
 * Whether a picture is for a light page or a dark one.
 *
 * @category Pictures
 */
export type Theme = 'light' | 'dark'

/** The colours of a theme as `#rrggbb`. */
export interface ThemeColours {
  readonly background: string
  readonly text: string
  /** Of what stands back: ticks, captions, rules. */
  readonly faint: string
  readonly grid: string
  /** Of series, classes and methods, in order. */
  readonly palette: readonly string[]
  /** From little to much. */
  readonly ramp: readonly [low: string, high: string]
  /** Below 0, at 0, above 0. */
  readonly signed: readonly [below: string, zero: string, above: string]
  /** From no ink to all of it. */
  readonly ink: readonly [none: string, full: string]
}

/**
 * Colours that people with any of the common forms of colour blindness tell apart, in the order in which neighbours
 * differ most; yellow only where the ground is dark. Source: M. Okabe, K. Ito, Color Universal Design, 2008.
 */
export const themes: Readonly<Record<Theme, ThemeColours>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    faint: '#59636e',
    grid: '#e4e7eb',
    palette: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8c6d31'],
    ramp: ['#e3edf7', '#08407a'],
    signed: ['#0072b2', '#f7f7f7', '#d55e00'],
    ink: ['#ffffff', '#000000'],
  },
  dark: {
    background: '#14181d',
    text: '#e6e9ed',
    faint: '#9aa4af',
    grid: '#2b323a',
    palette: ['#56b4e9', '#e69f00', '#2fc79a', '#e39cc3', '#f0e442', '#ff7a33', '#ffffff', '#b9a06a'],
    ramp: ['#1c2b3a', '#9fd3ff'],
    signed: ['#56b4e9', '#1c2126', '#ff7a33'],
    ink: ['#0d1014', '#ffffff'],
  },
}

const channels = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

/** The colour that lies at a share of the way from one to another. */
export const mixed = (from: string, to: string, share: number): string => {
  const ends = channels(to)
  return `#${channels(from)
    .map((channel, i) => Math.round(channel + ((ends[i] ?? channel) - channel) * share))
    .map((channel) => channel.toString(16).padStart(2, '0'))
    .join('')}`
}

/** The relative luminance of a colour. Source: WCAG 2.2, w3.org/TR/WCAG22/#dfn-relative-luminance. */
export const luminanceOf = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = channels(colour)
    .map((channel) => channel / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Black or white, whichever is read more easily on a colour: the contrast with both is equal at 0.179. */
export const readableOn = (colour: string): string => (luminanceOf(colour) > 0.179 ? '#000000' : '#ffffff')
