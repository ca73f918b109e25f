import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sessionName } from './session-name.js';

it.each([
  [{ kind: 'local', id: 'local', name: 'local' }, 'local'],
  [{ kind: 'user', id: '1', name: 'alice@example.com' }, 'user-alice@example.com'],
  [{ kind: 'client', id: '1', name: 'reports' }, 'client-reports'],
] as const)('is readable where AWS takes the name: %o', (principal, name) => {
  expect(sessionName(principal)).toBe(name);
});

it('is always such as AWS takes, and never the same for two principals', () => {
  const principal = fc.record({
    kind: fc.constantFrom('user', 'client'),
    id: fc.uuid(),
    name: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 90 }), fc.constant('')),
  });
  fc.assert(
    fc.property(principal, principal, (one, other) => {
      const names = [sessionName(one), sessionName(other)];
      for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{2,64}$/);
      // Names of principals of a kind are unique.
      fc.pre(one.kind !== other.kind || one.name !== other.name);
      expect(names[0]).not.toBe(names[1]);
    }),
  );
});
