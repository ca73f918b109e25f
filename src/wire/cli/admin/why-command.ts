import type { Command } from 'commander';
import { OPERATION_CLASSES } from '../../../access/access-code.js';
import { choiceOption } from '../choice-option.js';
import type { CommandContext } from '../command-context.js';
import { writeText } from '../output.js';
import { withServer } from '../server/with-server.js';
import type { GlobalOptions } from '../with-gateway.js';
import { findGrantee } from './find-by-name.js';
import { pathOf } from './paged.js';

interface WhyFlags extends GlobalOptions {
  readonly format?: 'text' | 'json';
}

const HELP = `
Examples:
  headgate why local select demo.flights
  headgate why client:reports PutItem demo.flights

A verb is one of DynamoDB's, or a class: ${OPERATION_CLASSES.join(', ')}.`;

/** `headgate why` */
export function addWhyCommand(program: Command, context: CommandContext): void {
  program
    .command('why')
    .description('Tell whether somebody may do something with a table, and which grants decide that.')
    .argument('<principal>', 'local, client:name or user:name')
    .argument('<verb>', 'what is done')
    .argument('<table>', 'schema.table, or a schema')
    .addOption(choiceOption('--format <format>', 'text unless json; one of', ['text', 'json']))
    .addHelpText('after', HELP)
    .action((principal: string, verb: string, table: string, _flags: WhyFlags, command: Command) =>
      tellWhy({ principal, verb, table }, command.optsWithGlobals<WhyFlags>(), context),
    );
}

async function tellWhy(
  question: { readonly principal: string; readonly verb: string; readonly table: string },
  flags: WhyFlags,
  context: CommandContext,
): Promise<void> {
  await withServer(flags, context, async (server) => {
    const { principal: written, verb, table: object } = question;
    const principal = written === 'local' ? written : (await findGrantee(server, written)).id;
    const dot = object.indexOf('.');
    const target = dot < 0 ? { schema: object } : { schema: object.slice(0, dot), table: object.slice(dot + 1) };
    const answer = await server.call<{ text: string }>('GET', pathOf('/v1/why', { principal, verb, ...target }));
    const text = flags.format === 'json' ? JSON.stringify(answer, null, 2) : answer.text;
    await writeText(context.terminal.stdout, `${text}\n`);
  });
}
