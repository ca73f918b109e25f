import { defaultGrants, type Grant } from '../../access/grant.js';
import { LOCAL_ID, type Principal } from '../../access/principal.js';
import { type OnDecision, PrincipalAccess } from '../../access/statement-access.js';
import { KeptValues } from '../../base/kept-values.js';
import type { GrantRepository } from './grant-repository.js';

/** All grants at one moment; never changed. */
export interface GrantSnapshot {
  /** Those that count, with ids of grantees. */
  readonly grants: readonly Grant[];
  /** Those of headgate.yaml whose grantee does not exist yet; the name stands where its id belongs. */
  readonly waiting: readonly Grant[];
}

/** All grants of this gateway: those of the store, those of headgate.yaml, and the default. */
export interface GrantBook {
  /** As they are now: what was announced before the call is in it. Throws STORE_UNAVAILABLE and STORE_FAILED. */
  current(): Promise<GrantSnapshot>;
  /** What the principal may do, by grants that are never older than this call; statements are decided by those of their moment. */
  accessOf(principal: Principal, onDecision?: OnDecision): Promise<PrincipalAccess>;
  close(): void;
}

export interface GrantBookOptions {
  readonly repository: GrantRepository;
  /** With names for ids, as `fileGrants` gives them; undefined where the file says nothing of grants. */
  readonly fileGrants: readonly Grant[] | undefined;
  /** Names of the schemas of this gateway, for the default. */
  readonly schemas: () => readonly string[] | Promise<readonly string[]>;
  /** Told which grants of the file wait for their grantee, whenever these become others. */
  readonly onWaiting?: (waiting: readonly Grant[]) => void;
}

/** Reads all grants. Whoever opens the book closes it, before the store. Throws STORE_UNAVAILABLE and STORE_FAILED. */
export async function openGrantBook(options: GrantBookOptions): Promise<GrantBook> {
  const book = new Book(options);
  try {
    await book.current();
    return book;
  } catch (cause) {
    book.close();
    throw cause;
  }
}

class Book implements GrantBook {
  private readonly kept = new KeptValues<GrantSnapshot>(1);
  private announcements = 0;
  private loads = 0;
  private latest: { readonly load: number; readonly snapshot: GrantSnapshot } | undefined;
  private waiting = '';
  readonly close: () => void;

  constructor(private readonly options: GrantBookOptions) {
    this.close = options.repository.onChange(() => {
      this.announcements += 1;
      this.kept.clear();
    });
  }

  async current(): Promise<GrantSnapshot> {
    for (;;) {
      const before = this.announcements;
      const snapshot = await this.kept.get('all', () => this.load());
      // What was announced while it was read may not be in it.
      if (this.announcements === before) return snapshot;
    }
  }

  async accessOf(principal: Principal, onDecision?: OnDecision): Promise<PrincipalAccess> {
    const { grants } = await this.current();
    const latest = () => this.latest?.snapshot.grants ?? grants;
    return new PrincipalAccess(principal, latest, { onDecision, whenCurrent: () => this.current() });
  }

  private async load(): Promise<GrantSnapshot> {
    this.loads += 1;
    const load = this.loads;
    const snapshot = await readGrants(this.options);
    // One that began earlier may end later.
    if (load > (this.latest?.load ?? 0)) {
      this.latest = { load, snapshot };
      this.tellWaiting(snapshot.waiting);
    }
    return snapshot;
  }

  private tellWaiting(waiting: readonly Grant[]): void {
    const ids = waiting.map(({ id }) => id).join(' ');
    if (ids === this.waiting) return;
    this.waiting = ids;
    this.options.onWaiting?.(waiting);
  }
}

async function readGrants({ repository, fileGrants, schemas }: GrantBookOptions): Promise<GrantSnapshot> {
  const file = fileGrants ?? [];
  const names = [...new Set(file.map(({ grantee }) => grantee.id).filter((id) => id !== LOCAL_ID))];
  const stored = await repository.list();
  const ids = names.length === 0 ? new Map<string, string>() : await repository.findIds(names);
  const idOf = ({ grantee }: Grant) => (grantee.id === LOCAL_ID ? LOCAL_ID : ids.get(grantee.id));
  const resolved = file.flatMap((grant) => {
    const id = idOf(grant);
    return id === undefined ? [] : [{ ...grant, grantee: { ...grant.grantee, id } }];
  });
  const defaults = defaultGrants({ fileHasGrants: fileGrants !== undefined, schemas: await schemas() });
  return {
    grants: Object.freeze([...resolved, ...stored, ...defaults]),
    waiting: Object.freeze(file.filter((grant) => idOf(grant) === undefined)),
  };
}
