/** All benchmarks, or those that are named: each in a process of its own, so that none warms or burdens another. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCHMARKS } from './benchmarks/all.js';
import type { BenchmarkResult, KeptResult } from './report/benchmark-result.js';
import { describeMachine } from './report/machine.js';
import { renderResult, renderResults } from './report/markdown.js';

// This file runs compiled, below node_modules, which may be a link to elsewhere; `start.mjs` starts it in the project.
const RESULTS = join(process.cwd(), 'bench', 'results');

const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const full = process.argv.includes('--full');
const unknown = names.find((name) => !(name in BENCHMARKS));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}"; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(2);
}

const results = new Map(readKept().map((result) => [result.name, result]));
for (const [name, { title }] of Object.entries(BENCHMARKS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const machine = describeMachine();
  const startedAt = performance.now();
  const result = await runAlone(name);
  if (result === undefined) {
    process.exitCode = 1;
    continue;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const kept: KeptResult = { name, title, sizes: full ? 'full' : 'quick', machine, seconds, ...result };
  console.log(renderResult(kept));
  results.set(name, kept);
  // After each one, so that what was measured is kept whatever comes.
  const inOrder = Object.keys(BENCHMARKS).flatMap((each) => results.get(each) ?? []);
  writeFileSync(`${RESULTS}.ndjson`, inOrder.map((each) => `${JSON.stringify(each)}\n`).join(''));
  writeFileSync(`${RESULTS}.md`, renderResults(inOrder));
}

/** Undefined when it failed: the child has told why. */
async function runAlone(name: string): Promise<BenchmarkResult | undefined> {
  const child = fork(fileURLToPath(new URL('./run-one.js', import.meta.url)), [name, full ? 'full' : 'quick'], {
    // As `src/bin.cts` sets it for users.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  let result: BenchmarkResult | undefined;
  // Sent by `run-one.ts`.
  child.on('message', (message) => {
    result = message as BenchmarkResult;
  });
  const [code] = await once(child, 'exit');
  if (code === 0 && result !== undefined) return result;
  console.error(`The benchmark ${name} failed.`);
  return undefined;
}

function readKept(): KeptResult[] {
  if (!existsSync(`${RESULTS}.ndjson`)) return [];
  const lines = readFileSync(`${RESULTS}.ndjson`, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as KeptResult); // written by this file
}
