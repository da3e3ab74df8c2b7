// Code hashes of the boot tests: computed once by the main process, and passed to its workers in the environment.

/** The code of one test file. */
export type TestCode = {
  readonly hash: string
  /** Descriptions that it names, as paths from the project's root. */
  readonly descriptions: readonly string[]
}

/** `matrix` → its code. */
export type TestCodes = Readonly<Record<string, TestCode>>

const variable = 'MULTIHOME_BOOT_CODE'

export function provideTestCodes(codes: TestCodes): void {
  process.env[variable] = JSON.stringify(codes)
}

export function testCodeOf(file: string): TestCode {
  const codes = JSON.parse(process.env[variable] ?? '{}') as TestCodes
  const code = codes[file]
  if (code === undefined) throw new Error(`no hash of the code of test/boot/${file}.test.ts`)
  return code
}
