import { besideQueries } from '../../base/memory-budget.ts';
import type { Session, SessionOptions } from '../../database/session.ts';

export type OpenSession = (options: SessionOptions) => Session | Promise<Session>;

/** Bounds on what a client may cost before and after it is known. */
export interface WireLimits {
  /** A start-up or password message, in bytes. */
  readonly startupBytesMax: number;
  /** Any later message, in bytes: it is there as bytes, as text and as what it says, all at once. */
  readonly messageBytesMax: number;
  /** Time from connecting to being let in. */
  readonly authenticationMs: number;
  readonly connectionsMax: number;
}

export const DEFAULT_LIMITS: WireLimits = {
  startupBytesMax: 10_000,
  messageBytesMax: besideQueries(2 ** 30 - 1),
  authenticationMs: 60_000,
  connectionsMax: 4_000,
};
