import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard output before it is read as text. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input; empty unless given. */
  readonly input?: string;
}

/** A temporary working directory with a `.headgate` of its own, where the built program is run as a user would. */
export interface Workplace {
  readonly cwd: string;
  /** Its HEADGATE_HOME. */
  readonly home: string;
  headgate(args: readonly string[], options?: Options): Promise<Outcome>;
  /** Starts it in a process group of its own, as a terminal does, and does not wait. */
  start(args: readonly string[], options?: Options): Running;
  /** Kills what a test has left running. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface Running {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** Resolves with all standard output once it has the words; rejects when the program ends without them. */
  said(words: string): Promise<string>;
  /** Ctrl-C: the signal goes to all processes of the group. */
  interrupt(): void;
}

/** Its processes know nothing of this machine's environment: no AWS keys, no profile, no instance role. */
export async function openWorkplace(): Promise<Workplace> {
  const cwd = await mkdtemp(join(tmpdir(), 'headgate-cli-'));
  const home = join(cwd, '.headgate');
  const children = new Set<ChildProcessWithoutNullStreams>();
  const start = (args: readonly string[], options: Options = {}): Running => {
    const ports = { HEADGATE_HTTP_PORT: '0', HEADGATE_ENDPOINT_PORT: '0' };
    const env = { HOME: cwd, HEADGATE_HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...ports, ...options.env };
    const child = spawn(process.execPath, [BIN, ...args], { cwd: options.cwd ?? cwd, env, detached: true });
    children.add(child);
    child.on('close', () => children.delete(child));
    // A program that does not read its input may end before it was written.
    child.stdin.on('error', () => {}).end(options.input ?? '');
    return running(child);
  };
  const stop = async () => {
    const ended = [...children].map((child) => once(child, 'close'));
    // The whole group, because a program that is killed cannot end its DynamoDB.
    for (const { pid } of children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    await Promise.all(ended);
  };
  return {
    cwd,
    home,
    start,
    stop,
    headgate: (args, options) => start(args, options).outcome,
    async close() {
      await stop();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

function running(child: ChildProcessWithoutNullStreams): Running {
  const pid = child.pid ?? 0;
  const outcome = outcomeOf(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const said = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.includes(words) && resolve(output);
      look();
      child.stdout.on('data', look);
      outcome.then(({ stderr }) => reject(new Error(`ended without saying ${words}: ${output}${stderr}`)), reject);
    });
  return { pid, outcome, said, interrupt: () => process.kill(-pid, 'SIGINT') };
}

async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const closed = once(child, 'close');
  const [bytes, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  const [status] = await closed;
  return { status: typeof status === 'number' ? status : null, stdout: bytes.toString('utf8'), bytes, stderr };
}

/** Whether a process of this id is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
