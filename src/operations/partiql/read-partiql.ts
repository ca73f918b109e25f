import { PartiqlCursor } from './partiql-cursor.js';
import { partiqlPath, readPartiqlCondition, readPartiqlLiteral, readPartiqlValue } from './partiql-values.js';

/** What one PartiQL statement does. What is told is at least what DynamoDB would do. */
export interface PartiqlStatement {
  readonly kind: 'SELECT' | 'EXISTS' | 'INSERT' | 'UPDATE' | 'DELETE';
  /** The name after FROM, INTO or UPDATE: one to three parts, of which the first may be a schema and the last an index. */
  readonly source: PartiqlSource;
  /** Attributes that a write looks at: in WHERE and in the values that it sets. */
  readonly reads: ReadonlySet<string>;
  /** Whether a write looks at nested attributes, or works on what is there. */
  readonly readsNested: boolean;
  /** Whether a write answers with what was there. */
  readonly returns: boolean;
}

export interface PartiqlSource {
  readonly parts: readonly string[];
  /** Where the parts stand in the text, for writing another name there. */
  readonly start: number;
  readonly end: number;
}

/** Reads a statement in DynamoDB's grammar. Throws REQUEST_INVALID for what is not understood as a whole. */
export function readPartiql(text: string): PartiqlStatement {
  const cursor = new PartiqlCursor(text);
  const { kind, source, returns = false } = statement(cursor);
  cursor.takeEnd();
  return { kind, source, reads: cursor.reads, readsNested: cursor.readsNested, returns };
}

/** The same statement on another table: the parts are written with quotes. Names are of tables and indexes, without quotes. */
export function withSource(text: string, { start, end }: PartiqlSource, parts: readonly string[]): string {
  // A quoted part needs no space before what follows, a bare one that it replaces had to have one.
  return text.slice(0, start) + parts.map((part) => `"${part}"`).join('.') + text.slice(end);
}

interface Parsed {
  readonly kind: PartiqlStatement['kind'];
  readonly source: PartiqlSource;
  readonly returns?: boolean;
}

function statement(cursor: PartiqlCursor): Parsed {
  if (cursor.skipKeyword('SELECT')) return { kind: 'SELECT', source: select(cursor) };
  if (cursor.skipKeyword('EXISTS')) {
    cursor.takeSymbol('(');
    cursor.takeKeyword('SELECT');
    const source = select(cursor);
    cursor.takeSymbol(')');
    return { kind: 'EXISTS', source };
  }
  if (cursor.skipKeyword('INSERT')) return insert(cursor);
  if (cursor.skipKeyword('UPDATE')) return update(cursor);
  if (cursor.skipKeyword('DELETE')) return remove(cursor);
  throw cursor.unexpected('SELECT, INSERT, UPDATE, DELETE or EXISTS');
}

function select(cursor: PartiqlCursor): PartiqlSource {
  if (!cursor.skipSymbol('*')) paths(cursor);
  cursor.takeKeyword('FROM');
  const source = sourceName(cursor);
  if (cursor.skipKeyword('WHERE')) readPartiqlCondition(cursor);
  if (cursor.skipKeyword('ORDER')) {
    cursor.takeKeyword('BY');
    do {
      partiqlPath(cursor);
      if (!cursor.skipKeyword('ASC')) cursor.skipKeyword('DESC');
    } while (cursor.skipSymbol(','));
  }
  return source;
}

function insert(cursor: PartiqlCursor): Parsed {
  cursor.takeKeyword('INTO');
  const source = sourceName(cursor);
  cursor.takeKeyword('VALUE');
  readPartiqlLiteral(cursor);
  return { kind: 'INSERT', source };
}

function update(cursor: PartiqlCursor): Parsed {
  const source = sourceName(cursor);
  if (!cursor.isKeyword('SET') && !cursor.isKeyword('REMOVE')) throw cursor.unexpected('SET or REMOVE');
  for (;;) {
    if (cursor.skipKeyword('SET')) {
      do {
        written(cursor);
        cursor.takeSymbol('=');
        readPartiqlValue(cursor);
      } while (cursor.skipSymbol(','));
    } else if (cursor.skipKeyword('REMOVE')) {
      do written(cursor);
      while (cursor.skipSymbol(','));
    } else break;
  }
  return { kind: 'UPDATE', source, returns: whereAndReturning(cursor) };
}

/** A nested path fails where its parent is missing, so writing there tells something. */
function written(cursor: PartiqlCursor): void {
  if (partiqlPath(cursor).isNested) cursor.readsNested = true;
}

function remove(cursor: PartiqlCursor): Parsed {
  cursor.takeKeyword('FROM');
  return { kind: 'DELETE', source: sourceName(cursor), returns: whereAndReturning(cursor) };
}

function whereAndReturning(cursor: PartiqlCursor): boolean {
  cursor.takeKeyword('WHERE');
  readPartiqlCondition(cursor);
  if (!cursor.skipKeyword('RETURNING')) return false;
  if (!cursor.skipKeyword('ALL')) cursor.takeKeyword('MODIFIED');
  if (!cursor.skipKeyword('OLD')) cursor.takeKeyword('NEW');
  cursor.takeSymbol('*');
  return true;
}

function paths(cursor: PartiqlCursor): void {
  do partiqlPath(cursor);
  while (cursor.skipSymbol(','));
}

function sourceName(cursor: PartiqlCursor): PartiqlSource {
  const parts = [cursor.name()];
  while (cursor.skipSymbol('.')) parts.push(cursor.name());
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined || parts.length > 3) {
    throw cursor.fault('a table is named "table", "schema"."table", or with "index" after it');
  }
  return { parts: parts.map(({ text }) => text), start: first.start, end: last.end };
}
