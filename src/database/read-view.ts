/**
 * What statements see: a snapshot of their database, and one of each other database that they name, taken when they name it.
 */
import { withSystemTables } from '../catalog/system/system-catalog.ts';
import { MICROS_MIN, type PeerCatalog } from '../catalog/table-source.ts';
import type { Snapshot } from '../storage/storage.ts';
import type { ReadView } from '../tx/statement-environment.ts';
import type { OpenDatabase } from './open-database.ts';

/** Options that move a view away from now. */
export interface ViewOptions {
  /** No later system time is seen, µs. */
  readonly systemMicrosMax?: bigint | undefined;
  readonly clockMicros?: bigint | undefined;
  /** The same for other databases, by name. */
  readonly peerMicrosMax?: ((database: string) => bigint | undefined) | undefined;
}

const earlier = (head: bigint, limit: bigint | undefined): bigint => (limit !== undefined && limit < head ? limit : head);

/**
 * A snapshot as statements see it. CURRENT_TIMESTAMP is never before what the snapshot contains. The snapshot stays the caller's;
 * `release` closes those of other databases.
 */
export function readView(database: OpenDatabase, snapshot: Snapshot, options: ViewOptions = {}): ReadView {
  const head = snapshot.head.systemTime;
  const systemMicros = earlier(head, options.systemMicrosMax);
  const now = database.clock.nowMicros();
  const peers = new PeerSnapshots(database, options.peerMicrosMax);
  const catalog = withSystemTables(snapshot.catalog, database.facts);
  return {
    catalog: { ...catalog, peer: (name) => peers.find(name) },
    declaredType: (schema, table, column) => snapshot.declaredType(schema, table, column),
    clockMicros: options.clockMicros ?? (now > head ? now : head),
    // Before the first transaction there is nothing to see; tokens then name 1970.
    systemMicros: systemMicros === MICROS_MIN ? 0n : systemMicros,
    release: () => { peers.close(); },
  };
}

/** Snapshots of other databases, each opened once. */
class PeerSnapshots {
  readonly #database: OpenDatabase;
  readonly #limitOf: (name: string) => bigint | undefined;
  readonly #open = new Map<string, { readonly snapshot: Snapshot; readonly catalog: PeerCatalog }>();

  constructor(database: OpenDatabase, limitOf: (name: string) => bigint | undefined = () => undefined) {
    this.#database = database;
    this.#limitOf = limitOf;
  }

  find(name: string): PeerCatalog | undefined {
    const known = this.#open.get(name);
    if (known !== undefined) return known.catalog;
    const peer = this.#database.siblings.find(name);
    if (peer === undefined) return undefined;
    const snapshot = peer.storage.snapshot();
    const catalog: PeerCatalog = { ...withSystemTables(snapshot.catalog, peer.facts), systemMicros: earlier(snapshot.head.systemTime, this.#limitOf(name)) };
    this.#open.set(name, { snapshot, catalog });
    return catalog;
  }

  close(): void {
    for (const { snapshot } of this.#open.values()) snapshot.close();
    this.#open.clear();
  }
}
