import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project-folder.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * `npm install --no-save` follows package-lock.json and leaves it as it is. `npm ci` would do, but it refuses a lockfile that
 * lacks an optional package of some other platform, which happens when a registry did not have that package.
 */
const installArguments = [
  'install',
  '--no-save',
  // The compiler and the embedded DynamoDB are needed, also where NODE_ENV=production would leave them out.
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
];

/** Installs the packages of package-lock.json, unless just these are there. */
export function installDependencies() {
  const reason = whyInstall();
  if (reason === undefined) return;
  console.log(`setup: installing node packages (${reason}) ...`);
  const startedAt = Date.now();
  // Asked first, because an installation without network retries for minutes before it says so.
  refuseWithoutNetwork(npm(['ping', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']));
  const result = npm(installArguments);
  refuseWithoutNetwork(result);
  if (result.status !== 0) throw new SetupError(`npm install failed:\n${firstErrors(result.stderr)}`);
  const problem = whyInstall();
  if (problem !== undefined) throw new SetupError(`npm install did not follow package-lock.json: ${problem}.`);
  console.log(`setup: installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/**
 * npm writes node_modules/.package-lock.json when an installation is complete. It is compared with package-lock.json package
 * by package, so a broken-off installation, another version and a deleted folder are all noticed. Optional packages may be
 * missing: they are for other platforms.
 */
function whyInstall() {
  const installedFile = join(projectFolder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return 'none yet';
  const installed = readPackages(installedFile);
  const wanted = readPackages(join(projectFolder, 'package-lock.json'));
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined && optional) continue;
    if (found?.version !== version) return `${path.replace(/^.*node_modules\//, '')} is not at ${version}`;
    if (!existsSync(join(projectFolder, path, 'package.json'))) return `${path} is missing`;
  }
  return undefined;
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function npm(args) {
  const options = { cwd: projectFolder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] };
  // npm tells the scripts that it runs where it is itself; that works where no `npm` is on the path, too.
  const npmScript = process.env.npm_execpath;
  const result = npmScript?.endsWith('.js')
    ? spawnSync(process.execPath, [npmScript, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.error) throw new SetupError(`npm could not be started: ${result.error.message}`);
  return result;
}

function refuseWithoutNetwork({ status, stderr }) {
  const code = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(
    stderr,
  )?.[0];
  if (status === 0 || code === undefined) return;
  throw new SetupError(
    `the npm package registry cannot be reached (${code}). Check the network, the proxy and ` +
      '`npm config get registry`, then run the same command again.',
  );
}

function firstErrors(npmOutput) {
  const lines = npmOutput.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'));
  return lines.slice(0, 15).join('\n');
}
