import type { Command } from 'commander';
import { OPERATION_CLASSES, type OperationClass } from '../../access/access-code.js';
import { explainDecision } from '../../access/explain-decision.js';
import { defaultGrants } from '../../access/grant.js';
import { LOCAL } from '../../access/local-access.js';
import type { Principal } from '../../access/principal.js';
import { needsOfVerb } from '../../access/verb-classes.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { HeadgateConfig } from '../../config/headgate-config.js';
import { choiceOption } from './choice-option.js';
import type { CommandContext } from './command-context.js';
import { writeText } from './output.js';
import type { GlobalOptions } from './with-gateway.js';

interface WhyFlags extends GlobalOptions {
  readonly group: readonly string[];
  readonly format?: 'text' | 'json';
}

const HELP = `
Examples:
  headgate why local select demo.flights
  headgate why client:reports PutItem demo.flights --group staff

A verb is one of DynamoDB's, or a class: ${OPERATION_CLASSES.join(', ')}. The grants are those of headgate.yaml.`;

/** `headgate why` */
export function addWhyCommand(program: Command, context: CommandContext): void {
  program
    .command('why')
    .description('Tell whether somebody may do something with a table, and which grants decide that.')
    .argument('<principal>', 'local, client:name or user:name')
    .argument('<verb>', 'what is done')
    .argument('<table>', 'schema.table, or a schema')
    .option('--group <name>', 'a group of which it is a member; can be given several times', collect, [])
    .addOption(choiceOption('--format <format>', 'text unless json; one of', ['text', 'json']))
    .addHelpText('after', HELP)
    .action((principal: string, verb: string, table: string, _flags: WhyFlags, command: Command) =>
      tellWhy({ principal, verb, table }, command.optsWithGlobals<WhyFlags>(), context),
    );
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

interface Question {
  readonly principal: string;
  readonly verb: string;
  readonly table: string;
}

async function tellWhy(question: Question, flags: WhyFlags, { terminal }: CommandContext): Promise<void> {
  const { loadConfig } = await import('../../config/load-config.js');
  const { fileGrants } = await import('../../config/file-grants.js');
  const path = flags.config === undefined ? {} : { path: flags.config };
  const config = await loadConfig({ env: terminal.env, cwd: terminal.cwd, ...path });
  const own = fileGrants(config);
  const schemas = config.schemas.map(({ name }) => name);
  const grants = [...(own ?? []), ...defaultGrants({ fileHasGrants: own !== undefined, schemas })];
  const groupNames = new Map(flags.group.map((name) => [`group:${name}`, name]));
  const request = { ...targetOf(question.table, config), classes: classesOf(question.verb) };
  const principal = principalOf(question.principal, [...groupNames.keys()]);
  const { decision, considered, text } = explainDecision(principal, request, { grants, groupNames });
  const answer = flags.format === 'json' ? JSON.stringify({ ...request, decision, considered, text }, null, 2) : text;
  await writeText(terminal.stdout, `${answer}\n`);
}

function principalOf(text: string, groups: readonly string[]): Principal {
  if (text === 'local') return { ...LOCAL, groups };
  const [, kind, name] = /^(client|user):(.+)$/.exec(text) ?? [];
  if ((kind !== 'client' && kind !== 'user') || name === undefined) {
    throw new HeadgateError('USAGE', `bad principal ${JSON.stringify(text)}`, {
      hint: 'Write local, client:name or user:name.',
    });
  }
  return { kind, id: text, name, groups, scopes: new Set(), isAdmin: false };
}

function targetOf(object: string, config: HeadgateConfig): { schema: string; table?: string } {
  const dot = object.indexOf('.');
  const schema = dot < 0 ? object : object.slice(0, dot);
  const known = config.schemas.find(({ name }) => name.toLowerCase() === schema.toLowerCase());
  if (known === undefined) {
    throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${schema}".`, {
      hint: `The schemas are ${config.schemas.map(({ name }) => name).join(', ')}.`,
    });
  }
  return dot < 0 ? { schema: known.name } : { schema: known.name, table: object.slice(dot + 1) };
}

/** The classes of a class's own name, or of a verb; of one with entries, all that any of them may need. */
function classesOf(verb: string): readonly OperationClass[] {
  const own = OPERATION_CLASSES.find((each) => each === verb.toLowerCase());
  if (own !== undefined) return [own];
  const needs = needsOfVerb(verb);
  if (needs?.kind === 'table' || needs?.kind === 'tables') return needs.classes;
  if (needs?.kind === 'entries') return [...new Set([...needs.entries.values()].flatMap(({ classes }) => classes))];
  throw new HeadgateError('USAGE', `${JSON.stringify(verb)} is no verb that is decided by table`, {
    hint: `Write a class (${OPERATION_CLASSES.join(', ')}) or a verb of DynamoDB such as GetItem or PutItem.`,
  });
}
