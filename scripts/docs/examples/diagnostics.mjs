import { compile, formatDiagnostic, hasErrors } from 'multihome'

const text = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
gateways:
  provider: { link: eht0, via: 192.0.2.1 }
`
const { diagnostics } = compile(text, { file: 'host.yaml' })
for (const diagnostic of diagnostics) console.log(formatDiagnostic(diagnostic, text))
if (hasErrors(diagnostics)) process.exitCode = 1
