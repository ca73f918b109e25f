import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project-folder.mjs';
import { SetupError } from './setup-error.mjs';

const output = join(projectFolder, 'dist');
const stampFile = join(output, '.built-from');

/** Compiles src/ to dist/, unless dist/ was built from just these sources. */
export function build() {
  const sources = hashOfSources();
  if (readStamp() === sources) return;
  console.log('setup: building ...');
  rmSync(output, { recursive: true, force: true });
  const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: projectFolder,
    stdio: 'inherit',
  });
  if (result.status !== 0) throw new SetupError('the build failed; the compiler says why above.');
  // Written last: a build that broke off has no stamp and is done again.
  writeFileSync(stampFile, sources);
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}

/** Contents, not times: a checkout changes the times of files that are the same. */
function hashOfSources() {
  const hash = createHash('sha256');
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const sources = readdirSync(join(projectFolder, 'src'), { recursive: true })
    .map((path) => join('src', path))
    .filter((path) => /\.([cm]?ts|json)$/.test(path) && !path.endsWith('.test.ts'));
  for (const path of [...settings, ...sources.sort()]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(projectFolder, path)))
      .update('\0');
  }
  return hash.digest('hex');
}
