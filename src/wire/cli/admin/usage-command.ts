import { type Command, InvalidArgumentError } from 'commander';
import { formatDollars, formatUnits } from '../../../base/format-quantity.js';
import { choiceOption } from '../choice-option.js';
import type { CommandContext } from '../command-context.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { pathOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface UsageFlags extends GlobalOptions {
  readonly from?: string;
  readonly to?: string;
  readonly by?: 'principal' | 'schema' | 'table';
  readonly format?: RecordFormat;
}

interface Sums {
  readonly requests: number;
  readonly rowsReturned: number;
  readonly ddbReadUnits: number;
  readonly ddbWriteUnits: number;
  readonly dollars: number;
}

interface Day extends Sums {
  readonly day: string;
  readonly group?: string;
}

const HELP = `
Examples:
  headgate usage
  headgate usage --from 2026-07-01 --to 2026-07-31 --by table`;

/** `headgate usage` */
export function addUsageCommand(program: Command, context: CommandContext): void {
  program
    .command('usage')
    .description('Show requests, rows, units and dollars by day.')
    .option('--from <day>', 'first day, UTC; 30 days ago unless given', dayOption)
    .option('--to <day>', 'last day, UTC; today unless given', dayOption)
    .addOption(choiceOption('--by <what>', 'also by one of', ['principal', 'schema', 'table']))
    .addOption(recordFormatOption())
    .addHelpText('after', HELP)
    .action((_flags: UsageFlags, command: Command) => showUsage(command.optsWithGlobals<UsageFlags>(), context));
}

async function showUsage(flags: UsageFlags, context: CommandContext): Promise<void> {
  const { from = daysAgo(30), to = daysAgo(0), by, format } = flags;
  await withServer(flags, context, async (server) => {
    const path = pathOf('/v1/usage/summary', { startDate: from, endDate: to, groupBy: by });
    const { days, totals } = await server.call<{ days: Day[]; totals: Sums }>('GET', path);
    const columns = {
      day: ({ day }: Day) => day,
      ...(by === undefined ? {} : { [by]: ({ group = '' }: Day) => group }),
      requests: ({ requests }: Day) => String(requests),
      rows: ({ rowsReturned }: Day) => String(rowsReturned),
      'read units': ({ ddbReadUnits }: Day) => formatUnits(ddbReadUnits),
      'write units': ({ ddbWriteUnits }: Day) => formatUnits(ddbWriteUnits),
      dollars: ({ dollars }: Day) => formatDollars(dollars),
    };
    await writeRecords([...days, { day: 'all', ...totals }], columns, { format, stdout: context.terminal.stdout });
  });
}

const DAY_MS = 86_400_000;

function daysAgo(count: number): string {
  return new Date(Date.now() - count * DAY_MS).toISOString().slice(0, 10);
}

function dayOption(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Use a day such as 2026-07-01.');
}
