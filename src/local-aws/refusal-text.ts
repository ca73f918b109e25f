import type { Refusal } from './policy/decide.js';

/** AWS's text for a refused action; with the policy that refuses it, where the service tells. */
export function refusalText(
  callerArn: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  refusal?: Refusal,
): string {
  const text = `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}`;
  if (refusal === undefined) return text;
  const { explicit, policy } = refusal;
  if (!explicit) return `${text} because no ${policy} policy allows the ${action} action`;
  return `${text} with an explicit deny in ${policy === 'identity-based' ? 'an' : 'a'} ${policy} policy`;
}
