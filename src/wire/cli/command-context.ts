import type { Catalog } from '../../catalog/model.js';
import type { HeadgateConfig } from '../../config/headgate-config.js';
import type { StatementPlan } from '../../query/plan/statement-plan.js';
import type { Engine } from '../../query/statement.js';
import type { OutputStream, Terminal } from './terminal.js';

/** What commands work with. The functions load their modules when they are called, because those are heavy. */
export interface CommandServices {
  readonly terminal: Terminal;
  openGateway(config: HeadgateConfig, options: GatewayOptions): Promise<Gateway>;
  renderPlan(plan: StatementPlan): Promise<string>;
  /** A gateway with all its services, for this command alone: on loopback, on any free port. */
  serve(config: HeadgateConfig, options: GatewayOptions): Promise<OwnServer>;
  /** Seals the secrets of the store with a new key; no gateway may run on it. */
  rotateKey(config: HeadgateConfig): Promise<{ readonly secrets: number; readonly isFile: boolean }>;
  /** Checks the records that the command line keeps itself; undefined where there are none yet. */
  verifyOwnTrail(config: HeadgateConfig, options: VerifyOptions): Promise<TrailReport | undefined>;
  runUp(options: UpOptions, streams: UpStreams, signal: AbortSignal): Promise<void>;
}

export interface CommandContext extends CommandServices {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Engine and catalog of one configuration, for one command. */
export interface Gateway {
  readonly engine: Engine;
  /** What the operator may see. */
  readonly catalog: Catalog;
  close(): Promise<void>;
}

export interface OwnServer {
  readonly url: string;
  /** A bearer token that may administer. */
  readonly operatorKey: string;
  close(): Promise<void>;
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** Told how many records have been looked at. */
  readonly onProgress: (count: number) => void;
}

/** What was found out about an audit trail. */
export interface TrailReport {
  readonly ok: boolean;
  readonly count: number;
  readonly first?: { readonly sequence: number; readonly at: string };
  readonly last?: { readonly sequence: number; readonly at: string };
  readonly head?: { readonly sequence: number; readonly hash: string };
  /** The first hundred of them. */
  readonly problems: readonly { readonly sequence: number; readonly message: string }[];
  readonly problemCount: number;
}

export interface GatewayOptions {
  readonly signal: AbortSignal;
  /** Told in one phrase what the gateway is doing until it is open. */
  readonly onProgress: (text: string) => void;
}

export interface UpOptions {
  /** Load and show the sample data. */
  readonly demo: boolean;
  /** `--config` */
  readonly config: string | undefined;
  /** Of the embedded DynamoDB: 0 means any free port; undefined the usual one. */
  readonly port: number | undefined;
  /** Of the gateway; undefined what the configuration says. */
  readonly host: string | undefined;
  readonly httpPort: number | undefined;
  readonly endpointPort: number | undefined;
  /** Show the sample and end, instead of staying until Ctrl-C. */
  readonly once: boolean;
}

export interface UpStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}
