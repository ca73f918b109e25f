/**
 * SQL text as a tree that knows how to become simpler: a failing statement is cut down by replacing any of its nodes with
 * one of that node's simpler forms. Text depends on who is asked in two places only, see `Part`.
 */
export interface Sql {
  readonly parts: readonly Part[];
  /** Made only when asked for: the forms of the forms of a long list would be too many. */
  readonly simpler: () => readonly Sql[];
}

type Part =
  | string
  | Sql
  /** The name of the case's table with this number; every loading of a case gives its tables new names. */
  | { readonly table: number }
  /** `*` over tables, with its qualifier: in plain DuckDB `_item` is a column like all others and has to be left out. */
  | Star;

interface Star {
  readonly star: string;
  readonly exclude: readonly string[];
}

/** Tagged template: text and trees in their order. */
export function sql(texts: TemplateStringsArray, ...values: readonly (Part | number)[]): Sql {
  const parts = texts.flatMap((text, i): Part[] => {
    const value = values[i];
    return [text, ...(value === undefined ? [] : [typeof value === 'number' ? String(value) : value])];
  });
  return { parts: parts.filter((part) => part !== ''), simpler: NONE };
}

/** The tree, which these may replace when a failing statement is cut down. */
export function orSimpler(tree: Sql, ...simpler: readonly Sql[]): Sql {
  return { ...tree, simpler: () => [...simpler, ...tree.simpler()] };
}

/** Text that may also be left out. */
export function optional(tree: Sql): Sql {
  return orSimpler(tree, EMPTY);
}

const NONE = (): readonly Sql[] => [];

export const EMPTY: Sql = { parts: [], simpler: NONE };

/** Trees with a separator between them; simpler without any one of them, as long as one is left. */
export function joined(trees: readonly Sql[], separator: string): Sql {
  const parts = trees.flatMap((tree, i) => (i === 0 ? [tree] : [separator, tree]));
  const simpler = () => trees.map((_, i) => joined(trees.toSpliced(i, 1), separator));
  return { parts, simpler: trees.length < 2 ? NONE : simpler };
}

/** The same without simpler forms, for lists whose length other parts of the statement rely on. */
export function fixed(trees: readonly Sql[], separator: string): Sql {
  return { parts: trees.flatMap((tree, i) => (i === 0 ? [tree] : [separator, tree])), simpler: NONE };
}

export interface Dialect {
  readonly tableNames: readonly string[];
  /** Whether a star leaves out `_item` by itself. */
  readonly hidesItem: boolean;
}

/** The SQL text of a tree. */
export function textOf(tree: Sql, dialect: Dialect): string {
  return tree.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('table' in part) return dialect.tableNames[part.table] ?? '';
      return 'star' in part ? starText(part, dialect) : textOf(part, dialect);
    })
    .join('');
}

function starText({ star, exclude }: Star, { hidesItem }: Dialect): string {
  const excluded = hidesItem ? exclude : ['_item', ...exclude];
  return `${star}*${excluded.length === 0 ? '' : ` EXCLUDE (${excluded.join(', ')})`}`;
}

/** Every tree that differs from this one by one node in a simpler form; the greatest cuts come first. */
export function* simplerTrees(tree: Sql): Generator<Sql> {
  yield* tree.simpler();
  for (const [i, part] of tree.parts.entries()) {
    if (typeof part === 'string' || !('parts' in part)) continue;
    for (const simpler of simplerTrees(part)) {
      // The other simpler forms still hold the old part; they stay, as they are no larger than before.
      yield { parts: tree.parts.with(i, simpler), simpler: tree.simpler };
    }
  }
}
