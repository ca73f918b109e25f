import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PROJECT } from '../../../../test/source-files.js';
import type { ChildTask } from './child-task.js';

/** A process that records for as long as it lives, and the request ids whose records it was told are safe. */
export interface RecordingChild {
  readonly acknowledged: readonly string[];
  /** Resolves when so many are acknowledged. */
  until(count: number): Promise<void>;
  /** Ends it with SIGKILL; resolves when it has ended. */
  kill(): Promise<void>;
}

export interface RecordingProgram {
  /** A process of its own: only such a one can be killed. */
  start(task: ChildTask): RecordingChild;
  /** Removes what was compiled. */
  remove(): void;
}

/** Compiles `record-for-ever.ts` and what it needs, to where it finds our packages. */
export function compileRecording(): RecordingProgram {
  const cache = path.join(PROJECT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(path.join(cache, 'recording-'));
  const settings = {
    extends: path.join(PROJECT, 'tsconfig.json'),
    compilerOptions: { noEmit: false, noCheck: true, rootDir: PROJECT, outDir: directory },
    files: [path.join(PROJECT, PROGRAM.replace(/js$/, 'ts'))],
    include: [],
  };
  writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify(settings));
  writeFileSync(path.join(directory, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [path.join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', directory]);
  return {
    start: (task) => startRecording(path.join(directory, PROGRAM), task),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const PROGRAM = 'test/support/record-for-ever.js';

function startRecording(program: string, task: ChildTask): RecordingChild {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  let look = (): void => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    acknowledged.push(line);
    look();
  });
  return {
    acknowledged,
    until: (count) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (acknowledged.length >= count) resolve();
        };
        look();
        child.once('exit', (status) => reject(new Error(`The recording process ended by itself: ${status}.`)));
      }),
    async kill() {
      const drained = once(child.stdout, 'close');
      child.kill('SIGKILL');
      await Promise.all([exited, drained]);
    },
  };
}
