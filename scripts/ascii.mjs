// ASCII form of bundled code. esbuild leaves the literals of tagged templates as they are, since a tag can read them raw;
// `html` of src/page/markup.ts reads their values, so escaping them is safe.
export const ascii = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
