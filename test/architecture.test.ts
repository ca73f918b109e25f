import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ENTRY_FILE,
  LIBRARY_OWNERS,
  MAY_IMPORT,
  PROCESS_ENV,
  SOURCE_LINES_MAX,
  TEST_HELPER_FOLDER,
  TEST_LINES_MAX,
  TOOLS,
} from './architecture-rules.js';
import {
  moduleOf,
  PROJECT,
  packageOf,
  readImports,
  readSourceFiles,
  readText,
  type SourceFile,
} from './source-files.js';

const files = readSourceFiles();
const sources = files.filter((file) => !file.isTest);
const byPath = new Map(files.map((file) => [file.path, file]));
const packageJson: Record<string, Record<string, string>> = JSON.parse(readText('package.json'));

// Each test collects sentences that name the rule and the path, and expects none.

describe('imports', () => {
  it('are all read from the sources, whatever their form', () => {
    const text = `import { a } from './a.js';
import type { B } from '../b/b.js';
import {
  c,
} from 'c/deep';
import './d.js';
export { e } from './e.js';
// import { no } from './no.js';
const f = await import('../../bin.cjs');
const text = "import './no.js'";
`;
    expect(readImports('x/y/z.ts', text).map(({ file, specifier, typeOnly }) => [file ?? specifier, typeOnly])).toEqual(
      [
        ['x/y/a.ts', false],
        ['x/b/b.ts', true],
        ['c/deep', false],
        ['x/y/d.ts', false],
        ['x/y/e.ts', false],
        ['bin.cts', false],
      ],
    );
  });

  it('name files that are there', () => {
    const broken = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file?.endsWith('ts') && !byPath.has(file) && !existsSync(`${PROJECT}src/${file}`))
        .map(({ specifier }) => `${path} imports ${specifier}, which is not there`),
    );
    expect(broken).toEqual([]);
  });

  it('follow the table of modules', () => {
    const problems = sources.flatMap(({ path, imports }) => {
      const from = moduleOf(path);
      const allowed = MAY_IMPORT[from];
      if (allowed === undefined) return [`src/${path} is in no module of MAY_IMPORT`];
      return imports
        .flatMap(({ file }) => (file === undefined ? [] : [file]))
        .filter((file) => moduleOf(file) !== from && !allowed.includes(moduleOf(file)))
        .map(
          (file) => `${from} may import only ${allowed.join(', ') || 'nothing of ours'}: src/${path} imports ${file}`,
        );
    });
    expect(problems).toEqual([]);
  });

  it('of a library with an owner stand only in the owner', () => {
    const problems = sources.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => {
        const owners = LIBRARY_OWNERS[packageOf(specifier)];
        if (owners === undefined || owners.some((owner) => path.startsWith(`${owner}/`))) return [];
        return [`only ${owners.join(' and ')} may import ${packageOf(specifier)}: src/${path}`];
      }),
    );
    expect(problems).toEqual([]);
  });

  it('of packages name dependencies, and each of those has an owner', () => {
    const packages = new Set(
      sources.flatMap(({ imports }) => imports.filter(({ file }) => file === undefined)).map((it) => it.specifier),
    );
    const names = [...packages].filter((name) => !name.startsWith('node:')).map(packageOf);
    expect(names.filter((name) => !(name in (packageJson['dependencies'] ?? {})))).toEqual([]);
    expect(names.filter((name) => !(name in LIBRARY_OWNERS))).toEqual([]);
  });

  // Types vanish when compiled, and an interface may well be declared by the side that needs it: only values count here.
  it('form no cycle of files', () => {
    const valueImports = (file: SourceFile) => file.imports.filter(({ typeOnly }) => !typeOnly).map((it) => it.file);
    const done = new Set<string>();
    const problems: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) problems.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      const file = byPath.get(path);
      if (file === undefined || done.has(path) || trail.includes(path)) return;
      for (const next of valueImports(file)) if (next !== undefined) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const { path } of files) visit(path, []);
    expect(problems).toEqual([]);
  });

  it('of the table are shown in ARCHITECTURE.md', () => {
    const page = readText('ARCHITECTURE.md');
    const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
    const rows = [
      ...Object.entries(MAY_IMPORT).map(([name, allowed]) => `| \`${name}\` | ${code(allowed) || 'nothing of ours'} |`),
      ...Object.entries(LIBRARY_OWNERS).map(([name, owners]) => `| \`${name}\` | ${code(owners)} |`),
    ];
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});

describe('source files', () => {
  it('can be reached from the entry file, or help tests', () => {
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { file } of byPath.get(path)?.imports ?? []) if (file !== undefined) visit(file);
    };
    visit(ENTRY_FILE);
    const testImports = new Set(
      files.filter((file) => file.isTest).flatMap(({ imports }) => imports.map((it) => it.file)),
    );
    const dead = files.filter(({ path }) => {
      if (path.endsWith('.test.ts') || reached.has(path)) return false;
      return !(path.includes(`/${TEST_HELPER_FOLDER}/`) && testImports.has(path));
    });
    expect(
      dead.map(({ path }) => `nothing imports src/${path}: use it, delete it, or move it to a folder "testing"`),
    ).toEqual([]);
  });

  it('are short', () => {
    const problems = files.flatMap(({ path, text, isTest }) => {
      const lines = text.split('\n').length - 1;
      const most = isTest ? TEST_LINES_MAX : SOURCE_LINES_MAX;
      return lines > most ? [`src/${path} has ${lines} lines, more than ${most}: split it by ideas`] : [];
    });
    expect(problems).toEqual([]);
  });

  it('read the environment only where it is allowed', () => {
    const problems = sources
      .filter(
        ({ path, text }) => /\bprocess\.env\b/.test(text) && !PROCESS_ENV.some((allowed) => path.startsWith(allowed)),
      )
      .map(({ path }) => `process.env belongs to ${PROCESS_ENV.join(', ')}: src/${path}`);
    expect(problems).toEqual([]);
  });

  it('stand in modules that each have a README, and every module of the table is there', () => {
    const modules = Object.keys(MAY_IMPORT);
    const missing = modules.filter((name) =>
      name.includes('.') ? !byPath.has(name) : !existsSync(`${PROJECT}src/${name}/README.md`),
    );
    expect(missing.map((name) => `src/${name} is missing, or has no README.md that says what lives there`)).toEqual([]);
  });
});

describe('dependencies', () => {
  const names = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.keys(packageJson[kind] ?? {}),
  );

  it('are all used', () => {
    const everything = [
      ...files.map(({ text }) => text),
      readText('vitest.config.ts'),
      readText('scripts/demo-data/public-data.mjs'),
    ].join('\n');
    const unused = names.filter((name) => {
      const tool = TOOLS[name];
      return tool === undefined ? !everything.includes(`'${name}'`) : !readText(tool.file).includes(tool.word);
    });
    expect(unused.map((name) => `${name} is in package.json, and nothing uses it`)).toEqual([]);
  });

  it('have their reason in docs/dependencies.md, and nothing else has', () => {
    const documented = [...readText('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(documented.toSorted()).toEqual(names.toSorted());
  });
});
