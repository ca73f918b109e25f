import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Position } from '../base/errors/headgate-error.js';

export interface YamlContent {
  /** Plain data; texts have been through `transformText`. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Where the value at a path stands, else the nearest thing around it. */
  positionOfValue(path: readonly PropertyKey[]): Position;
  /** Where the key stands that leads to a path. */
  positionOfKey(path: readonly PropertyKey[]): Position;
}

export interface YamlProblem {
  readonly position: Position;
  readonly text: string;
  /** The file is not YAML at all, so that nothing else can be said of it. */
  readonly syntax?: true;
}

export type TransformText = (
  text: string,
) => { readonly kind: 'text'; readonly text: string } | { readonly kind: 'problem'; readonly problem: string };

/**
 * Reads YAML 1.2 into plain data and remembers where everything stood. Never throws: syntax errors and duplicate keys are
 * among the `problems`, and `value` is then what could be read.
 */
export function readYaml(text: string, transformText: TransformText): YamlContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // One slip of indentation makes many errors; the first one is the one to mend.
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const position = positionAt(syntaxError.pos[0]);
    const problem = { position, text: `not valid YAML: ${syntaxError.message}`, syntax: true as const };
    return { value: null, problems: [problem], positionOfValue: () => position, positionOfKey: () => position };
  }
  const walk = new Walk(document, positionAt, transformText);
  const value = walk.read(document.contents, []);
  return {
    value,
    problems: walk.problems,
    positionOfValue: (path) => walk.find(walk.values, path),
    positionOfKey: (path) => walk.keys.get(JSON.stringify(path)) ?? walk.find(walk.values, path),
  };
}

/** One walk over the document: data, positions and problems together. Paths are written as JSON to be map keys. */
class Walk {
  readonly values = new Map<string, Position>();
  readonly keys = new Map<string, Position>();
  readonly problems: YamlProblem[] = [];
  private readonly open = new Set<Node>();

  constructor(
    private readonly document: Document.Parsed,
    private readonly positionAt: (offset: number) => Position,
    private readonly transformText: TransformText,
  ) {}

  read(node: Node | ParsedNode | null | undefined, path: readonly PropertyKey[]): unknown {
    if (node === null || node === undefined) return null;
    const position = this.position(node);
    const pathText = JSON.stringify(path);
    if (!this.values.has(pathText)) this.values.set(pathText, position);
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target !== undefined && !this.open.has(target)) return this.read(target, path);
      return this.fail(position, `nothing before this place has the anchor "&${node.source}"`);
    }
    if (isScalar(node)) return typeof node.value === 'string' ? this.text(node.value, position) : node.value;
    this.open.add(node);
    const value = isMap(node)
      ? this.mapping(node, path)
      : isSeq<Node>(node)
        ? node.items.map((item, index) => this.read(item, [...path, index]))
        : null;
    this.open.delete(node);
    return value;
  }

  find(positions: ReadonlyMap<string, Position>, path: readonly PropertyKey[]): Position {
    for (let length = path.length; length >= 0; length--) {
      const position = positions.get(JSON.stringify(path.slice(0, length)));
      if (position !== undefined) return position;
    }
    return { line: 1, column: 1 };
  }

  private mapping(node: YAMLMap, path: readonly PropertyKey[]): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of node.items) {
      // The parser makes keys and values nodes or null; only documents built by hand hold bare values.
      const key = pair.key as Node | null;
      const position = key === null ? this.position(node) : this.position(key);
      if (!isScalar(key)) {
        this.fail(position, 'a key must be a plain word');
        continue;
      }
      const name = String(key.source ?? key.value);
      const keyPath = [...path, name];
      if (entries.has(name)) {
        const first = this.keys.get(JSON.stringify(keyPath));
        this.fail(position, `duplicate key "${name}", first given at line ${first?.line}`);
        continue;
      }
      this.keys.set(JSON.stringify(keyPath), position);
      entries.set(name, this.read(pair.value as Node | null, keyPath));
    }
    return Object.fromEntries(entries);
  }

  private text(text: string, position: Position): string {
    const outcome = this.transformText(text);
    if (outcome.kind === 'text') return outcome.text;
    this.fail(position, outcome.problem);
    return text;
  }

  private position(node: Node): Position {
    return this.positionAt(node.range?.[0] ?? 0);
  }

  private fail(position: Position, text: string): null {
    this.problems.push({ position, text });
    return null;
  }
}
