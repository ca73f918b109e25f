import { expect, it } from 'vitest';
import { addressGroup } from './address-group.js';

it('an IPv4 address stands for itself, also in the form of IPv6', () => {
  expect(addressGroup('192.0.2.1')).toBe('192.0.2.1');
  expect(addressGroup('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(addressGroup('::FFFF:192.0.2.1')).toBe('192.0.2.1');
});

it('the addresses of a /64 network are one, however they are written', () => {
  const same = [
    '2001:db8:0:1::1',
    '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff',
    '2001:db8:0:1::%eth0',
    '2001:db8:0:1:1:2:192.0.2.1',
  ];
  expect(new Set(same.map(addressGroup))).toEqual(new Set(['2001:db8:0:1::/64']));
  expect(addressGroup('2001:db8:0:2::1')).toBe('2001:db8:0:2::/64');
  expect(addressGroup('::1')).toBe('0:0:0:0::/64');
  expect(addressGroup('fe80::1%en0')).toBe('fe80:0:0:0::/64');
});

it('what is no address is left as it is', () => {
  expect(addressGroup('unix:')).toBe('unix:');
  expect(addressGroup('')).toBe('');
});
