import type { Picture } from 'puregrad/report'
import { useEffect, useRef } from 'preact/hooks'
import { language, text } from '../language.ts'
import { theme } from '../theme.ts'
import { fault } from '../training/lab.ts'
import type { Drawing } from './drawing.ts'
import { inTurn, notAnyMore } from './in-turn.ts'
import { PictureTable } from './picture-table.tsx'
import { useWidth } from './use-width.ts'

const least = 240
const most = 640

/** A picture that is plain data, drawn to the width there is, with its numbers as a table for who cannot see it. */
export const PictureFigure = ({ picture }: { readonly picture: Picture }) => {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing>()
  const width = useWidth(place)
  const options = {
    language: language.value,
    theme: theme.value,
    width: Math.min(most, Math.max(least, width)),
  }
  useEffect(() => {
    const element = place.current
    if (element === null || width === 0) return
    inTurn(element, () => {
      void import('./drawing.ts')
        .then(async ({ drawingIn }) => {
          if (!element.isConnected) return
          drawing.current ??= drawingIn(element)
          await drawing.current.show(picture, options)
        })
        .catch((error: unknown) => {
          fault.value = error instanceof Error ? error.message : String(error)
        })
    })
  }, [picture, options.language, options.theme, options.width, width === 0])
  useEffect(
    () => () => {
      notAnyMore(place.current)
      drawing.current?.end()
    },
    [],
  )
  return (
    <figure class="picture">
      <div class="drawn" ref={place} role="img" aria-label={text(picture.title)} />
      <PictureTable picture={picture} />
    </figure>
  )
}
