import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { HeadgateError, type Position } from '../base/errors/headgate-error.js';
import { findNameProblems } from './config-names.js';
import { type ConfigFile, configSchema, describeIssue } from './config-schema.js';
import { deepFreeze } from './deep-freeze.js';
import type { Environment } from './environment.js';
import type { HeadgateConfig, ServerConfig, StoreConfig } from './headgate-config.js';
import { interpolate } from './interpolate.js';
import { demoSchema, settleAudit, settleAws, settleConfig, settleServer } from './settle-config.js';
import { readYaml, type YamlContent, type YamlProblem } from './yaml-content.js';

export const CONFIG_FILE_NAME = 'headgate.yaml';

export interface LoadOptions {
  /** From `--config`; relative to `cwd`. */
  readonly path?: string;
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
}

/**
 * The configuration from `path`, else from the file that HEADGATE_CONFIG names, else from headgate.yaml in the working
 * directory, else that of the demo. Throws CONFIG_NOT_FOUND, or CONFIG_INVALID with every problem of the file.
 */
export async function loadConfig(options: LoadOptions): Promise<HeadgateConfig> {
  const { env, cwd } = options;
  const home = resolve(cwd, env['HEADGATE_HOME'] || '.headgate');
  const named = options.path ?? (env['HEADGATE_CONFIG'] || undefined);
  const path = resolve(cwd, named ?? CONFIG_FILE_NAME);
  const text = await readConfigFile(path, { required: named !== undefined });
  if (text === undefined) {
    const server = settleServer({});
    return deepFreeze({
      source: { kind: 'demo' },
      home,
      schemas: [demoSchema()],
      limits: {},
      server: fromEnvironment(server, env),
      audit: settleAudit({}),
      aws: settleAws({}),
      store: storeFrom(env),
    });
  }
  const file = parseConfig(text, displayPath(path, cwd), options);
  const settled = settleConfig(file);
  const server = fromEnvironment(settled.server, env);
  return deepFreeze({ source: { kind: 'file', path }, home, ...settled, server, store: storeFrom(env) });
}

/** HEADGATE_HTTP_PORT and HEADGATE_ENDPOINT_PORT count before the file. Throws CONFIG_INVALID when one is no port. */
function fromEnvironment(server: ServerConfig, env: Environment): ServerConfig {
  return {
    ...server,
    httpPort: portFrom(env, 'HEADGATE_HTTP_PORT') ?? server.httpPort,
    endpointPort: portFrom(env, 'HEADGATE_ENDPOINT_PORT') ?? server.endpointPort,
  };
}

function portFrom(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new HeadgateError('CONFIG_INVALID', `${name} is no port: ${JSON.stringify(text)}.`, {
    hint: 'Use a number from 0 to 65535; 0 takes any free port.',
  });
}

function storeFrom(env: Environment): StoreConfig {
  const { HEADGATE_DATABASE_URL: databaseUrl, HEADGATE_KEY: sealingKey } = env;
  return { ...(databaseUrl ? { databaseUrl } : {}), ...(sealingKey ? { sealingKey } : {}) };
}

async function readConfigFile(path: string, { required }: { required: boolean }): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (!required && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new HeadgateError('CONFIG_NOT_FOUND', `The configuration file ${path} cannot be read.`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: 'Name an existing file by --config or HEADGATE_CONFIG, or write a new one with `headgate init`.',
      cause,
    });
  }
}

function parseConfig(text: string, fileName: string, options: LoadOptions): ConfigFile {
  const content = readYaml(text, (scalar) => interpolate(scalar, options.env));
  if (content.problems.some((problem) => problem.syntax)) throw configInvalid(fileName, content.problems);
  const parsed = configSchema().safeParse(content.value ?? {}, { error: describeIssue });
  const findings = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => locateIssue(issue, content)),
    ...findNameProblems(content.value).map(({ path, problem }) => ({
      position: content.positionOfValue(path),
      text: problem,
    })),
  ];
  // A value that could not be read is not wrong in a second way.
  const isNew = (finding: YamlProblem) =>
    content.problems.every((problem) => comparePositions(problem.position, finding.position) !== 0);
  const problems = [...content.problems, ...findings.filter(isNew)];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw configInvalid(fileName, problems);
}

/** One problem, or for unknown keys one for each of them. */
function locateIssue(
  issue: { path: PropertyKey[]; message: string; keys?: unknown },
  content: YamlContent,
): YamlProblem[] {
  const { path, message, keys } = issue;
  if (!Array.isArray(keys)) return [{ position: content.positionOfValue(path), text: message }];
  return message.split('\n').map((text, index) => ({ position: content.positionOfKey([...path, keys[index]]), text }));
}

function configInvalid(fileName: string, problems: readonly YamlProblem[]): HeadgateError {
  const sorted = problems.toSorted((a, b) => comparePositions(a.position, b.position));
  const lines = sorted.map(({ position, text }) => `${fileName}:${position.line}:${position.column} ${text}`);
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  return new HeadgateError('CONFIG_INVALID', `The configuration file ${fileName} has ${count}.`, {
    detail: lines.join('\n'),
    hint: '`headgate init` writes a headgate.yaml that explains every key.',
  });
}

function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** Relative where the file lies below the working directory, as an editor's terminal likes it. */
function displayPath(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') ? path : below;
}
