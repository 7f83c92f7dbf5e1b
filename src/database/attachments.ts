/**
 * The list of attached databases: rows of `xt.databases` in the primary database, so that it is written, read and recovered as anything else.
 *
 *   ATTACH   put {_id: name, config}        DETACH   delete
 */
import { CancelFlag } from '../base/cancel.ts';
import { MICROS_MAX, MICROS_MIN } from '../catalog/table-source.ts';
import { chunkValue } from '../data/vector/chunk-value.ts';
import type { Value } from '../data/types/value.ts';
import type { RowEvent } from '../storage/event.ts';
import type { Storage } from '../storage/storage.ts';
import { type BoundStatement, NOTHING_DONE, type WriteStatement } from '../tx/write-statement.ts';

const TABLE = { schema: 'xt', table: 'databases' } as const;

export interface Attachment { readonly name: string; readonly config: string | undefined }

/** Writes one change of the list. */
export class AttachmentStatement implements WriteStatement {
  readonly text: string;
  readonly #event: RowEvent;

  constructor(action: 'attach' | 'detach', { name, config }: Attachment) {
    this.text = `${action.toUpperCase()} DATABASE ${name}`;
    const always = { id: name, validFrom: MICROS_MIN, validTo: MICROS_MAX };
    this.#event = action === 'detach'
      ? { op: 'delete', ...always, document: null }
      : { op: 'put', ...always, document: new Map<string, Value>([['_id', name], ['config', config ?? null]]) };
  }

  bind(): BoundStatement {
    return { reads: [], run: () => Promise.resolve({ ...NOTHING_DONE, changes: [{ kind: 'events', ...TABLE, events: [this.#event] }] }) };
  }
}

/** As of the newest transaction. */
export async function readAttachments(storage: Storage): Promise<readonly Attachment[]> {
  const snapshot = storage.snapshot();
  try {
    const source = snapshot.catalog.table(TABLE.schema, TABLE.table);
    if (source === undefined) return [];
    const now = snapshot.head.systemTime;
    const period = { from: now, to: now + 1n };
    const found: Attachment[] = [];
    for await (const chunk of source.scan({ columns: ['_id', 'config'], valid: period, system: period, clampValid: false, bounds: [] }, new CancelFlag())) {
      const [names, configs] = chunk.columns;
      for (let row = 0; row < chunk.rowCount; row++) {
        const name = names === undefined ? null : chunkValue(names, row);
        const config = configs === undefined ? null : chunkValue(configs, row);
        if (typeof name === 'string') found.push({ name, config: typeof config === 'string' ? config : undefined });
      }
    }
    return found;
  } finally { snapshot.close(); }
}
