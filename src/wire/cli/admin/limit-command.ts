import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findGrantee } from './find-by-name.js';
import { allOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

/** Option of the command line to member of the API. */
const LIMITS = {
  'max-units': ['maxUnits', 'read units of one statement'],
  'units-per-day': ['unitsPerDay', 'units of one day, UTC'],
  'requests-per-minute': ['requestsPerMinute', 'calls of the API'],
  'concurrent-statements': ['concurrentStatements', 'statements at once'],
  'max-rows': ['maxRows', 'rows of one result'],
  'max-result-bytes': ['maxResultBytes', 'bytes of one result'],
  'timeout-ms': ['timeoutMs', 'milliseconds of one statement'],
} as const;

type LimitValues = Partial<Record<(typeof LIMITS)[keyof typeof LIMITS][0], number>>;

interface LimitFlags extends GlobalOptions, LimitValues {
  readonly none?: boolean;
  readonly format?: RecordFormat;
}

interface LimitRecord {
  readonly principal: string;
  readonly limits: LimitValues;
}

const HELP = `
Examples:
  headgate limit client:reports --units-per-day 1000000 --concurrent-statements 4
  headgate limit client:reports --none
  headgate limits`;

/** `headgate limit` and `headgate limits` */
export function addLimitCommands(program: Command, context: CommandContext): void {
  const limit = program
    .command('limit')
    .description('Set what a client or user may use at most, in the place of all its limits before.')
    .argument('<principal>', 'client:name or user:name');
  for (const [option, [, description]] of Object.entries(LIMITS)) {
    limit.option(`--${option} <number>`, description, countOption);
  }
  limit
    .option('--none', 'take all its limits away')
    .addHelpText('after', HELP)
    .action((principal: string, _flags: LimitFlags, command: Command) =>
      setLimit(principal, command.optsWithGlobals<LimitFlags>(), context),
    );
  program
    .command('limits')
    .description('List the limits of clients and users.')
    .addOption(recordFormatOption())
    .action((_flags: LimitFlags, command: Command) => listLimits(command.optsWithGlobals<LimitFlags>(), context));
}

function countOption(text: string): number {
  const count = Number(text);
  if (!(count > 0 && Number.isFinite(count))) throw new InvalidArgumentError('Use a number above 0.');
  return count;
}

async function setLimit(written: string, flags: LimitFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const { id } = await findGrantee(server, written);
    const chosen = Object.values(LIMITS).flatMap(([name]) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
    if (flags.none === true) await server.call('DELETE', `/v1/limits/${id}`);
    else await server.call('PUT', `/v1/limits/${id}`, Object.fromEntries(chosen));
    await writeText(
      context.terminal.stderr,
      `${written}: ${flags.none === true ? 'no limits of its own' : 'limits are set'}.\n`,
    );
  });
}

async function listLimits({ format, ...flags }: LimitFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const columns = {
      principal: ({ principal }: LimitRecord) => principal,
      ...Object.fromEntries(
        Object.entries(LIMITS).map(([option, [name]]) => [
          option.replaceAll('-', ' '),
          ({ limits }: LimitRecord) => String(limits[name] ?? ''),
        ]),
      ),
    };
    const limits = await allOf<LimitRecord>(server, '/v1/limits');
    await writeRecords(limits, columns, { format, stdout: context.terminal.stdout });
  });
}
