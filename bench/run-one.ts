// The process of one benchmark, or of one part of it: told its name and its size, and gone when it has sent what it found.
import { BenchContext } from './bench-context.js';
import { BENCHMARKS } from './benchmarks/all.js';
import { memoryOf } from './benchmarks/memory.js';

const [name = '', size, limit] = process.argv.slice(2);
const context = new BenchContext(size === 'full');
try {
  process.send?.(
    name === 'memory-of' ? await memoryOf(context, Number(size), Number(limit)) : await BENCHMARKS[name]?.run(context),
  );
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await context.close();
}
process.disconnect?.();
