/** A JSON value as an expression of HCL, laid out as `terraform fmt` does; `depth` is how far its closing bracket is indented. */
export function hclValue(value: unknown, depth: number): string {
  if (typeof value === 'string') return hclString(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  const inner = '  '.repeat(depth + 1);
  const outer = '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((each) => `${inner}${hclValue(each, depth + 1)},\n`).join('')}${outer}]`;
  }
  const members = Object.entries(Object(value)).filter(([, member]) => member !== undefined);
  const written = members.map(([key, member]) => ({ key: hclKey(key), text: hclValue(member, depth + 1) }));
  const lines = written.map(({ key, text }, i) => `${inner}${key.padEnd(keyWidth(written, i))} = ${text}\n`);
  return `{\n${lines.join('')}${outer}}`;
}

/** A quoted string in which nothing is a template. */
export function hclString(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

function hclKey(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : hclString(key);
}

interface Member {
  readonly key: string;
  readonly text: string;
}

/** The equals signs of neighbouring members that take one line each stand below each other. */
function keyWidth(members: readonly Member[], at: number): number {
  if (isLong(members[at])) return 0;
  let first = at;
  while (first > 0 && !isLong(members[first - 1])) first--;
  let end = at + 1;
  while (end < members.length && !isLong(members[end])) end++;
  return Math.max(...members.slice(first, end).map(({ key }) => key.length));
}

function isLong(member: Member | undefined): boolean {
  return member?.text.includes('\n') === true;
}
