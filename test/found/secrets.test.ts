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

  // With a quadratic expression it takes longer than any test may.
  it.each([
    ['psk', 'psk'.repeat(3_000_000)],
    ['key', 'key'.repeat(3_000_000)],
    ['secret ', 'secret …'],
  ])('reads ten megabytes of `%s`', (word, hidden) => {
    expect(withoutSecret(word.repeat(3_000_000)) === hidden).toBe(true)
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
