/** `*`: any characters, also none. */
const ANY = Symbol('*');
/** `?`: exactly one character. */
const ONE = Symbol('?');

/** `${name}` of a policy, or `${name, 'fallback'}`. */
interface Variable {
  readonly name: string;
  readonly fallback: string | undefined;
}

/** A text of a policy, cut up: single characters, wildcards, and variables that are filled in for each request. */
export type Pattern = readonly (string | symbol | Variable)[];

export interface PatternForm {
  /** Whether `*` and `?` are wildcards; else they are characters. */
  readonly wildcards: boolean;
  /** Whether `${...}` is a variable: only from policy version 2012-10-17 on. */
  readonly variables: boolean;
}

/** The values of a request's condition keys, by key in lower case. A key that is not there, or has no values, is absent. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/** Cuts up a text of a policy. */
export function parsePattern(text: string, { wildcards, variables }: PatternForm): Pattern {
  const parts: (string | symbol | Variable)[] = [];
  for (let at = 0; at < text.length; ) {
    VARIABLE.lastIndex = at;
    const match = variables ? VARIABLE.exec(text) : null;
    if (match === null) {
      parts.push(wildcards ? plainPart(text.charAt(at)) : text.charAt(at));
      at++;
      continue;
    }
    const [whole, literal, name = '', fallback] = match;
    // `${*}`, `${?}` and `${$}` stand for the characters themselves.
    if (literal !== undefined) parts.push(literal);
    else parts.push({ name: name.toLowerCase(), fallback });
    at += whole.length;
  }
  return parts;
}

/**
 * The pattern with its variables filled in, undefined when one has no value. What is filled in is taken literally, so that
 * a user called `*` is not everybody.
 */
export function fillPattern(pattern: Pattern, context: ConditionContext): Pattern | undefined {
  const parts: (string | symbol)[] = [];
  for (const part of pattern) {
    if (typeof part !== 'object') {
      parts.push(part);
      continue;
    }
    const values = context.get(part.name) ?? [];
    const value = values.length === 1 ? values[0] : part.fallback;
    if (value === undefined) return undefined;
    parts.push(...value.split(''));
  }
  return parts;
}

/** Whether the whole text fits the pattern, whose variables are filled in. */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let at = 0;
  let next = 0;
  // Where to go on after a mismatch: the last star, which then takes one character more.
  let star = -1;
  let starEnd = 0;
  while (at < text.length) {
    const part = pattern[next];
    if (part === ONE || part === text.charAt(at)) {
      next++;
      at++;
    } else if (part === ANY) {
      star = next++;
      starEnd = at;
    } else if (star >= 0) {
      next = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (pattern[next] === ANY) next++;
  return next === pattern.length;
}

/** Whether an ARN fits the pattern part by part: a wildcard does not reach over the colons between the first six. */
export function matchesArn(pattern: Pattern, arn: string): boolean {
  if (pattern.length === 1 && pattern[0] === ANY) return true;
  const parts = splitArn(pattern, (part) => part === ':');
  const texts = splitArn(arn.split(''), (character) => character === ':');
  if (parts.length !== ARN_PARTS || texts.length !== ARN_PARTS) return false;
  return parts.every((part, index) => matchesPattern(part, (texts[index] ?? []).join('')));
}

const ARN_PARTS = 6;
const VARIABLE = /\$\{(?:([*?$])|([\w:./-]+)(?:\s*,\s*'([^']*)')?)\}/y;

function plainPart(character: string): string | symbol {
  if (character === '*') return ANY;
  return character === '?' ? ONE : character;
}

/** Six parts at most: the last one keeps its colons. */
function splitArn<T>(whole: readonly T[], isColon: (part: T) => boolean): readonly (readonly T[])[] {
  const parts: T[][] = [[]];
  for (const each of whole) {
    if (isColon(each) && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(each);
  }
  return parts;
}
