/** A headgate.yaml that explains every key, for `headgate init`. It is valid as it stands, and means the demo. */
export function initialConfig(): string {
  return `# Headgate: what it may read and how.
# \${NAME} and \${NAME:-default} take a value from the environment, anywhere in a value; $$ is a dollar. Inside { } or [ ]
# put it in quotes: { accessKeyId: "\${KEY_ID}" }.

# A schema is one AWS account and region, or one local DynamoDB. SQL says schema.table.
schemas:
  - name: demo # letters, digits and underscores
    # embedded: the DynamoDB that comes with Headgate. A URL: another local one, such as http://localhost:8000.
    # Without this key: Amazon DynamoDB.
    endpoint: embedded
    # Which tables can be read: "*" for all, or a list.
    tables: "*"

  # Amazon DynamoDB, with the credentials that the AWS command line would use. Columns have the types that samples of the
  # items show; declare one where you know better: varchar, date, timestamp, uuid, bigint, hugeint, decimal(p,s), double,
  # boolean, blob, json, or a list such as varchar[].
  #- name: production
  #  region: eu-central-1
  #  credentials: default
  #  tables: [orders, customers]
  #  columns:
  #    orders:
  #      ordered_at: timestamp
  #      total: decimal(18,2)
  #  # Leave out items whose time to live has passed, which DynamoDB deletes only later: true for all tables, or per table
  #  # true, false, or the name of the TTL attribute where the credentials may not ask for it.
  #  hideExpired:
  #    orders: true
  #    customers: expires_at
  #  # Read units per second for one table.
  #  unitsPerSecond:
  #    orders: 500

  # The same with keys of its own.
  #- name: reporting
  #  region: us-east-1
  #  credentials:
  #    accessKeyId: \${REPORTING_KEY_ID}
  #    secretAccessKey: \${REPORTING_SECRET_KEY}
  #    sessionToken: \${REPORTING_SESSION_TOKEN:-}

  # The same by a role in the account of somebody else: no keys are handed over. \`headgate iam policy\` writes what its owner
  # sets up, and \`headgate schema add\` does all of it without this file.
  #- name: partner
  #  region: eu-central-1
  #  credentials:
  #    role: arn:aws:iam::123456789012:role/HeadgateReadRole # or { account: "123456789012", name: HeadgateReadRole }
  #    externalId: \${PARTNER_EXTERNAL_ID}
  #    # Headgate's own credentials, where they are not those of the AWS command line.
  #    profile: gateway
  #  tables: [orders]

  # With a profile of the AWS command line.
  #- name: warehouse
  #  region: eu-central-1
  #  credentials: { profile: warehouse }

# Who may do what. As long as nothing is granted here, the command line may read everything and nobody else anything.
# grantee: local (the command line), client:name, user:name or group:name
# object: a schema, or schema.table, which then counts instead
# access: R read, W write, RW both, RA read and add, RWA all but delete, A all and tables too, none
grants:
  #- grantee: client:reports
  #  object: demo.flights
  #  access: R

# What one statement may use at most.
limits:
  # Read units; 25000 of them read about 200 MB and cost about $0.003.
  maxUnits: 25000
  # Read units per second for each table, so that its other users are not throttled.
  #unitsPerSecond: 1000
  # 500ms, 30s, 5m, 1h
  timeout: 5m
  # Memory for sorting and joining; what does not fit goes to temporary disk.
  #memory: 2GB
  #tempDisk: 10GB

# How \`headgate up\` serves. HEADGATE_DATABASE_URL names a PostgreSQL for its state, HEADGATE_KEY the key for secrets in it.
server:
  host: 127.0.0.1
  httpPort: 8080
  # Of the DynamoDB endpoint, for AWS SDKs and the AWS command line.
  endpointPort: 8001
  # The address as clients know it, where that is another one.
  #publicUrl: https://headgate.example.com
  # Believe X-Forwarded-For, because a proxy of yours sets it.
  #trustProxy: true
  # Show /metrics to everybody, not only to administrators.
  #openMetrics: true

# What is recorded of every statement and every act of administration.
audit:
  # keep or redact: whether the literals of statements are kept, or replaced by ?
  literals: keep
  # Also write each record to this file as a line of JSON; "-" is standard output.
  #file: audit.jsonl
  # How long records are kept in the store; for good without this.
  #retention: 400d

# How Headgate gets into the accounts of others, by roles.
aws:
  # Whom generated trust policies let in: caller (just the identity that Headgate has) or account (its whole account).
  trustPrincipal: caller
  # Let the sessions of roles carry the principal as their source identity; trust policies must then allow it.
  sourceIdentity: false
`;
}
