// Bundled code in ASCII alone. esbuild escapes all but the literals of tagged templates, for a tag may read them raw;
// ours (`html` of src/page/markup.ts) reads what they stand for.
export const ascii = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
