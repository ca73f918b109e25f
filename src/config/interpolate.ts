import type { Environment } from './environment.js';

export type Interpolation =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: string };

// `$$`, a whole `${...}`, or a `${` that nobody closed.
const MARKERS = /\$\$|\$\{([^}]*)\}|\$\{/g;
const REFERENCE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * The text with `${NAME}` and `${NAME:-default}` replaced from the environment; `$$` gives one dollar, other dollars stay.
 * As in a shell, the default stands for an empty variable too. Values are not interpolated again.
 */
export function interpolate(text: string, env: Environment): Interpolation {
  let problem: string | undefined;
  const replaced = text.replaceAll(MARKERS, (marker, inside: string | undefined) => {
    if (marker === '$$') return '$';
    const [, name, fallback] = REFERENCE.exec(inside ?? '') ?? [];
    if (name === undefined) {
      problem ??= `"${marker}" is not of the form \${NAME} or \${NAME:-default}; write $$ for a dollar`;
      return '';
    }
    const value = env[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) problem ??= `the environment variable ${name} is not set, and \${${name}} has no default`;
    return value ?? '';
  });
  return problem === undefined ? { kind: 'text', text: replaced } : { kind: 'problem', problem };
}
