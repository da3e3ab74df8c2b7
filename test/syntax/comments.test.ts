import { describe, expect, it } from 'vitest'
import { commentLines } from '../../src/syntax/comments.js'

describe('commentLines', () => {
  it('breaks between words, and words that are too long', () => {
    expect(commentLines('one two three', 7)).toEqual(['one two', '  three'])
    expect(commentLines('abcdefgh', 5)).toEqual(['abc', '  def', '  gh'])
  })

  it('replaces line breaks', () => {
    expect(commentLines('a\nreboot\u2028b')).toEqual(['a reboot b'])
  })

  it('leaves room for indentation and the sign within 100 characters', () => {
    for (const line of commentLines('word '.repeat(200))) expect(line.length).toBeLessThan(90)
  })
})
