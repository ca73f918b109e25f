import { type Command, InvalidArgumentError } from 'commander';
import { formatMs, formatUnits } from '../../../base/format-quantity.js';
import type { CommandContext } from '../command-context.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { allOf, pathOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';
import { verifyTrails } from './verify-trails.js';

interface AuditFlags extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
  readonly principal?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly outcome?: string;
  readonly request?: string;
  readonly limit?: number;
  readonly format?: RecordFormat;
}

interface AuditRecord {
  readonly sequence: number;
  readonly time: string;
  readonly requestId: string;
  readonly principal: { readonly kind: string; readonly name: string };
  readonly frontEnd: string;
  readonly kind: string;
  readonly statement?: string;
  readonly subject?: string;
  readonly tables: readonly string[];
  readonly decision: { readonly allowed: boolean };
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly outcome: string;
}

const HELP = `
Examples:
  headgate audit --limit 20
  headgate audit --principal reports --from 2026-07-01T00:00:00Z --format json
  headgate audit verify`;

/** `headgate audit` and `headgate audit verify` */
export function addAuditCommand(program: Command, context: CommandContext): void {
  const audit = program
    .command('audit')
    .description('Show what was asked and done, the newest first.')
    .option('--from <time>', 'from this time on, such as 2026-07-01T00:00:00Z', timeOption)
    .option('--to <time>', 'up to this time', timeOption)
    .option('--principal <name>', 'of this client, user or local; name or id')
    .option('--schema <name>', 'about this schema')
    .option('--table <name>', 'about this table')
    .option('--outcome <code>', 'that ended so: ok, begun, or the code of an error')
    .option('--request <id>', 'of this request')
    .option('--limit <number>', 'records at most; 100 unless given', countOption)
    .addOption(recordFormatOption())
    .addHelpText('after', HELP)
    .action((_flags: AuditFlags, command: Command) => listAudit(command.optsWithGlobals<AuditFlags>(), context));
  audit
    .command('verify')
    .description('Check that no record was changed, added or taken away.')
    .action((_flags: AuditFlags, command: Command) => verifyTrails(command.optsWithGlobals<AuditFlags>(), context));
}

async function listAudit(flags: AuditFlags, context: CommandContext): Promise<void> {
  const { from, to, principal, schema, table, outcome, request: requestId, limit = 100, format } = flags;
  await withServer(flags, context, async (server) => {
    const path = pathOf('/v1/audit', { from, to, principal, schema, table, outcome, requestId });
    const columns = {
      time: ({ time }: AuditRecord) => time,
      who: ({ principal: { kind, name } }: AuditRecord) => (kind === 'local' ? kind : `${kind}:${name}`),
      by: ({ frontEnd }: AuditRecord) => frontEnd,
      what: ({ kind }: AuditRecord) => kind,
      tables: ({ tables }: AuditRecord) => tables.join(' '),
      outcome: (record: AuditRecord) => (record.decision.allowed ? record.outcome : `refused: ${record.outcome}`),
      units: ({ readUnits, writeUnits }: AuditRecord) => formatUnits(readUnits + writeUnits),
      rows: ({ rows }: AuditRecord) => String(rows),
      took: ({ durationMs }: AuditRecord) => formatMs(durationMs),
      about: ({ statement, subject = '' }: AuditRecord) => (statement ?? subject).replaceAll(/\s+/g, ' '),
    };
    const records = await allOf<AuditRecord>(server, path, limit);
    await writeRecords(records, columns, { format, stdout: context.terminal.stdout });
  });
}

function timeOption(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Use a time such as 2026-07-01T00:00:00Z.');
  return time.toISOString();
}

function countOption(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('Use a whole number above 0.');
  return count;
}
