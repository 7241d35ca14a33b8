import type { BarsPicture, PictureText } from 'puregrad/report'

/** The cross-entropy of several networks, a bar each. */
export const lossBars = (
  title: PictureText,
  losses: readonly { readonly name: PictureText; readonly value: number }[],
): BarsPicture => ({
  kind: 'bars',
  title,
  x: { title: { en: 'network', bg: 'мрежа' } },
  y: { title: { en: 'cross-entropy', bg: 'кръстосана ентропия' } },
  categories: losses.map(({ name }) => name),
  series: [
    {
      name: { en: 'cross-entropy', bg: 'кръстосана ентропия' },
      values: losses.map(({ value }) => ({ value })),
    },
  ],
})
