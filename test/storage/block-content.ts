import { MICROS_MAX } from '../../src/catalog/table-source.ts';
import type { Value } from '../../src/data/types/value.ts';
import type { BlockChunk, BlockContent } from '../../src/storage/block/block-rows.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';

export interface SampleEvent {
  readonly id: Value;
  readonly op?: number;
  readonly validFrom?: bigint;
  readonly validTo?: bigint;
  readonly document?: Readonly<Record<string, Value>>;
}

/** Events with numbers 1, 2, … and system times 1000, 1001, …, in chunks of `chunkRows`. */
export function blockContent(events: readonly SampleEvent[], chunkRows = 4096, firstSeq = 1): BlockContent {
  const columns = [...new Set(events.flatMap((event) => Object.keys(event.document ?? {})))];
  const chunks: BlockChunk[] = [];
  for (let from = 0; from < events.length; from += chunkRows) chunks.push(blockChunk(events.slice(from, from + chunkRows), firstSeq + from));
  return { schema: 'public', table: 't', columns, chunks };
}

function blockChunk(events: readonly SampleEvent[], firstSeq: number): BlockChunk {
  return {
    rowCount: events.length,
    seq: Float64Array.from(events, (_, i) => firstSeq + i),
    systemFrom: BigInt64Array.from(events, (_, i) => BigInt(1000 + firstSeq + i)),
    validFrom: BigInt64Array.from(events, (event, i) => event.validFrom ?? BigInt(1000 + firstSeq + i)),
    validTo: BigInt64Array.from(events, (event) => event.validTo ?? MICROS_MAX),
    op: Uint8Array.from(events, (event) => event.op ?? 0),
    column: (name): ColumnChunk => chunkOf(events.map((event) => (name === '_id' ? event.id : (event.document?.[name] ?? null)))),
  };
}

/** int64 and text get their typed forms, as live tables give them. */
function chunkOf(values: readonly Value[]): ColumnChunk {
  if (values.length > 0 && values.every((value) => typeof value === 'bigint')) {
    return { form: 'fixed', type: { kind: 'int', bits: 64 }, data: BigInt64Array.from(values as bigint[]), validity: null };
  }
  if (values.length > 0 && values.every((value) => typeof value === 'string')) {
    const parts = values.map((value) => new TextEncoder().encode(value as string));
    const offsets = new Int32Array(parts.length + 1);
    parts.forEach((part, i) => { offsets[i + 1] = (offsets[i] as number) + part.length; });
    const bytes = new Uint8Array(offsets[parts.length] as number);
    parts.forEach((part, i) => { bytes.set(part, offsets[i]); });
    return { form: 'text', offsets, bytes, validity: null };
  }
  return { form: 'values', values };
}
