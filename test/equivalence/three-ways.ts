import { renderPlan } from '../../src/query/explain.js';
import { eachOf } from './each-of.js';
import { type GatewayUnderTest, type LoadedTable, openGatewayUnderTest } from './gateway-under-test.js';
import { difference, gatewayOutcome, type Outcome, partDifference, plainOutcome } from './outcome.js';
import { quoted } from './places.js';
import { openPlainDuckdb, type PlainDuckdb } from './plain-duckdb.js';
import type { Case } from './random-case.js';
import type { Statement } from './random-statement.js';
import type { RandomTable } from './random-tables.js';
import { type Sql, sql, textOf } from './sql-tree.js';
import { emptyTally } from './tally.js';

/** Statements of one case that are asked at once: some of them wait for faults to pass. */
const AT_ONCE = 4;

/** A statement with different answers; `kind` is the same for all that differ in the same way. */
export class Mismatch extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(shortened(message));
  }
}

/** Asks every statement with pushdown, without it, and of DuckDB over the same rows. */
export class ThreeWays {
  readonly tally = emptyTally();
  /** The tables of a case are the same ones while its statements are cut down. */
  private readonly loaded = new WeakMap<readonly RandomTable[], Promise<readonly LoadedTable[]>>();

  private constructor(
    private readonly gateway: GatewayUnderTest,
    private readonly plain: PlainDuckdb,
  ) {}

  static async open(): Promise<ThreeWays> {
    const [gateway, plain] = await Promise.all([openGatewayUnderTest(), openPlainDuckdb()]);
    return new ThreeWays(gateway, plain);
  }

  async close(): Promise<void> {
    this.plain.close();
    await this.gateway.close();
  }

  /** Throws Mismatch, with everything there is to know, when a statement has different answers. */
  async compare({ tables, statements }: Case): Promise<void> {
    const loaded = await this.load(tables);
    const tableNames = loaded.map(({ name }) => quoted(name));
    await eachOf(statements, AT_ONCE, (statement) => this.compareStatement(statement, tableNames, tables));
  }

  private load(tables: readonly RandomTable[]): Promise<readonly LoadedTable[]> {
    const known = this.loaded.get(tables);
    if (known !== undefined) return known;
    const loading = this.loadBoth(tables);
    this.loaded.set(tables, loading);
    return loading;
  }

  private async loadBoth(tables: readonly RandomTable[]): Promise<readonly LoadedTable[]> {
    const loaded = await this.gateway.load(tables);
    await this.plain.load(tables, loaded).catch((error: unknown) => {
      const found = error instanceof Error ? error.message : String(error);
      throw new Mismatch(
        'loading',
        [found, ...tables.map((table, i) => tableText(table, loaded[i]?.name))].join('\n\n'),
      );
    });
    return loaded;
  }

  private async compareStatement(
    { body, order, limit, faults }: Statement,
    tableNames: readonly string[],
    tables: readonly RandomTable[],
  ): Promise<void> {
    const tree: Sql = sql`${body}${order ?? ''}${limit ?? ''}`;
    const text = textOf(tree, { tableNames, hidesItem: true });
    const plainText = textOf(tree, { tableNames, hidesItem: false });
    const pushed = this.gateway.ask(text, { pushdown: true, faults });
    const [one, two, three] = await Promise.all([
      gatewayOutcome(pushed),
      gatewayOutcome(this.gateway.ask(text, { pushdown: false })),
      plainOutcome(this.plain.ask(plainText)),
    ]);
    await this.count(one, pushed);
    if (faults !== undefined) this.tally.faulted += 1;
    if (faults?.lasting === true && one.kind === 'error' && one.error === 'fault') {
      this.tally.faultErrors += 1;
      return;
    }
    // Which rows a LIMIT without ORDER BY gives is left open, but not how many, nor that they are among all rows.
    const whole =
      order === undefined && limit !== undefined
        ? await plainOutcome(this.plain.ask(textOf(body, { tableNames, hidesItem: false })))
        : undefined;
    if (isSpared(one, two) || isSpared(one, three)) this.tally.sparedErrors += 1;
    const differences = [
      { ways: 'pushdown (-) and no pushdown (+)', a: one, b: two },
      { ways: 'pushdown (-) and DuckDB by itself (+)', a: one, b: three },
    ]
      .filter(({ a, b }) => !isSpared(a, b))
      .flatMap(({ ways, a, b }) => {
        const found = whole === undefined ? difference(a, b, order !== undefined) : partDifference(a, b, whole);
        return found === undefined ? [] : [{ ways, ...found }];
      });
    if (differences.length === 0) return;
    const plan = await pushed.then(
      (answer) => renderPlan(answer.plan),
      () => 'no plan',
    );
    const outcomes = [one, two, three].map((outcome, i) => `${i + 1}: ${outcomeText(outcome)}`);
    throw new Mismatch(
      differences.map(({ ways, kind }) => `${ways} ${kind}`).join('\n'),
      [
        text,
        faults === undefined ? 'no faults' : `faults ${JSON.stringify(faults)}`,
        ...differences.map(({ ways, text: found }) => `${ways}:\n${found}`),
        ...outcomes,
        plan,
        ...tables.map((table, i) => tableText(table, tableNames[i])),
      ].join('\n\n'),
    );
  }

  private async count(outcome: Outcome, answer: ReturnType<GatewayUnderTest['ask']>): Promise<void> {
    this.tally.statements += 1;
    if (outcome.kind === 'error') {
      this.tally.errors += 1;
      return;
    }
    if (outcome.rows.length > 0) this.tally.withRows += 1;
    for (const { path, index } of (await answer).plan.references) {
      const name = index?.startsWith('composite') === true ? `${path} of several attributes` : path;
      this.tally.paths.set(name, (this.tally.paths.get(name) ?? 0) + 1);
    }
  }
}

/**
 * SQL does not say in which order conditions are tested: a row that DynamoDB leaves out, or that another condition drops
 * first, cannot fail in a cast. So a way of reading everything may fail on a value where pushdown gives rows; pushdown
 * may never fail where another way gives rows.
 */
function isSpared(pushed: Outcome, other: Outcome): boolean {
  // DuckDB's own bugs come by plans that pushdown may make superfluous.
  return pushed.kind === 'rows' && other.kind === 'error' && (other.error === 'value' || other.error === 'duckdb');
}

function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'error') return `fails: ${outcome.message}`;
  const shown = outcome.rows.slice(0, 10);
  return [`${outcome.rows.length} rows of (${outcome.columns.join(', ')})`, ...shown].join('\n   ');
}

function tableText({ items, ...definition }: RandomTable, name = ''): string {
  return [`${name} ${JSON.stringify(definition)}`, ...items.map((item) => JSON.stringify(item))].join('\n');
}

/** Without the runs of dots that only make items long. */
function shortened(text: string): string {
  return text.replace(/\.{100,}/g, (dots) => `<${dots.length} dots>`);
}
