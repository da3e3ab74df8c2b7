// handlebars 4.7 ships an empty type for its runtime; this is the part of it that we use.
declare module 'handlebars/runtime.js' {
  interface Environment {
    template(spec: object | undefined): (view: object) => string
    registerPartial(name: string, template: (view: object) => string): void
  }
  const runtime: { create(): Environment }
  export default runtime
}
