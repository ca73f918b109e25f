// `npm run bench`: compiles the benchmarks with the sources they measure, and starts them. Plain Node, like the set-up script.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const output = join(project, 'node_modules/.cache/bench');

run('node_modules/typescript/bin/tsc', '-p', 'bench/tsconfig.json');
// Below node_modules nothing else says that the files are ES modules.
writeFileSync(join(output, 'package.json'), '{ "type": "module" }\n');
run(join(output, 'bench/run.js'), ...process.argv.slice(2));

function run(...command) {
  const { status } = spawnSync(process.execPath, command, { cwd: project, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
