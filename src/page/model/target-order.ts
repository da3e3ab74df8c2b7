// Order of targets on the page: those that the description names first, then the common ones before the rare ones.

/** By how many Linux hosts run the stack. */
const byUse = ['netplan', 'networkd', 'nm-keyfile', 'ifupdown', 'nm-dispatcher', 'iproute2', 'netifrc']

/** `named`: ids of the targets that the description names. */
export function inOrderOfUse<T extends { readonly id: string }>(
  targets: readonly T[],
  named: ReadonlySet<string>,
): readonly T[] {
  const rank = ({ id }: T): number =>
    (named.has(id) ? 0 : byUse.length) + (byUse.includes(id) ? byUse.indexOf(id) : byUse.length)
  return targets.toSorted((a, b) => rank(a) - rank(b))
}
