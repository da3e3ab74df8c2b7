// What is known of the code of the boot tests: read once by the main process, found by its workers in their environment.

/** The code of one test file. */
export type TestCode = {
  readonly hash: string
  /** Descriptions that it names, as paths from the project's folder. */
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
