/** Where a table is, by its ARN; undefined where it has none of AWS's form, as in a local DynamoDB (account 000000000000). */
export function parseTableArn(
  arn: string | undefined,
): { readonly region: string; readonly accountId: string } | undefined {
  const [, region, accountId] = /^arn:aws[a-z-]*:dynamodb:([^:]+):(\d{12}):table\//.exec(arn ?? '') ?? [];
  if (region === undefined || accountId === undefined || /^0+$/.test(accountId)) return undefined;
  return { region, accountId };
}
