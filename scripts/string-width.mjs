// Stands in for the package string-width in the bundled command. The real one builds an Intl.Segmenter and a
// regular expression of all emoji when it is loaded, a third of yargs' start; our help is Latin text.
export default function stringWidth(text) {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '')
  return /^[\u0020-\u007e]*$/.test(plain) ? plain.length : [...plain].length
}
