import { describe, expect, it } from 'vitest'
import { withoutSecret } from '../../src/found/secrets.js'
import { importTree } from '../../src/import/import.js'

describe('withoutSecret', () => {
  it.each([
    ['psk=correct horse', 'psk=…'],
    ['private-key=aGVsbG8=', 'private-key=…'],
    ['PrivateKey = aGVsbG8=', 'PrivateKey = …'],
    ['wep-key0=abcde', 'wep-key0=…'],
    ['password: "horse"', 'password: …'],
    ['"password": horse', '"password": …'],
    ['wpa-psk correct horse', 'wpa-psk …'],
    ['wireless-key s:abcde', 'wireless-key …'],
    ['key_wlan0="s:abcde enc open"', 'key_wlan0=…'],
    ['password_ppp0="horse"', 'password_ppp0=…'],
    ['KEY_PASSPHRASE1=horse', 'KEY_PASSPHRASE1=…'],
    ['up wpa_passphrase home horse > /run/x', 'up wpa_passphrase …'],
  ])('hides the value of %s', (line, hidden) => {
    expect(withoutSecret(line)).toBe(hidden)
  })

  it.each(['key-mgmt=wpa-psk', 'post-up ip route add default dev wg0', 'table 100', 'psk='])(
    'leaves %s as it is',
    (line) => {
      expect(withoutSecret(line)).toBe(line)
    },
  )

  it.each(['psk', 'secret ', 'key'])('takes linear time for a megabyte of `%s`', (word) => {
    const timeOf = (count: number): number => {
      const text = word.repeat(count)
      const start = performance.now()
      withoutSecret(text)
      return performance.now() - start
    }
    // A hundred times with a quadratic one. The machine may be busy, so that no number of milliseconds is a limit.
    const short = Math.min(...[1, 2, 3].map(() => timeOf(33_333)))
    expect(timeOf(333_333)).toBeLessThan(40 * (short + 5))
  })
})

it('no problem of an import contains a password', () => {
  const { problems } = importTree(
    new Map([
      [
        '/etc/NetworkManager/system-connections/w.nmconnection',
        '[connection]\nid=w\ntype=wifi\ninterface-name=wlan0\n[wifi-security]\npsk=horse\n',
      ],
    ]),
  )
  expect(problems.map(({ place }) => place.text)).toContain('psk=…')
  expect(JSON.stringify(problems)).not.toContain('horse')
})
