// Contrast of the texts of a page by WCAG 2.2, 1.4.3, from the computed styles.

/** Runs in the page. Texts with a contrast below 4.5, each kind once. */
export function weakTexts(): readonly string[] {
  const canvas = document.createElement('canvas')
  canvas.width = 1
  canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const known = new Map<string, readonly number[]>()
  const channels = (color: string): readonly number[] => {
    const found = known.get(color)
    if (found !== undefined || context === null) return found ?? [0, 0, 0, 0]
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = color
    context.fillRect(0, 0, 1, 1)
    const read = [...context.getImageData(0, 0, 1, 1).data]
    known.set(color, read)
    return read
  }
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const isSolid = (color: string): boolean => color !== 'none' && (channels(color)[3] ?? 0) > 0
  /** Colour behind the element: an ancestor’s background, or in a drawing the last shape below it. */
  const behind = (element: Element): string => {
    if (element instanceof SVGElement && element.ownerSVGElement !== null) {
      const { left, top, width, height } = element.getBoundingClientRect()
      const [x, y] = [left + width / 2, top + height / 2]
      const shapes = [...element.ownerSVGElement.querySelectorAll('rect')].filter((shape) => {
        const own = shape.getBoundingClientRect()
        const isBefore = (shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
        const isAround = own.left <= x && x <= own.right && own.top <= y && y <= own.bottom
        return isBefore && isAround && isSolid(getComputedStyle(shape).fill)
      })
      const last = shapes.at(-1)
      if (last !== undefined) return getComputedStyle(last).fill
    }
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each)
      if (isSolid(backgroundColor)) return backgroundColor
    }
    return 'white'
  }
  const weak = new Set<string>()
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    )
    if (!hasText || element.closest('script, title') !== null || element.getClientRects().length === 0)
      continue
    const { color, fill } = getComputedStyle(element)
    const text = element instanceof SVGElement ? fill : color
    const [light = 0, dark = 0] = [luminance(text), luminance(behind(element))].toSorted((a, b) => b - a)
    const ratio = (light + 0.05) / (dark + 0.05)
    if (ratio < 4.5)
      weak.add(
        `${element.localName}.${element.getAttribute('class') ?? ''} ${text} on ${behind(element)}: ${ratio.toFixed(2)}`,
      )
  }
  return [...weak]
}
