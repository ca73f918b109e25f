import { chmodSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectFolder } from './project-folder.mjs';

/**
 * Makes `npx headgate` run this clone's own build. npm does not link a project's own command into its node_modules; newer
 * versions find it all the same, older ones would look for a package of that name on the network.
 */
export function linkCommand() {
  if (process.platform === 'win32') return;
  const { bin } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  const command = join(projectFolder, bin.headgate);
  chmodSync(command, 0o755);
  const folder = join(projectFolder, 'node_modules/.bin');
  const link = join(folder, 'headgate');
  const target = relative(folder, command);
  if (linkTarget(link) === target) return;
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

function linkTarget(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
