import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import type { ServerClient } from '../server/server-client.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findByName, findGrantee } from './find-by-name.js';
import { allOf } from './paged.js';
import { type RecordFormat, recordFormatOption, writeRecords } from './records.js';

interface GroupFlags extends GlobalOptions {
  readonly format?: RecordFormat;
}

interface GroupRecord {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
}

const HELP = `
Examples:
  headgate group create analysts
  headgate group add analysts user:ann
  headgate grant group:analysts R demo`;

/** `headgate group create|list|add|drop|remove` */
export function addGroupCommand(program: Command, context: CommandContext): void {
  const group = program.command('group').description('Manage groups of users and clients.').addHelpText('after', HELP);
  const act = (work: (server: ServerClient, words: readonly string[]) => Promise<string>) => {
    // Commander gives the words, then the command's own options and the command.
    return async (...given: unknown[]) => {
      const command = given.at(-1) as Command; // as commander calls actions
      await withServer(command.optsWithGlobals<GroupFlags>(), context, async (server) => {
        await writeText(context.terminal.stderr, `${await work(server, command.args)}\n`);
      });
    };
  };
  group
    .command('create')
    .description('Make a group.')
    .argument('<name>', 'letters, digits and . _ @ + -')
    .action(
      act(async (server, [name = '']) => {
        await server.call('POST', '/v1/groups', { name });
        return `The group ${name} is there.`;
      }),
    );
  group
    .command('list')
    .description('List the groups with the ids of their members.')
    .addOption(recordFormatOption())
    .action((_flags: GroupFlags, command: Command) => listGroups(command.optsWithGlobals<GroupFlags>(), context));
  group
    .command('add')
    .description('Make somebody a member of a group.')
    .argument('<group>', 'name or id')
    .argument('<member>', 'client:name or user:name')
    .action(act((server, words) => changeMembers(server, words, 'is now a member of')));
  group
    .command('drop')
    .description('End the membership of somebody in a group.')
    .argument('<group>', 'name or id')
    .argument('<member>', 'client:name or user:name')
    .action(act((server, words) => changeMembers(server, words, 'is no member of')));
  group
    .command('remove')
    .description('Remove a group with its grants.')
    .argument('<group>', 'name or id')
    .action(
      act(async (server, [name = '']) => {
        await server.call('DELETE', `/v1/groups/${await findByName(server, 'group', name)}`);
        return `The group ${name} is removed, with its grants.`;
      }),
    );
}

async function changeMembers(
  server: ServerClient,
  [group = '', member = '']: readonly string[],
  outcome: 'is now a member of' | 'is no member of',
): Promise<string> {
  const id = await findByName(server, 'group', group);
  const principal = await findGrantee(server, member);
  const groups = await allOf<GroupRecord>(server, '/v1/groups');
  const others = (groups.find((each) => each.id === id)?.members ?? []).filter((each) => each !== principal.id);
  const members = outcome === 'is now a member of' ? [...others, principal.id] : others;
  await server.call('PATCH', `/v1/groups/${id}`, { members });
  return `${member} ${outcome} ${group}.`;
}

async function listGroups({ format, ...flags }: GroupFlags, context: CommandContext): Promise<void> {
  await withServer(flags, context, async (server) => {
    const columns = {
      name: (group: GroupRecord) => group.name,
      id: (group: GroupRecord) => group.id,
      members: (group: GroupRecord) => group.members.join(' '),
    };
    const groups = await allOf<GroupRecord>(server, '/v1/groups');
    await writeRecords(groups, columns, { format, stdout: context.terminal.stdout });
  });
}
