import type { Grant } from '../../access/grant.js';
import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { GrantRecord } from '../../wire/http/contract/grants.js';
import type { AdminService } from '../../wire/http/contract/http-services.js';
import type { GrantBook } from '../grants/grant-book.js';
import type { GrantRepository } from '../grants/grant-repository.js';
import { pageOf } from './page-of.js';
import { grantInWords, type Recording, recordChange } from './record-act.js';

type GrantActs = Pick<AdminService, 'listGrants' | 'createGrant' | 'removeGrant'>;

export interface GrantParts {
  readonly book: Pick<GrantBook, 'current'>;
  readonly repository: Pick<GrantRepository, 'put' | 'remove'>;
  /** Names of the schemas of this gateway. */
  readonly schemas: () => readonly string[];
}

/** Grants of the store can be changed; those of the file and the default are only shown. */
export function grantActs({ book, repository, schemas }: GrantParts, recording: Recording): GrantActs {
  return {
    async listGrants(_caller, { grantee, schema, ...paging }) {
      const { grants, waiting } = await book.current();
      const wanted = [...grants, ...waiting].filter(
        (grant) =>
          (grantee === undefined || grant.grantee.id === grantee) &&
          (schema === undefined || grant.schema.toLowerCase() === schema.toLowerCase()),
      );
      const page = pageOf(wanted, keyOf, paging);
      return { ...page, items: page.items.map(toGrantRecord) };
    },

    async createGrant(caller, { grantee, schema: name, table, code }) {
      const schema = schemaCalled(name, schemas());
      if (table !== undefined) checkTableName(table);
      const target = table === undefined ? { schema } : { schema, table };
      const holder = `for ${grantee.kind} ${grantee.id}`;
      const grant = await recordChange(recording, caller, {
        kind: 'grant.create',
        subject: `${code} on ${objectOf(target)} ${holder}`,
        tables: tablesOf(target),
        work: () =>
          repository.put(
            { grantee, ...target, code },
            { at: new Date(recording.now()), by: `${caller.principal.kind} ${caller.principal.name}` },
          ),
        subjectOf: (made) => `${grantInWords(made)} ${holder}`,
      });
      return toGrantRecord(grant);
    },

    async removeGrant(caller, id) {
      const { grants, waiting } = await book.current();
      const grant = [...grants, ...waiting].find((each) => each.id === id);
      if (grant !== undefined && grant.source !== 'store') throw notHere(grant);
      const words = grant === undefined ? id : `${grantInWords(grant)} for ${grant.grantee.kind} ${grant.grantee.id}`;
      await recordChange(recording, caller, {
        kind: 'grant.remove',
        subject: words,
        tables: grant === undefined ? [] : tablesOf(grant),
        work: () => repository.remove(id),
      });
    },
  };
}

export function toGrantRecord({ id, grantee, schema, table, code, source }: Grant): GrantRecord {
  return { id, grantee: { ...grantee }, schema, ...(table === undefined ? {} : { table }), code, source };
}

function keyOf({ id, grantee, schema, table }: Grant): readonly string[] {
  return [schema.toLowerCase(), table ?? '', grantee.kind, grantee.id, id];
}

type Target = Pick<Grant, 'schema' | 'table'>;

function objectOf({ schema, table }: Target): string {
  return table === undefined ? schema : `${schema}.${table}`;
}

function tablesOf(target: Target): readonly string[] {
  return target.table === undefined ? [] : [objectOf(target)];
}

function schemaCalled(name: string, schemas: readonly string[]): string {
  const known = schemas.find((each) => each.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const near = nearest(name, schemas);
  throw new HeadgateError('SCHEMA_NOT_FOUND', `There is no schema "${name}".`, {
    hint: near === undefined ? `The schemas are ${schemas.join(', ')}.` : `Did you mean ${near}?`,
  });
}

/** The table need not exist yet, but it must be able to: a pattern would never match anything. Throws REQUEST_INVALID. */
function checkTableName(table: string): void {
  if (/^[A-Za-z0-9_.-]{3,255}$/.test(table)) return;
  throw new HeadgateError('REQUEST_INVALID', `${JSON.stringify(table)} cannot be the name of a table.`, {
    hint: 'Name one table exactly; leave it out for all tables of the schema.',
  });
}

function notHere({ id, source }: Grant): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', `The grant ${id} cannot be removed here.`, {
    detail:
      source === 'file'
        ? 'headgate.yaml defines it.'
        : 'It is the default of the command line, as headgate.yaml has no grants.',
    hint: 'Change the grants in headgate.yaml and start the gateway again.',
  });
}
