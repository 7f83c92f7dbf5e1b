/** The delta's events by entity, without their documents: what settled rows are resolved against. */
import { mapKey, type MapKey } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { rowInChunk } from '../live/live-generation.ts';
import type { EntityEvents } from '../temporal/resolve.ts';
import type { ScanContext } from './scan-context.ts';

interface DeltaEvent { readonly seq: number; readonly systemFrom: bigint; readonly validFrom: bigint; readonly validTo: bigint; readonly op: number }

export type DeltaIndex = ReadonlyMap<MapKey, EntityEvents>;

export async function indexDelta(context: ScanContext): Promise<DeltaIndex> {
  const events = new Map<MapKey, DeltaEvent[]>();
  const add = (key: MapKey, event: DeltaEvent): void => {
    const known = events.get(key);
    if (known === undefined) events.set(key, [event]); else known.push(event);
  };
  for (const file of context.files) {
    const pages = await file.pages();
    for (let index = 0; index < pages.length; index++) {
      const page = await file.readPage(index, []);
      for (let row = 0; row < page.rowCount; row++) {
        add(mapKey(chunkValue(page.ids, row)), {
          seq: page.seq[row] as number, systemFrom: page.systemFrom[row] as bigint, validFrom: page.validFrom[row] as bigint,
          validTo: page.validTo[row] as bigint, op: page.op[row] as number,
        });
      }
    }
  }
  for (const { generation, seq } of context.sources) {
    for (let row = 0; row < generation.rowCount && generation.seqOf(row) <= seq; row++) {
      const chunk = generation.chunkOf(row);
      const at = rowInChunk(row);
      add(mapKey(generation.idOf(row)), {
        seq: chunk.seq[at] as number, systemFrom: chunk.systemFrom[at] as bigint, validFrom: chunk.validFrom[at] as bigint,
        validTo: chunk.validTo[at] as bigint, op: chunk.op[at] as number,
      });
    }
  }
  return new Map(Array.from(events, ([key, list]) => [key, inColumns(list)]));
}

function inColumns(events: DeltaEvent[]): EntityEvents {
  events.sort((a, b) => a.seq - b.seq);
  return {
    count: events.length, seq: events.map((event) => event.seq), systemFrom: events.map((event) => event.systemFrom),
    validFrom: events.map((event) => event.validFrom), validTo: events.map((event) => event.validTo), op: events.map((event) => event.op),
  };
}
