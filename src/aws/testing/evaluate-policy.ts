import type { PolicyDocument, Statement } from '../policy/document.js';

/** What is asked of IAM. */
export interface IamQuestion {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What IAM says of one policy: an explicit deny wins over an allow. Knows the wildcard and the conditions that are generated here. */
export function evaluatePolicy(
  { Statement }: PolicyDocument,
  question: IamQuestion,
): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const matching = Statement.filter((statement) => matches(statement, question));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'explicit-deny';
  return matching.length > 0 ? 'allow' : 'implicit-deny';
}

function matches(
  { Action, Resource = '*', Condition = {} }: Statement,
  { action, resource, context = {} }: IamQuestion,
): boolean {
  const holds = Object.values(Condition).every((keys) =>
    Object.entries(keys).every(([key, values]) => [values].flat().some((value) => isLike(context[key] ?? '', value))),
  );
  const named = (patterns: string | readonly string[], text: string) =>
    [patterns].flat().some((it) => isLike(text, it));
  return holds && named(Action, action) && named(Resource, resource);
}

/** `*` stands for any text, also one with slashes. */
function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
