import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

export interface SourceFile {
  /** Relative to `src/`, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written: `node:fs`, `zod`, `../base/x.js`. */
  readonly specifier: string;
  /** The file of ours that it means, relative to `src/`; undefined for a package. */
  readonly file: string | undefined;
  /** `import type` vanishes when it is compiled. */
  readonly typeOnly: boolean;
}

/** Every TypeScript file below `src/`. */
export function readSourceFiles(): readonly SourceFile[] {
  const paths = readdirSync(`${PROJECT}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.c?ts$/.test(path));
  return paths.map((path) => {
    const text = readText(`src/${path}`);
    return { path, text, isTest: /\.test\.ts$|(^|\/)testing\//.test(path), imports: readImports(path, text) };
  });
}

/** A file of the project as text. */
export function readText(path: string): string {
  return readFileSync(PROJECT + path, 'utf8');
}

/**
 * Statements begin a line, as the formatter writes them, so text inside comments and strings is not taken for one; dynamic
 * imports may stand anywhere.
 */
const IMPORT =
  /^(?:import|export)\s(?<type>type\s)?[^'";]*?\sfrom\s'(?<from>[^']+)'|^import\s'(?<bare>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'/gm;

/** Exported for its own test. */
export function readImports(path: string, text: string): readonly Import[] {
  return [...text.matchAll(IMPORT)].map(({ groups = {} }) => {
    const specifier = groups['from'] ?? groups['bare'] ?? groups['dynamic'] ?? '';
    const file = specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier).replace(/\.(c?)js$/, '.$1ts')
      : undefined;
    return { specifier, file, typeOnly: groups['type'] !== undefined };
  });
}

/** The module of `MAY_IMPORT` that a file is in: `query` for `query/plan/x.ts`, `wire/cli`, `main.ts`. */
export function moduleOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  if (path.startsWith('wire/http/contract/')) return 'wire/http/contract';
  return first === 'wire' ? `wire/${second}` : first;
}

/** `zod` for `zod/v4`, `@aws-sdk/client-dynamodb` for anything in it. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
