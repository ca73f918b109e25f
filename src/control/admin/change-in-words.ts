/** What of a principal or group is set, for audit: `scopes query, admin; status disabled`. */
export function changeInWords(change: {
  readonly name?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly members?: readonly string[] | undefined;
  readonly status?: string | undefined;
}): string {
  const { name, scopes, groups, members, status } = change;
  const list = (word: string, values: readonly string[] | undefined) =>
    values === undefined ? [] : [`${word} ${values.join(', ') || 'none'}`];
  return [
    ...list('name', name === undefined ? undefined : [name]),
    ...list('scopes', scopes),
    ...list('groups', groups),
    ...list('members', members),
    ...list('status', status === undefined ? undefined : [status]),
  ].join('; ');
}
