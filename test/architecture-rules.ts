/**
 * Who may import whom, as data: `architecture.test.ts` holds the sources to it, and ARCHITECTURE.md shows it. Change it when
 * the design changes, in the same commit, with the reason.
 */

/** Modules of `src/`: folders (of `wire/` its folders, and the contract of the API) and single files, from leaf to root, with the modules each may import. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  // Pure: who may do what.
  access: ['base'],
  dynamodb: ['base'],
  // Trying a role needs connections; sessions are narrowed to what the grants say.
  aws: ['access', 'base', 'dynamodb'],
  // Plays AWS for trying and tests: knows nothing of ours that it could be too kind to.
  'local-aws': ['base'],
  catalog: ['base', 'dynamodb'],
  // Words of AWS are checked by their owner.
  config: ['access', 'aws', 'base', 'catalog'],
  query: ['base', 'catalog', 'dynamodb'],
  // Declares what it needs of schemas, grants and audit; the composition root joins them.
  operations: ['access', 'base', 'dynamodb'],
  // Declares what it needs of a store.
  identity: ['access', 'base'],
  // The form of the API as data and types: also what the services behind the server implement.
  'wire/http/contract': ['access', 'aws', 'base', 'catalog', 'operations', 'query'],
  // The store implements the repositories that identity declares; the services are those of the contract.
  control: ['access', 'aws', 'base', 'catalog', 'config', 'identity', 'query', 'wire/http/contract'],
  // The one road of statements to data: limits, decision, engine, audit.
  gate: ['access', 'base', 'control', 'dynamodb', 'operations', 'query'],
  // Which schemas there are, and the way to the tables of each, as Headgate itself or as a principal.
  connections: ['access', 'aws', 'base', 'config', 'dynamodb'],
  demo: ['base', 'dynamodb'],
  'gateway.ts': ['base', 'catalog', 'config', 'connections', 'demo', 'dynamodb', 'query'],
  // The gateway of the command line: engine and gate, without the store.
  'local-gateway.ts': ['access', 'base', 'catalog', 'config', 'control', 'gate', 'gateway.ts', 'query'],
  // Statements at work and the rows that are kept of them, for front ends that give results page by page.
  results: ['base', 'query'],
  'wire/formats': ['base', 'query'],
  'wire/cli': ['access', 'aws', 'base', 'catalog', 'config', 'dynamodb', 'query', 'wire/formats'],
  // What stands behind it is handed in, as `HttpServices`.
  'wire/http': [
    'access',
    'aws',
    'base',
    'catalog',
    'dynamodb',
    'operations',
    'query',
    'results',
    'wire/formats',
    'wire/http/contract',
  ],
  // Who signed a request is a matter of identity; which verbs there are, of access. What they need is forwarded.
  'wire/dynamodb': ['access', 'base', 'identity'],
  // The composition root of the server: knows everything that is served.
  serve: [
    'access',
    'base',
    'catalog',
    'config',
    'connections',
    'control',
    'dynamodb',
    'gate',
    'gateway.ts',
    'identity',
    'operations',
    'query',
    'results',
    'wire/dynamodb',
    'wire/http',
    'wire/http/contract',
  ],
  // A command of the command line with a folder of its own, so it shares the words for cost and progress.
  // With the demo it plays the owner of another account, on local AWS.
  up: [
    'aws',
    'base',
    'config',
    'demo',
    'dynamodb',
    'gateway.ts',
    'local-aws',
    'query',
    'serve',
    'wire/cli',
    'wire/formats',
  ],
  'main.ts': ['gateway.ts', 'local-gateway.ts', 'query', 'serve', 'up', 'wire/cli'],
  'bin.cts': ['main.ts'],
};

/** Libraries with an owner: nothing outside these folders imports them. */
export const LIBRARY_OWNERS: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-dynamodb': ['dynamodb'],
  '@aws-sdk/client-sts': ['aws'],
  '@duckdb/node-api': ['query/duckdb'],
  '@electric-sql/pglite': ['control/store'],
  '@node-rs/argon2': ['identity'],
  'apache-arrow': ['wire/formats'],
  commander: ['wire/cli'],
  fastify: ['wire/http'],
  jose: ['identity'],
  kysely: ['control/store'],
  pg: ['control/store'],
  'pg-boss': ['control/jobs'],
  pino: ['serve', 'wire/http'],
  'prom-client': ['serve', 'wire/http'],
  yaml: ['config'],
  zod: ['config', 'dynamodb/embedded', 'local-aws/accounts', 'operations', 'wire/http'],
};

/** The environment is read once, in `config`; the two files that start the process set variables for libraries. */
export const PROCESS_ENV = ['config/', 'main.ts', 'bin.cts'];

/** Where the program begins: a source file that cannot be reached from here is dead, unless it is a test's helper. */
export const ENTRY_FILE = 'bin.cts';
export const TEST_HELPER_FOLDER = 'testing';

/** Lines; aim below 250. */
export const SOURCE_LINES_MAX = 400;
export const TEST_LINES_MAX = 600;

/** Packages that no file imports: the command or name by which they are used, and the file where it stands. */
export const TOOLS: Readonly<Record<string, { readonly word: string; readonly file: string }>> = {
  '@biomejs/biome': { word: 'biome check', file: 'package.json' },
  '@types/node': { word: '"types": ["node"]', file: 'tsconfig.json' },
  '@types/pg': { word: "from 'pg'", file: 'src/control/store/postgres-sessions.ts' },
  typescript: { word: 'tsc -p', file: 'package.json' },
};
