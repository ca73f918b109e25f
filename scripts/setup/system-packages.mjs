import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/**
 * Installs the Debian packages that are not there: by apt-get as root, otherwise it throws a SetupError that gives the command
 * to run.
 * @param packages list of `{ name, command }` with a program that is on the path when the package is there, or `{ name, check }`
 * with a program and its arguments that succeeds then
 * @param isRoot whether this process may install packages
 */
export function installSystemPackages(packages, isRoot = process.getuid?.() === 0) {
  const missing = packages.filter((each) => !isInstalled(each)).map(({ name }) => name);
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const byHand = `apt-get update && apt-get install --yes --no-install-recommends ${names}`;
  if (!isOnPath('apt-get')) throw new SetupError(`the tests need ${names}; install what your system calls so.`);
  if (!isRoot) throw new SetupError(`the tests need ${names}. Run:\n\n    sudo sh -c '${byHand}'\n`);

  console.log(`setup: installing Debian packages: ${names} ...`);
  aptGet(['update'], byHand);
  aptGet(['install', '--yes', '--no-install-recommends', ...missing], byHand);
  const stillMissing = packages.filter((each) => !isInstalled(each)).map(proofOf);
  if (stillMissing.length > 0) throw new SetupError(`apt-get succeeded, but there is no ${stillMissing.join(', ')}.`);
}

function isInstalled({ command, check }) {
  if (check === undefined) return isOnPath(command);
  const [program, ...args] = check;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function proofOf({ command, check }) {
  return check === undefined ? command : `success of ${check.join(' ')}`;
}

function aptGet(args, byHand) {
  const result = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status !== 0)
    throw new SetupError(`apt-get ${args[0]} failed. Put it right, then run:\n\n    ${byHand}\n`);
}

function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
