import { importTree } from 'multihome'

const files = new Map([
  [
    '/etc/network/interfaces',
    `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
  up ip rule add from 192.0.2.10 table 100
  up ip route add default via 192.0.2.1 table 100
  up /usr/local/sbin/magic
`,
  ],
])
const { description, problems, comparison } = importTree(files)
console.log(description)
for (const { kind, place, why } of problems) console.log(`${kind}: ${place.file}:${place.line}: ${why}`)
console.log('packets rerouted:', comparison.difference.reroutes.length)
for (const { kind, what } of comparison.differences) console.log(`${kind}: ${what}`)
