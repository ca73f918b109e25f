import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { formatCount, formatNumberOf } from '../../../base/format-quantity.js';
import type { CommandContext, TrailReport } from '../command-context.js';
import { loadedConfig } from '../loaded-config.js';
import { writeText } from '../output.js';
import { progressLine } from '../progress-line.js';
import { serverUrl, withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';

/**
 * Checks the records of the gateway, and those that the command line keeps in the folder of all state. Throws AUDIT_BROKEN
 * when anything is wrong with either.
 */
export async function verifyTrails(flags: GlobalOptions, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  const stored = await withServer(flags, context, (server) =>
    server.call<TrailReport>('GET', '/v1/audit/verification'),
  );
  const reports = [{ name: 'the gateway', report: stored }];
  // A gateway elsewhere has nothing to do with what is in this folder.
  if (serverUrl(flags, context) === undefined) {
    const config = await loadedConfig(flags, context);
    const progress = progressLine(terminal.stderr);
    const onProgress = (count: number) => progress.show(`${formatCount(count)} records of the command line`);
    const own = await context.verifyOwnTrail(config, { signal, onProgress }).finally(() => progress.end());
    if (own !== undefined) reports.push({ name: 'the command line', report: own });
  }
  for (const { name, report } of reports) await writeText(terminal.stdout, reportText(name, report));
  const problemCount = reports.reduce((sum, { report }) => sum + report.problemCount, 0);
  if (problemCount === 0) return;
  throw new HeadgateError('AUDIT_BROKEN', `The audit trail has ${formatNumberOf(problemCount, 'problem')}.`, {
    detail: 'Records were changed, added or taken away since they were written.',
    hint: 'Compare with the lines that were shipped elsewhere, or with a backup of the store.',
  });
}

function reportText(name: string, { ok, count, first, last, head, problems, problemCount }: TrailReport): string {
  const span = first === undefined || last === undefined ? '' : `, ${first.at} to ${last.at}`;
  const verdict = ok ? 'whole' : 'NOT whole';
  const lines = [
    `${name}: ${formatNumberOf(count, 'record')}${span}: ${verdict}`,
    ...problems.map(({ sequence, message }) => `  record ${sequence}: ${message}`),
    ...(problemCount > problems.length ? [`  and ${formatCount(problemCount - problems.length)} more`] : []),
    ...(head === undefined ? [] : [`  last record ${head.sequence}, ${head.hash}`]),
  ];
  return `${lines.join('\n')}\n`;
}
