import { fileURLToPath } from 'node:url';

/** Absolute path of the clone, without a slash at the end. It may contain spaces. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
