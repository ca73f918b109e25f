import type { AttributeValue } from '../../../dynamodb/attribute-value.js';

/**
 * A condition in DynamoDB's terms. Each is true of an item at least whenever the SQL condition it stands for is true;
 * `Translated.exact` says whether it is true only then.
 */
export type Predicate =
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly op: CompareOp; readonly value: AttributeValue }
  | { readonly kind: 'in'; readonly path: AttributePath; readonly values: readonly AttributeValue[] }
  | { readonly kind: 'begins-with'; readonly path: AttributePath; readonly prefix: string }
  | { readonly kind: 'contains'; readonly path: AttributePath; readonly value: AttributeValue }
  /** The attribute has a value that the column reads: `type` undefined means any but NULL. */
  | { readonly kind: 'present'; readonly path: AttributePath; readonly type: AttributeType | undefined }
  /** The column reads NULL: the attribute is missing, NULL, or of another type. */
  | { readonly kind: 'absent'; readonly path: AttributePath; readonly type: AttributeType | undefined }
  | { readonly kind: 'and'; readonly terms: readonly Predicate[] }
  | { readonly kind: 'or'; readonly terms: readonly Predicate[] };

export type CompareOp = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** An attribute, map members (text) and list positions (0-based) inside it. */
export type AttributePath = readonly [string, ...(string | number)[]];

export interface Translated {
  readonly predicate: Predicate;
  readonly exact: boolean;
}

/** One conjunct of a reference's condition: its SQL text, and what of it DynamoDB can be asked. */
export interface Conjunct {
  readonly sql: string;
  readonly translated: Translated | undefined;
}

/** Every attribute path that a predicate reads. */
export function pathsOf(predicate: Predicate): AttributePath[] {
  return predicate.kind === 'and' || predicate.kind === 'or' ? predicate.terms.flatMap(pathsOf) : [predicate.path];
}
