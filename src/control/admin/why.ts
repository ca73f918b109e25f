import { OPERATION_CLASSES } from '../../access/access-code.js';
import { explainVerb } from '../../access/explain-verb.js';
import { LOCAL } from '../../access/local-access.js';
import type { Principal } from '../../access/principal.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import type { Identity } from '../../identity/create-identity.js';
import type { PrincipalRecord } from '../../identity/repositories.js';
import { toPrincipal } from '../../identity/to-principal.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import type { GrantBook } from '../grants/grant-book.js';
import { toGrantRecord } from './grant-acts.js';

export interface WhyParts {
  readonly identity: Pick<Identity, 'clients' | 'users' | 'groups'>;
  readonly book: Pick<GrantBook, 'current'>;
  /** Names of the schemas of this gateway. */
  readonly schemas: () => readonly string[];
}

/** Why a principal may or may not: the decision that would be taken, whether the schema and the table exist or not. */
export function whyActs({ identity, book, schemas }: WhyParts): Pick<AdminService, 'why'> {
  return {
    async why(_caller, { principal: asked, verb, schema: name, table }) {
      const { principal, remark } = await principalCalled(asked, identity);
      const schema = schemas().find((each) => each.toLowerCase() === name.toLowerCase());
      const { grants } = await book.current();
      const groups = await identity.groups.list();
      const groupNames = new Map(groups.map((group) => [group.id, group.name]));
      const target = { schema: schema ?? name, ...(table === undefined ? {} : { table }) };
      const answer = explainVerb(principal, { verb, ...target }, { grants, groupNames });
      if (answer === undefined) throw notDecided(verb);
      const remarks = [remark, schema === undefined ? `No schema of this gateway is called ${name}.` : ''];
      const text = [answer.text, ...remarks].filter((sentence) => sentence !== '').join(' ');
      return { allowed: answer.allowed, text, grants: answer.grants.map(toGrantRecord) };
    },
  };
}

interface Found {
  readonly principal: Principal;
  /** What must be known beside the grants; empty for nothing. */
  readonly remark: string;
}

/** By id, by name, as `client:name` or `user:name`, or `local`. Throws NOT_FOUND, and CONFLICT when the name is of two. */
async function principalCalled(asked: string, { clients, users }: WhyParts['identity']): Promise<Found> {
  if (asked === LOCAL.id) return { principal: LOCAL, remark: '' };
  const all = [...(await users.list()), ...(await clients.list())];
  const word = asked.toLowerCase();
  const byId = all.filter(({ id }) => id === word);
  const byName = all.filter(({ kind, name }) => [name, `${kind}:${name}`].some((each) => each.toLowerCase() === word));
  const [record, second] = byId.length > 0 ? byId : byName;
  if (record === undefined) {
    throw new HeadgateError('NOT_FOUND', `No user or client has the id or name ${asked}.`, {
      hint: 'List clients and users to see their names; the operator at the command line is called local.',
    });
  }
  if (second !== undefined) {
    throw new HeadgateError('CONFLICT', `Both a user and a client are called ${asked}.`, {
      hint: `Write user:${asked} or client:${asked}.`,
    });
  }
  return { principal: toPrincipal(record, record.scopes), remark: remarkOn(record) };
}

function remarkOn({ kind, name, status }: PrincipalRecord): string {
  if (status === 'disabled') return `But ${kind} ${name} is disabled, so it cannot do anything now.`;
  return status === 'invited' ? `But ${kind} ${name} has not chosen a password yet.` : '';
}

function notDecided(verb: string): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', `${JSON.stringify(verb)} is not decided by table.`, {
    detail: 'It is no verb that is known, or one of PartiQL, where the statement decides.',
    hint: `Ask for a class (${OPERATION_CLASSES.join(', ')}), SELECT, or a verb such as Query or PutItem.`,
  });
}
