// A host with too many rules and tables for an exact analysis of packet sets.

/** Each gateway has a link, a mark and a network of its own. */
export function manyGateways(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return `
links:
${numbers.map((n) => `  up${n}: { addresses: [10.1.${n}.2/24] }`).join('\n')}
  lan0: { addresses: [192.168.0.1/24] }
gateways:
${numbers.map((n) => `  g${n}: { link: up${n}, via: 10.1.${n}.1, fwmark: ${n + 1}/0xffff }`).join('\n')}
default: g0
rules:
${numbers.map((n) => `  - { from: 172.16.${n}.0/24, gateway: g${n} }`).join('\n')}
  - { iif: lan0, ipproto: tcp, dport: 25, gateway: g1 }
`
}
