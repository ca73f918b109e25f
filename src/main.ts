// The SDK says on Node 20 that a later version will want Node 22, which users can do nothing about.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const [{ processTerminal }, { reportFailure }, { runCommandLine }] = await Promise.all([
  import('./wire/cli/terminal.js'),
  import('./wire/cli/report-failure.js'),
  import('./wire/cli/run-command-line.js'),
]);

const terminal = processTerminal();
// The last net, also for promises that nobody awaited: a sentence instead of a stack trace.
process.on('uncaughtException', (error) => terminal.exitNow(reportFailure(error, terminal)));

// What one command does for itself is told by the command.
const nowhere = { write: () => undefined };

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal,
  openGateway: async (config, options) => (await import('./local-gateway.js')).openLocalGateway(config, options),
  serve: async (config, options) =>
    (await import('./serve/serve.js')).serve(config, { ...options, audience: 'own', log: nowhere }),
  rotateKey: async (config) => (await import('./serve/rotate-key.js')).rotateKey(config),
  verifyOwnTrail: async (config, options) => (await import('./local-gateway.js')).verifyLocalTrail(config, options),
  renderPlan: async (plan) => (await import('./query/explain.js')).renderPlan(plan),
  runUp: async (options, streams, signal) => (await import('./up/run-up.js')).runUp(options, streams, signal),
});
