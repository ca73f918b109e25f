import { ExpressionCursor, type ExpressionText } from './expression-cursor.js';

export interface UpdateFacts {
  /** Attributes on whose former values the outcome depends, by the names of their first step. */
  readonly reads: ReadonlySet<string>;
  /** Attributes that are written, by the names of their first step. */
  readonly writes: ReadonlySet<string>;
}

/**
 * Reads an update expression. ADD and DELETE work on what is there, and a nested path fails where its parent is missing, so
 * all of these count as reading; a top-level SET of given values and a top-level REMOVE do not. Throws REQUEST_INVALID.
 */
export function readUpdate(expression: ExpressionText): UpdateFacts {
  const cursor = new ExpressionCursor(expression);
  const writes = new Set<string>();
  const clauses = new Set<string>();
  do {
    const clause = CLAUSES.find(([keyword]) => cursor.skipKeyword(keyword));
    if (clause === undefined) throw cursor.unexpected('SET, REMOVE, ADD or DELETE');
    const [keyword, action] = clause;
    if (clauses.has(keyword)) throw cursor.fault(`${keyword} stands twice`);
    clauses.add(keyword);
    do writes.add(action(cursor));
    while (cursor.skipSymbol(','));
  } while (!cursor.isAtEnd);
  return { reads: cursor.reads, writes };
}

/** Each reads one action and returns the attribute that it writes. */
const CLAUSES: readonly (readonly [string, (cursor: ExpressionCursor) => string])[] = [
  ['SET', set],
  ['REMOVE', target],
  ['ADD', accumulate],
  ['DELETE', accumulate],
];

function set(cursor: ExpressionCursor): string {
  const attribute = target(cursor);
  cursor.takeSymbol('=');
  sum(cursor);
  return attribute;
}

function accumulate(cursor: ExpressionCursor): string {
  const attribute = target(cursor);
  cursor.reads.add(attribute);
  cursor.takeValue();
  return attribute;
}

function target(cursor: ExpressionCursor): string {
  const { attribute, isNested } = cursor.path();
  if (isNested) cursor.reads.add(attribute);
  return attribute;
}

function sum(cursor: ExpressionCursor): void {
  operand(cursor);
  if (cursor.skipSymbol('+') || cursor.skipSymbol('-')) operand(cursor);
}

function operand(cursor: ExpressionCursor): void {
  cursor.nested(() => {
    if (cursor.skipSymbol('(')) {
      sum(cursor);
      cursor.takeSymbol(')');
      return;
    }
    const called = cursor.functionCall();
    if (called === undefined) {
      if (!cursor.skipValue()) cursor.readPath();
      return;
    }
    if (called === 'if_not_exists') cursor.readPath();
    else if (called === 'list_append') operand(cursor);
    else throw cursor.fault(`${called} is no function of updates`);
    cursor.takeSymbol(',');
    operand(cursor);
    cursor.takeSymbol(')');
  });
}
