import { z } from 'zod';
import { endpoint } from './endpoint.js';

const secret = z.string().min(1).max(4000);

export const tokens = z
  .object({
    accessToken: z.string().describe('A JWT, for `Authorization: Bearer`.'),
    refreshToken: z.string().describe('Good for one refresh.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
    tokenType: z.literal('Bearer'),
  })
  .meta({ id: 'Tokens' });

export const postToken = endpoint({
  method: 'POST',
  path: '/v1/auth/token',
  scope: 'none',
  tag: 'Authentication',
  summary: 'Tokens for a client',
  body: z.strictObject({ clientId: secret, clientSecret: secret }).meta({ id: 'TokenRequest' }),
  data: tokens,
});

export const postRefresh = endpoint({
  method: 'POST',
  path: '/v1/auth/refresh',
  scope: 'none',
  tag: 'Authentication',
  summary: 'New tokens for a refresh token',
  description: 'A refresh token that is sent a second time revokes all tokens that came from it.',
  body: z.strictObject({ refreshToken: secret }).meta({ id: 'RefreshRequest' }),
  data: tokens,
});

export const postSignIn = endpoint({
  method: 'POST',
  path: '/v1/auth/sign-in',
  scope: 'none',
  tag: 'Authentication',
  summary: 'Tokens for a user',
  body: z.strictObject({ name: secret, password: secret }).meta({ id: 'SignInRequest' }),
  data: tokens,
});

export const postSetUp = endpoint({
  method: 'POST',
  path: '/v1/auth/set-up',
  scope: 'none',
  tag: 'Authentication',
  summary: 'Choose the password of a user',
  description:
    'With the token that was shown when the user was made; it works once and for a day. Ends all sessions of the user.',
  body: z.strictObject({ setupToken: secret, password: secret }).meta({ id: 'SetUpRequest' }),
  data: z.object({ id: z.string().describe('Of the user.') }),
});

export const postSignOut = endpoint({
  method: 'POST',
  path: '/v1/auth/sign-out',
  scope: 'none',
  tag: 'Authentication',
  summary: 'End the session of a refresh token',
  description: 'With all access tokens that came from it. A token that is not known is no error.',
  body: z.strictObject({ refreshToken: secret }).meta({ id: 'SignOutRequest' }),
  data: z.object({}),
});

/** The form of POST /oauth2/token (RFC 6749), in which answers and errors are those of OAuth and not the envelope. */
export const oauthForm = z.object({
  grant_type: z.enum(['client_credentials', 'refresh_token']),
  client_id: secret.optional(),
  client_secret: secret.optional(),
  refresh_token: secret.optional(),
  scope: z
    .string()
    .max(1000)
    .optional()
    .describe('Scopes with spaces between them; all that the client has unless given.'),
});

export type OauthForm = z.infer<typeof oauthForm>;
