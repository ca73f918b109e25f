/**
 * The first tables. Times are timestamptz, ids uuid made by Headgate, units double precision (halves are exact), dollars
 * numeric. Rows that end by themselves have `expires_at`; audit and usage are kept for as long as the settings say.
 */
export const FIRST_TABLES = `
create table headgate.principals (
  id uuid primary key,
  kind text not null check (kind in ('user', 'client')),
  name text not null,
  -- Whoever has the scope admin is an administrator.
  scopes text[] not null,
  -- Raised to make every token that was issued before invalid.
  token_version integer not null default 0,
  created_at timestamptz not null,
  -- Set while it may not sign in; everything that it has is kept.
  disabled_at timestamptz,
  -- When it last got tokens, to the minute.
  last_used_at timestamptz,
  -- Kept when revoked, for the audit records that name it; its name is free again.
  revoked_at timestamptz
);
create unique index principals_name on headgate.principals (kind, lower(name)) where revoked_at is null;

create table headgate.groups (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null
);
create unique index groups_name on headgate.groups (lower(name));

create table headgate.memberships (
  principal_id uuid not null references headgate.principals (id) on delete cascade,
  group_id uuid not null references headgate.groups (id) on delete cascade,
  primary key (principal_id, group_id)
);
create index memberships_group on headgate.memberships (group_id);

create table headgate.credentials (
  principal_id uuid not null references headgate.principals (id) on delete cascade,
  kind text not null check (kind in ('client-secret', 'password', 'setup-link')),
  -- argon2id of a secret or password; SHA-256 of the random token of a set-up link, by which it is found.
  hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (principal_id, kind)
);
create unique index credentials_setup_link on headgate.credentials (hash) where kind = 'setup-link';

create table headgate.access_keys (
  id text primary key,
  principal_id uuid not null references headgate.principals (id) on delete cascade,
  sealed_secret text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index access_keys_principal on headgate.access_keys (principal_id);

create table headgate.grants (
  id uuid primary key,
  principal_id uuid references headgate.principals (id) on delete cascade,
  group_id uuid references headgate.groups (id) on delete cascade,
  schema_name text not null,
  -- Null: all tables of the schema.
  table_name text,
  code text not null check (code in ('R', 'W', 'RW', 'RA', 'RWA', 'A', 'none')),
  created_at timestamptz not null,
  created_by text not null,
  check (num_nonnulls(principal_id, group_id) = 1)
);
create unique index grants_target
  on headgate.grants (coalesce(principal_id, group_id), schema_name, coalesce(table_name, ''));
create index grants_group on headgate.grants (group_id);

-- Null: no limit.
create table headgate.limits (
  principal_id uuid primary key references headgate.principals (id) on delete cascade,
  max_units double precision,
  units_per_day double precision,
  requests_per_minute integer,
  concurrent_statements integer,
  max_rows bigint,
  max_result_bytes bigint,
  timeout_ms integer,
  changed_at timestamptz not null
);

create table headgate.refresh_families (
  id uuid primary key,
  principal_id uuid not null references headgate.principals (id) on delete cascade,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index refresh_families_principal on headgate.refresh_families (principal_id);
create index refresh_families_expiry on headgate.refresh_families (expires_at);

create table headgate.refresh_tokens (
  -- SHA-256 of the random token.
  hash text primary key,
  family_id uuid not null references headgate.refresh_families (id) on delete cascade,
  expires_at timestamptz not null,
  spent_at timestamptz
);
create index refresh_tokens_family on headgate.refresh_tokens (family_id);

create table headgate.signing_keys (
  id text primary key,
  public_key text not null,
  sealed_private_key text not null,
  created_at timestamptz not null,
  -- Set when a newer key takes over: until then its tokens are still good.
  expires_at timestamptz
);

create table headgate.sign_in_failures (
  id uuid primary key,
  -- SHA-256, because people type passwords where names belong.
  name_hash text not null,
  address text not null,
  at timestamptz not null
);
create index sign_in_failures_name on headgate.sign_in_failures (name_hash, at);
create index sign_in_failures_address on headgate.sign_in_failures (address, at);
create index sign_in_failures_at on headgate.sign_in_failures (at);

create table headgate.audit_records (
  sequence bigint primary key check (sequence > 0),
  -- To the millisecond, as it was hashed.
  at timestamptz(3) not null,
  request_id text not null,
  -- No reference: a record outlives what it names.
  principal_id text not null,
  principal_kind text not null,
  principal_name text not null,
  front_end text not null,
  kind text not null,
  statement text,
  subject text,
  tables text[] not null,
  verbs text[] not null,
  decision text not null check (decision in ('allowed', 'refused')),
  -- json, not jsonb: the text is kept as it was when it was hashed.
  decided_by json not null,
  access_paths json not null,
  -- What was spent on each table; the units below are its sums.
  spent json not null,
  read_units double precision not null,
  write_units double precision not null,
  rows bigint not null,
  bytes bigint not null,
  duration_ms double precision not null,
  outcome text not null,
  error_code text,
  role_session text,
  previous_hash text not null,
  hash text not null
);
create index audit_records_at on headgate.audit_records (at);
create index audit_records_principal on headgate.audit_records (principal_id, sequence);
create index audit_records_request on headgate.audit_records (request_id);
create index audit_records_tables on headgate.audit_records using gin (tables);

create table headgate.usage_sums (
  day date not null,
  principal_id text not null,
  schema_name text not null,
  table_name text not null,
  requests bigint not null,
  rows bigint not null,
  bytes bigint not null,
  read_units double precision not null,
  write_units double precision not null,
  dollars numeric not null,
  primary key (day, principal_id, schema_name, table_name)
);
create index usage_sums_principal on headgate.usage_sums (principal_id, day);

create table headgate.schemas (
  id uuid primary key,
  -- Never changes.
  name text not null,
  state text not null check (state in ('pending', 'active', 'failed', 'disabled')),
  -- Region, tables and way in; nothing secret.
  definition json not null,
  -- External ID and keys, as JSON, sealed.
  sealed_secrets text not null,
  -- Raised by every change that ends the connections of before.
  revision integer not null,
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null
);
create unique index schemas_name on headgate.schemas (lower(name));

create table headgate.schema_validations (
  id uuid primary key,
  schema_id uuid not null references headgate.schemas (id) on delete cascade,
  at timestamptz not null,
  ok boolean not null,
  message text not null,
  -- What each step found; the external ID is taken out.
  steps json not null
);
create index schema_validations_schema on headgate.schema_validations (schema_id, at);

create table headgate.settings (
  name text primary key,
  value text not null,
  changed_at timestamptz not null
);
`;
