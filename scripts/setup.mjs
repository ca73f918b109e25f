// Makes a clone ready to run: `node scripts/setup.mjs start` before `npm start`, `... test` before `npm test`.
// Plain Node, nothing installed yet. Does only what is missing, and says nothing when nothing is.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Headgate needs Node.js 20.19 or later; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

// Loaded only now, so that an old Node.js reads the sentence above and not a syntax error.
const { SetupError } = await import('./setup/setup-error.mjs');
const { installDependencies } = await import('./setup/dependencies.mjs');
const { build } = await import('./setup/build.mjs');
const { linkCommand } = await import('./setup/link-command.mjs');
const { installSystemPackages } = await import('./setup/system-packages.mjs');

/** Debian packages that the tests need, each with what shows that it is there: a command, or a program to try. */
const testPackages = [
  { name: 'postgresql', command: 'pg_ctlcluster' },
  { name: 'awscli', command: 'aws' },
  // It has no command. Another python3 may stand first on the path, so it is that of the package which is asked.
  { name: 'python3-boto3', check: ['/usr/bin/python3', '-c', 'import boto3'] },
  { name: 'shellcheck', command: 'shellcheck' },
];

try {
  const purpose = process.argv[2];
  if (purpose !== 'start' && purpose !== 'test') throw new SetupError('usage: node scripts/setup.mjs start|test');
  if (purpose === 'test') installSystemPackages(testPackages);
  installDependencies();
  build();
  linkCommand();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exit(1);
}
