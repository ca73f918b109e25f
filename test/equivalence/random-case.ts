import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check';
import type { FaultPlan } from '../faults/fault-plan.js';
import { Choices } from './choices.js';
import { expectedColumns } from './expected-columns.js';
import { randomStatement, type Statement } from './random-statement.js';
import { type RandomTable, randomTable } from './random-tables.js';
import { simplerTrees } from './sql-tree.js';

/** Some tables and some statements about them. */
export interface Case {
  readonly tables: readonly RandomTable[];
  readonly statements: readonly Statement[];
}

/** Cases of so many statements each; a failing case shrinks to one simple statement over few short items. */
export function randomCases(statementCount: number): Arbitrary<Case> {
  return new CaseArbitrary(statementCount);
}

class CaseArbitrary extends Arbitrary<Case> {
  constructor(private readonly statementCount: number) {
    super();
  }

  generate(random: Random): Value<Case> {
    const choices = new Choices(random);
    const tables: RandomTable[] = [];
    const tableCount = choices.pick([1, 2, 3, 3]);
    while (tables.length < tableCount) tables.push(randomTable(choices, tables));
    const known = tables.map((table, number) => ({ number, table, columns: expectedColumns(table) }));
    const statements = Array.from({ length: this.statementCount }, () => ({
      ...randomStatement(choices, known),
      faults: choices.chance(33) ? randomFaults(choices) : undefined,
    }));
    return new Value({ tables, statements }, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Case {
    return value !== undefined;
  }

  shrink(value: Case): Stream<Value<Case>> {
    return stream(simplerCases(value)).map((simpler) => new Value(simpler, undefined));
  }
}

/** Most faults pass, so that the answer has to be right all the same. */
function randomFaults(choices: Choices): FaultPlan {
  return { seed: choices.upTo(2 ** 31 - 1), percent: choices.pick([10, 30, 50]), lasting: choices.chance(4) };
}

function* simplerCases({ tables, statements }: Case): Generator<Case> {
  const [statement, ...others] = statements;
  if (statement === undefined) return;
  if (others.length > 0) {
    for (const each of statements) yield { tables, statements: [each] };
    return;
  }
  for (const simpler of simplerStatements(statement)) yield { tables, statements: [simpler] };
  for (const [i, table] of tables.entries()) {
    for (const simpler of simplerTables(table)) yield { tables: tables.with(i, simpler), statements };
  }
}

function* simplerStatements(statement: Statement): Generator<Statement> {
  const { body, order, limit, faults } = statement;
  if (faults !== undefined) yield { ...statement, faults: undefined };
  if (limit !== undefined) yield { ...statement, limit: undefined };
  if (order !== undefined) yield { ...statement, order: undefined, limit: undefined };
  for (const simpler of simplerTrees(body)) yield { ...statement, body: simpler };
}

function* simplerTables(table: RandomTable): Generator<RandomTable> {
  const { items, sampledItems } = table;
  yield* withoutItems(table, items.length, Math.ceil(items.length / 4));
  if (sampledItems < items.length) yield { ...table, sampledItems: items.length };
  if (table.claimedItems !== undefined) yield { ...table, claimedItems: undefined };
  if (table.pageItems !== undefined) yield { ...table, pageItems: undefined };
  for (const [i] of (table.indexes ?? []).entries()) {
    yield { ...table, indexes: (table.indexes ?? []).toSpliced(i, 1) };
  }
  const keys = new Set([table.partitionKey.name, table.sortKey?.name]);
  for (const name of new Set(items.flatMap(Object.keys))) {
    if (!keys.has(name)) yield { ...table, items: items.map((item) => omit(item, name)) };
  }
  yield* withoutItems(table, Math.ceil(items.length / 8), 1);
  for (const [i, item] of items.entries()) {
    for (const name of Object.keys(item)) {
      if (!keys.has(name)) yield { ...table, items: items.with(i, omit(item, name)) };
    }
  }
}

/** The table without some of its items that stand together, first without many, then without few. */
function* withoutItems(table: RandomTable, most: number, least: number): Generator<RandomTable> {
  const { items, sampledItems } = table;
  for (let size = most; size >= Math.max(1, least); size = Math.floor(size / 2)) {
    for (let from = 0; from < items.length; from += size) {
      const early = Math.max(0, Math.min(from + size, sampledItems) - from);
      yield { ...table, items: items.toSpliced(from, size), sampledItems: sampledItems - early };
    }
  }
}

function omit(item: RandomTable['items'][number], attribute: string): RandomTable['items'][number] {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== attribute));
}
