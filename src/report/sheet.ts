import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { inLanguage, type PictureText } from './picture-text.ts'
import { numberText } from './number-text.ts'
import { themes, type Theme, type ThemeColours } from './theme.ts'
import type { Language } from './wording.ts'

/**
 * How a picture is drawn.
 *
 * @category Drawing
 */
export interface DrawingOptions {
  /** 'en' unless told otherwise. */
  readonly language?: Language
  /** 'light' unless told otherwise. */
  readonly theme?: Theme
  /** Of the whole picture in pixels, at least 240; 560 unless told otherwise. The height follows from the content. */
  readonly width?: number
}

/** What a picture is drawn on: its width, its colours and its language. */
export interface Sheet {
  readonly width: number
  readonly colours: ThemeColours
  readonly language: Language
  readonly say: (text: PictureText) => string
  readonly number: (value: number, digits?: number) => string
  /** The colour of a series. */
  readonly colour: (index: number) => string
}

/** @throws ArgumentError for another option or value of it. */
export const sheetOf = (where: string, options: DrawingOptions): Sheet => {
  checkOptions(where, options, { language: true, theme: true, width: true })
  const { language = 'en', theme = 'light', width = 560 } = options
  checkChoice(where, 'language', language, ['en', 'bg'])
  checkChoice(where, 'theme', theme, Object.keys(themes))
  checkSetting(where, 'width', width, { min: 240 })
  const colours = themes[theme]
  return {
    width,
    colours,
    language,
    say: (text) => inLanguage(text, language),
    number: (value, digits) => numberText(value, language, digits),
    colour: (index) => colours.palette[index % colours.palette.length]!,
  }
}

/** Dashes by series, so that nobody has to tell lines apart by their colours. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [9, 3, 2, 3],
  [12, 4],
  [4, 2, 1, 2],
]

export const dashOf = (index: number): readonly number[] => dashes[index % dashes.length]!

const shapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
]

/** Shapes of points by series, likewise. */
export const shapeOf = (index: number): string => shapes[index % shapes.length]!
