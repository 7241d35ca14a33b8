import { styleText } from 'node:util'

/** What a piece of text is; its colour follows from that. */
export type Role = 'good' | 'partly' | 'odd' | 'bad' | 'near' | 'quiet' | 'strong'

/** Gives a text the colour of its role, or leaves it as it is. */
export type Paint = (role: Role, text: string) => string

const formats = {
  good: 'green',
  partly: 'cyan',
  odd: 'magenta',
  bad: 'red',
  near: 'yellow',
  quiet: 'dim',
  strong: 'bold',
} as const satisfies Readonly<Record<Role, Parameters<typeof styleText>[0]>>

/** As much of a stream as decides on colours. */
export interface Screen {
  readonly isTTY?: boolean
  readonly hasColors?: () => boolean
}

/**
 * Whether to write colours: never with `--no-color` or NO_COLOR (no-color.org), always with FORCE_COLOR, unless it is 0
 * or false (as Node reads it), else where the stream is a terminal that has colours.
 */
export const wantsColour = (
  argv: readonly string[],
  { NO_COLOR, FORCE_COLOR }: Readonly<Record<string, string | undefined>>,
  { isTTY = false, hasColors = () => true }: Screen,
): boolean =>
  argv.includes('--no-color') || (NO_COLOR ?? '') !== ''
    ? false
    : FORCE_COLOR !== undefined
      ? !['0', 'false'].includes(FORCE_COLOR)
      : isTTY && hasColors()

/** Paints where colours are wanted. */
export const painter = (wanted: boolean): Paint =>
  wanted ? (role, text) => styleText(formats[role], text, { validateStream: false }) : (_, text) => text
