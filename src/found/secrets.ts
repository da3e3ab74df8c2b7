// Passwords and keys in lines that are reported: a report is sent to others, and `--partial` writes lines into a description.

/** Keys of keyfiles, netplan, networkd, ifupdown, netifrc and ifcfg; bounded, so that a long line takes linear time. */
const SECRET =
  /((?:psk|pass(?:word|phrase|wd)|private[-_]?key|preshared[-_]?key|secret|wep[-_]?key|wireless-key|^key(?=\w{0,32}=))[\w-]{0,32}["']?(?:\s{0,32}[=:]\s{0,32}|\s{1,32}))\S.*$/is

/** `psk=…` for a line with a secret; other lines as they are. */
export const withoutSecret = (line: string): string => line.replace(SECRET, '$1…')
