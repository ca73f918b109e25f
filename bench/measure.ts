import { isDeepStrictEqual } from 'node:util';

/** Milliseconds of each of the calls, one after the other, for about so long and at least ten times. */
export async function timeEach(
  work: (i: number) => Promise<unknown>,
  options: { readonly ms: number },
): Promise<number[]> {
  const times: number[] = [];
  const endAt = performance.now() + options.ms;
  for (let i = 0; i < 10 || performance.now() < endAt; i++) {
    const startedAt = performance.now();
    await work(i);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Calls a second with so many under way at once, for about so long, and what each takes of the processor in this process. */
export async function throughput(
  work: (i: number) => Promise<unknown>,
  options: { readonly ms: number; readonly concurrency: number },
): Promise<{ perSecond: number; cpuMs: number }> {
  const startedAt = performance.now();
  let calls = 0;
  const worker = async () => {
    while (performance.now() - startedAt < options.ms) await work(calls++);
  };
  const { ms, cpuMs } = await spend(() => Promise.all(Array.from({ length: options.concurrency }, worker)));
  return { perSecond: (calls * 1000) / ms, cpuMs: cpuMs / calls };
}

/** What work took: `ms` of the clock, `cpuMs` of all threads of this process. */
export async function spend<T>(work: () => Promise<T>): Promise<{ result: T; ms: number; cpuMs: number }> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms, cpuMs: (user + system) / 1000 };
}

/** The value that a share `p` (0 to 1) of the values does not pass. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** Throws when an answer is not the expected one: a figure of a wrong answer means nothing. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const show = (value: unknown) => JSON.stringify(value, bigintText)?.slice(0, 500);
  throw new Error(`${what}: the answer is wrong.\n  got      ${show(actual)}\n  expected ${show(expected)}`);
}

function bigintText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
