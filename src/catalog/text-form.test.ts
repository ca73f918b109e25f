import { describe, expect, it } from 'vitest';
import { isInForm } from './text-form.js';

describe('the form of a parsed type', () => {
  it.each([
    ['date', '2024-02-29'],
    ['date', '9999-12-31'],
    ['timestamp', '2024-02-29T10:00'],
    ['timestamp', '2024-02-29T10:00:00Z'],
    ['timestamp', '2024-02-29T23:59:59.123456'],
    ['timestamp', '2024-02-29T23:59:59.123456000+00:00'],
    ['uuid', '5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab'],
  ] as const)('of %s has %s', (as, text) => {
    expect(isInForm(as, text)).toBe(true);
  });

  it.each([
    ['date', '2023-02-29'],
    ['date', '2024-2-29'],
    ['date', '0000-01-01'],
    ['date', ' 2024-02-29'],
    ['date', '2024-02-29\n'],
    ['date', '2024-02-29T00:00:00Z'],
    ['date', '10000-01-01'],
    ['timestamp', '2024-02-29'],
    ['timestamp', '2024-02-29 10:00:00'],
    ['timestamp', '2024-02-29T24:00:00'],
    ['timestamp', '2024-02-29T10:00:60'],
    ['timestamp', '2024-02-29T10:00:00+02:00'],
    ['timestamp', '2024-02-29T10:00:00.1234567Z'],
    ['timestamp', '2024-02-29T10:00Z'],
    ['timestamp', '2023-02-29T10:00:00Z'],
    ['uuid', '5F0C9D3E-1B2A-4C3D-8E4F-0123456789AB'],
    ['uuid', '{5f0c9d3e-1b2a-4c3d-8e4f-0123456789ab}'],
    ['uuid', '5f0c9d3e1b2a4c3d8e4f0123456789ab'],
  ] as const)('of %s has not %j', (as, text) => {
    expect(isInForm(as, text)).toBe(false);
  });
});
