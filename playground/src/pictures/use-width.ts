import { useLayoutEffect, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** The width of an element in whole pixels, as it is now; 0 before it is known. */
export const useWidth = (place: RefObject<HTMLElement>): number => {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const measure = (): void => setWidth(Math.floor(element.clientWidth))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
  return width
}
