import { computed } from '@preact/signals'
import { theme, type Theme } from '../theme.ts'

export type Colour = readonly [red: number, green: number, blue: number]

interface Colours {
  readonly ground: Colour
  readonly classes: readonly Colour[]
  readonly below: Colour
  readonly above: Colour
  readonly ink: Colour
}

/** Colours that people with any of the common forms of colour blindness tell apart. Source: M. Okabe, K. Ito, 2008. */
const colours: Readonly<Record<Theme, Colours>> = {
  light: {
    ground: [255, 255, 255],
    classes: [
      [0, 114, 178],
      [213, 94, 0],
      [0, 158, 115],
      [204, 121, 167],
      [230, 159, 0],
      [86, 180, 233],
      [0, 0, 0],
      [140, 109, 49],
      [148, 103, 189],
      [127, 127, 127],
    ],
    below: [0, 114, 178],
    above: [213, 94, 0],
    ink: [0, 0, 0],
  },
  dark: {
    ground: [20, 24, 29],
    classes: [
      [86, 180, 233],
      [230, 159, 0],
      [47, 199, 154],
      [227, 156, 195],
      [240, 228, 66],
      [255, 122, 51],
      [255, 255, 255],
      [185, 160, 106],
      [178, 148, 214],
      [150, 150, 150],
    ],
    below: [86, 180, 233],
    above: [255, 122, 51],
    ink: [255, 255, 255],
  },
}

export const palette = computed(() => colours[theme.value])

export const classColour = ({ classes }: Colours, index: number): Colour => classes[index % classes.length]!

export const css = ([red, green, blue]: Colour): string =>
  `rgb(${String(red)} ${String(green)} ${String(blue)})`
