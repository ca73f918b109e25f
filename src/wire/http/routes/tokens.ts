import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { postRefresh, postSetUp, postSignIn, postSignOut, postToken, type tokens } from '../contract/auth.js';
import type { IssuedTokens } from '../contract/http-services.js';
import { addEndpoint } from '../server/add-endpoint.js';
import type { RouteContext } from './route-context.js';

export function addTokenRoutes(server: FastifyInstance, { services }: RouteContext): void {
  addEndpoint(server, services, {
    endpoint: postToken,
    handle: async ({ body, call }) => answerOf(await services.tokens.issue(body, call)),
  });
  addEndpoint(server, services, {
    endpoint: postRefresh,
    handle: async ({ body, call }) => answerOf(await services.tokens.refresh(body.refreshToken, call)),
  });
  addEndpoint(server, services, {
    endpoint: postSignIn,
    handle: async ({ body, call }) => answerOf(await services.tokens.signIn(body, call)),
  });
  addEndpoint(server, services, { endpoint: postSetUp, handle: ({ body, call }) => services.tokens.setUp(body, call) });
  addEndpoint(server, services, {
    endpoint: postSignOut,
    handle: async ({ body, call }) => {
      await services.tokens.signOut(body.refreshToken, call);
      return {};
    },
  });
}

function answerOf({ accessToken, refreshToken, expiresInSeconds }: IssuedTokens): z.input<typeof tokens> {
  return { accessToken, refreshToken, expiresIn: expiresInSeconds, tokenType: 'Bearer' };
}
