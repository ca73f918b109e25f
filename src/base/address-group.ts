import { isIPv4, isIPv6 } from 'node:net';

/**
 * What counts as one place that sign-ins come from: an IPv4 address, or the /64 network of an IPv6 address, because every
 * address of that network is free to whoever has one. Anything else counts as it is.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  return `${firstGroups(plain).join(':')}::/64`;
}

/** The first four of the eight groups, without leading zeros. */
function firstGroups(address: string): string[] {
  const [before = '', after] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groups(before);
  const tail = groups(after ?? '');
  // An IPv4 address at the end stands for two groups.
  const tailLength = tail.length + (tail.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tailLength) }, () => '0');
  const all = after === undefined ? head : [...head, ...zeros, ...tail];
  return all.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
