/** What is wrong with a value that was typed, in a sentence for the person who typed it. */
export interface NameProblem {
  readonly problem: string;
}

/** Each check returns undefined for a good value, so that a form can ask while somebody types. */
export type NameCheck = (text: string) => NameProblem | undefined;

/** As in the configuration: a name that SQL can say without quotes. It stands in comments and tags of what is handed out. */
export const checkSchemaName: NameCheck = (text) =>
  /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text)
    ? undefined
    : bad('The name of a schema has letters, digits and underscores.');

export const checkAccountId: NameCheck = (text) => {
  if (/^\d{12}$/.test(text)) return undefined;
  if (/^\d{4}-\d{4}-\d{4}$/.test(text))
    return bad(`Write the account ID without hyphens: ${text.replaceAll('-', '')}.`);
  const digits = text.replaceAll(/\D/g, '').length;
  return bad(`An account ID is 12 digits; this has ${digits}${digits === text.length ? '' : ' and other characters'}.`);
};

/** A name such as `HeadgateReadRole`, or with its path: `/teams/data/HeadgateReadRole`. Limits are IAM's. */
export const checkRoleName: NameCheck = (text) => {
  if (text.startsWith('arn:')) return bad('Write the name of the role alone, not its ARN.');
  const { path, name } = splitRoleName(text);
  if (name === '') return bad('The name of the role is missing.');
  if (name.length > 64) return bad(`The name of a role has at most 64 characters; this has ${name.length}.`);
  const wrong = /[^\w+=,.@-]/.exec(name)?.[0];
  if (wrong !== undefined)
    return bad(`The name of a role has letters, digits and +=,.@_-, not ${JSON.stringify(wrong)}.`);
  if (path.length > 512) return bad('The path of a role has at most 512 characters.');
  // IAM takes more, among them signs that mean something else in the policies that name the role.
  if (/[^\w+=,.@/-]/.test(path)) return bad('The path of a role has letters, digits and +=,.@_- between its slashes.');
  if (path.includes('//')) return bad('The path of the role has an empty part.');
  return undefined;
};

/** The path of a role with both its slashes, `/` where there is none, and the name behind it. */
export function splitRoleName(text: string): { readonly path: string; readonly name: string } {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return { path: '/', name: text };
  const path = text.slice(0, slash + 1);
  return { path: path.startsWith('/') ? path : `/${path}`, name: text.slice(slash + 1) };
}

/** By its form alone: AWS adds regions faster than a list here could be kept. */
export const checkRegion: NameCheck = (text) => {
  if (/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(text)) return undefined;
  if (/^[a-z]{2,}(-[a-z]+)+-\d{1,2}[a-z]$/.test(text))
    return bad(`That is an availability zone; the region is ${text.slice(0, -1)}.`);
  return bad('A region looks like eu-central-1.');
};

export const checkExternalId: NameCheck = (text) => {
  if (text.length < 2 || text.length > 1224) return bad('An external ID has 2 to 1224 characters.');
  const wrong = /[^\w+=,.@:/-]/.exec(text)?.[0];
  return wrong === undefined
    ? undefined
    : bad(`An external ID has letters, digits and +=,.@:/_-, not ${JSON.stringify(wrong)}.`);
};

export const checkTableName: NameCheck = (text) => {
  if (text.startsWith('arn:')) return bad('Write the name of the table alone, not its ARN.');
  const wrong = /[^A-Za-z0-9_.-]/.exec(text)?.[0];
  if (wrong !== undefined) return bad(`The name of a table has letters, digits and _.-, not ${JSON.stringify(wrong)}.`);
  if (text.length < 3 || text.length > 255)
    return bad(`The name of a table has 3 to 255 characters; "${text}" has ${text.length}.`);
  return undefined;
};

/** A user, or a role with or without its path, of any account and partition. */
export const checkPrincipalArn: NameCheck = (text) =>
  /^arn:aws(-cn|-us-gov)?:iam::\d{12}:(root|(user|role)\/[\w+=,.@/-]+)$/.test(text)
    ? undefined
    : bad('The ARN of a principal looks like arn:aws:iam::123456789012:role/headgate.');

function bad(problem: string): NameProblem {
  return { problem };
}
