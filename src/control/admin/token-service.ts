import type { Identity } from '../../identity/create-identity.js';
import type { Tokens } from '../../identity/sessions.js';
import type { Call, IssuedTokens, TokenService } from '../../wire/http/contract/http-services.js';
import { codeOf, type Recording, recordAct, recordChange } from './record-act.js';

export interface TokenParts {
  readonly identity: Pick<Identity, 'signIn' | 'refresh' | 'signOut' | 'jwks' | 'users'>;
  /** `iss` of the tokens, as identity was created with it. */
  readonly issuer: () => string;
  readonly recording: Recording;
}

/**
 * Gives out tokens. Tokens are given only when that is recorded. Of failures, wrong credentials are recorded too; a sign-in that
 * is closed is not, so that strangers cannot fill the audit.
 */
export function createTokenService({ identity, issuer, recording }: TokenParts): TokenService {
  return {
    get issuer() {
      return issuer();
    },

    issue: (client, call) =>
      recorded(recording, { kind: 'token.issue', call, asked: client.clientId }, () =>
        identity.signIn.client({ ...client, address: call.address, withRefreshToken: true }),
      ),

    refresh: (refreshToken, call, client) =>
      recorded(recording, { kind: 'token.refresh', call, asked: client?.clientId ?? '' }, async () => {
        const owner =
          client === undefined ? undefined : await identity.signIn.checkClient({ ...client, address: call.address });
        return await identity.refresh(refreshToken, owner?.principalId);
      }),

    signIn: ({ name, password }, call) =>
      recorded(recording, { kind: 'token.sign-in', call, asked: '' }, () =>
        identity.signIn.user({ name, password, address: call.address, withRefreshToken: true }),
      ),

    async setUp({ setupToken, password }, { requestId }) {
      // Who it is, is known only once the token has been taken.
      const actor = { requestId, principal: { kind: 'user' as const, ...UNKNOWN } };
      const id = await recordChange(recording, actor, {
        kind: 'user.set-up',
        subject: 'a set-up token',
        work: () => identity.users.choosePassword(setupToken, password),
        subjectOf: (userId) => `user ${userId}`,
      });
      return { id };
    },

    signOut: (refreshToken) => identity.signOut(refreshToken),

    keys: async () => ({ keys: (await identity.jwks()).keys.map((key) => ({ ...key })) }),
  };
}

interface Asked {
  readonly kind: string;
  readonly call: Call;
  /** What was sent as the id of a client. */
  readonly asked: string;
}

async function recorded(
  recording: Recording,
  { kind, call, asked }: Asked,
  work: () => Promise<Tokens>,
): Promise<IssuedTokens> {
  const began = recording.now();
  const { requestId } = call;
  let tokens: Tokens;
  try {
    tokens = await work();
  } catch (error) {
    const errorCode = codeOf(error);
    if (errorCode === 'UNAUTHENTICATED' || errorCode === 'SCOPE_MISSING') {
      const actor = { requestId, principal: { kind: 'client' as const, ...UNKNOWN } };
      const end = { decision: 'refused', outcome: 'failed', errorCode } as const;
      await recordAct(recording, actor, { kind, subject: safeId(asked), began }, end);
    }
    throw error;
  }
  const { principal, scopes } = tokens;
  const subject = `scopes ${scopes.join(', ') || 'none'}`;
  await recordAct(recording, { requestId, principal }, { kind, subject, began });
  const { accessToken, refreshToken, expiresIn } = tokens;
  // Both ways of getting them asked for one.
  if (refreshToken === undefined) throw new Error('Tokens came without a refresh token.');
  return { accessToken, refreshToken, expiresInSeconds: expiresIn, scopes };
}

/** Who failed to say who it is. */
const UNKNOWN = { id: 'unknown', name: 'unknown' };

/** People send secrets where ids belong: what does not look like an id is not recorded. */
function safeId(asked: string): string {
  return /^[0-9a-f-]{36}$/i.test(asked) ? `client ${asked}` : 'an unknown name';
}
