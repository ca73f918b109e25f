import { HeadgateError } from '../base/errors/headgate-error.js';
import type { OperationClass } from './access-code.js';
import { decide, decideAll, type JointDecision } from './decide.js';
import type { Grant } from './grant.js';
import type { Principal } from './principal.js';
import { isVisible } from './visible.js';

interface Table {
  readonly schema: string;
  readonly table: string;
}

export interface AccessOptions {
  /** Told of every decision about a statement, for audit. */
  readonly onDecision?: OnDecision | undefined;
  /** Resolves when `grants` are those that hold now: waited for before a statement is decided about. */
  readonly whenCurrent?: () => Promise<unknown>;
}

export type OnDecision = (tables: readonly Table[], decision: JointDecision) => void;

/** What one principal may know and do, asked table by table and statement by statement. Grants are as they are now. */
export class PrincipalAccess {
  constructor(
    readonly principal: Principal,
    /** As they are now. */
    readonly grants: () => readonly Grant[],
    private readonly options: AccessOptions = {},
  ) {}

  isSchemaVisible(schema: string): boolean {
    return isVisible(this.principal, { schema }, this.grants());
  }

  isTableVisible({ schema, table }: Table): boolean {
    return isVisible(this.principal, { schema, table }, this.grants());
  }

  mayDescribe({ schema, table }: Table): boolean {
    return decide(this.principal, { schema, table, classes: ['explain'] }, this.grants()).allowed;
  }

  /** Throws ACCESS_DENIED, naming what is missing on which tables: they are visible, so that tells nothing new. */
  async authorize(tables: readonly Table[], action: OperationClass): Promise<void> {
    await this.options.whenCurrent?.();
    const requests = tables.map(({ schema, table }) => ({ schema, table, classes: [action] }));
    const decision = decideAll(this.principal, requests, this.grants());
    this.options.onDecision?.(tables, decision);
    if (decision.allowed) return;
    const names = decision.refusals.map(({ request }) => `${request.schema}.${request.table}`);
    throw new HeadgateError('ACCESS_DENIED', `${action} is not granted on ${[...new Set(names)].join(', ')}`, {
      detail: `You may know of ${names.length === 1 ? 'the table' : 'these tables'}, and your grants do not include ${action} there.`,
      hint: 'Ask whoever gives out grants; `headgate why` tells which grants count.',
    });
  }
}
