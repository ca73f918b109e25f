import { z } from 'zod';
import { SCOPES } from '../../../access/principal.js';
import { endpoint, listOf, PAGING } from './endpoint.js';
import { id, name, time } from './envelope.js';

const scopes = z.array(z.enum(SCOPES));
const groups = z.array(id);
const tag = 'Administration';
const scope = 'admin';
const byId = z.strictObject({ id });
const removed = z.object({ id: z.string() });
const paged = z.strictObject(PAGING);

export const clientRecord = z
  .object({
    clientId: z.string(),
    name: z.string(),
    scopes,
    groups,
    status: z.enum(['active', 'disabled']),
    createdAt: time,
    lastUsedAt: time.optional(),
  })
  .meta({ id: 'Client' });
export type ClientRecord = z.infer<typeof clientRecord>;

/** The only answers in which a secret ever stands. */
export const clientWithSecret = clientRecord
  .extend({ clientSecret: z.string().describe('Shown this once.') })
  .meta({ id: 'ClientWithSecret' });
export type ClientWithSecret = z.infer<typeof clientWithSecret>;

const newClient = z
  .strictObject({ name, scopes: scopes.default(['query', 'schemas:read', 'catalog:read']), groups: groups.default([]) })
  .meta({ id: 'NewClient' });
export type NewClient = z.infer<typeof newClient>;

const clientChange = z
  .strictObject({ name, scopes, groups, status: z.enum(['active', 'disabled']) })
  .partial()
  .meta({ id: 'ClientChange' });
export type ClientChange = z.infer<typeof clientChange>;

export const userRecord = z
  .object({
    id: z.string(),
    name: z.string(),
    isAdmin: z.boolean(),
    scopes,
    groups,
    status: z.enum(['invited', 'active', 'disabled']),
    createdAt: time,
  })
  .meta({ id: 'User' });
export type UserRecord = z.infer<typeof userRecord>;

export const invitedUser = userRecord
  .extend({ setupToken: z.string().describe('Lets the user choose a password, once. Shown this once.') })
  .meta({ id: 'InvitedUser' });
export type InvitedUser = z.infer<typeof invitedUser>;

const newUser = z
  .strictObject({
    name,
    isAdmin: z.boolean().default(false),
    scopes: scopes.default(['query', 'schemas:read', 'catalog:read']),
    groups: groups.default([]),
  })
  .meta({ id: 'NewUser' });
export type NewUser = z.infer<typeof newUser>;

const userChange = z
  .strictObject({ isAdmin: z.boolean(), scopes, groups, status: z.enum(['active', 'disabled']) })
  .partial()
  .meta({ id: 'UserChange' });
export type UserChange = z.infer<typeof userChange>;

export const groupRecord = z
  .object({ id: z.string(), name: z.string(), members: z.array(z.string()), createdAt: time })
  .meta({ id: 'Group' });
export type GroupRecord = z.infer<typeof groupRecord>;

const newGroup = z.strictObject({ name, members: z.array(id).default([]) }).meta({ id: 'NewGroup' });
export type NewGroup = z.infer<typeof newGroup>;

const groupChange = z.strictObject({ members: z.array(id) }).meta({ id: 'GroupChange' });
export type GroupChange = z.infer<typeof groupChange>;

export const listClients = endpoint({
  method: 'GET',
  path: '/v1/clients',
  scope,
  tag,
  summary: 'Clients',
  query: paged,
  data: listOf(clientRecord),
});
export const createClient = endpoint({
  method: 'POST',
  path: '/v1/clients',
  scope,
  tag,
  summary: 'A new client',
  body: newClient,
  data: clientWithSecret,
});
export const changeClient = endpoint({
  method: 'PATCH',
  path: '/v1/clients/{id}',
  scope,
  tag,
  summary: 'Change a client',
  params: byId,
  body: clientChange,
  data: clientRecord,
});
export const rotateSecret = endpoint({
  method: 'POST',
  path: '/v1/clients/{id}/secret',
  scope,
  tag,
  summary: 'A new secret; the old one ends at once',
  params: byId,
  data: clientWithSecret,
});
export const removeClient = endpoint({
  method: 'DELETE',
  path: '/v1/clients/{id}',
  scope,
  tag,
  summary: 'Revoke a client and its tokens',
  params: byId,
  data: removed,
});

export const listUsers = endpoint({
  method: 'GET',
  path: '/v1/users',
  scope,
  tag,
  summary: 'Users',
  query: paged,
  data: listOf(userRecord),
});
export const createUser = endpoint({
  method: 'POST',
  path: '/v1/users',
  scope,
  tag,
  summary: 'A new user',
  body: newUser,
  data: invitedUser,
});
export const changeUser = endpoint({
  method: 'PATCH',
  path: '/v1/users/{id}',
  scope,
  tag,
  summary: 'Change a user',
  params: byId,
  body: userChange,
  data: userRecord,
});
export const removeUser = endpoint({
  method: 'DELETE',
  path: '/v1/users/{id}',
  scope,
  tag,
  summary: 'Remove a user',
  params: byId,
  data: removed,
});

export const listGroups = endpoint({
  method: 'GET',
  path: '/v1/groups',
  scope,
  tag,
  summary: 'Groups',
  query: paged,
  data: listOf(groupRecord),
});
export const createGroup = endpoint({
  method: 'POST',
  path: '/v1/groups',
  scope,
  tag,
  summary: 'A new group',
  body: newGroup,
  data: groupRecord,
});
export const changeGroup = endpoint({
  method: 'PATCH',
  path: '/v1/groups/{id}',
  scope,
  tag,
  summary: 'Change who is a member',
  params: byId,
  body: groupChange,
  data: groupRecord,
});
export const removeGroup = endpoint({
  method: 'DELETE',
  path: '/v1/groups/{id}',
  scope,
  tag,
  summary: 'Remove a group',
  params: byId,
  data: removed,
});
