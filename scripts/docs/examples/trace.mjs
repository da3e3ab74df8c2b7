import { readFileSync } from 'node:fs'
import { compile, createFib, trace } from 'multihome'

const { plan } = compile(readFileSync('host.yaml', 'utf8'), { targets: [] })

// In the words of `ip route get`, or as an object.
const mail = trace(plan, '8.8.8.8 from 10.0.0.7 iif lan0 ipproto tcp dport 25')
console.log(mail.gateways, mail.text)
const guest = trace(plan, { to: '8.8.8.8', from: '10.0.0.200', iif: 'lan0' })
console.log(guest.gateways, guest.text)

// Many packets: prepare the tables once.
const fib = createFib(plan)
for (const mark of [0x100, 0x200]) console.log(mark, trace(fib, { to: '8.8.8.8', mark }).text)
