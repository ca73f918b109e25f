/** An IAM policy, in IAM's own words, so that its JSON is the policy. Members stand in the order in which they are shown. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** As people read it, with a line feed at the end. The same document always gives the same bytes. */
export function policyJson(document: PolicyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** As STS wants a session policy, and as IAM counts its limits: without white space between the words. */
export function compactJson(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** One as it is, several as a list. */
export function oneOrMore(values: readonly string[]): string | readonly string[] {
  const [only, another] = values;
  return only !== undefined && another === undefined ? only : values;
}
