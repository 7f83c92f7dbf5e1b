/** Remembering what a client was told, without keeping it: a count and a hash that does not depend on the order of the rows. */
import { ByteWriter, crc32 } from '../base/bytes.ts';
import type { Value } from '../data/types/value.ts';
import { writeValue } from '../storage/log/value-codec.ts';
import type { Told } from './write-statement.ts';

const MASK = (1n << 64n) - 1n;
/** Stands for the transaction's own time, which is another one when it runs again. */
const OWN_TIME: Value = { kind: 'keyword', name: 'varve/own-time' };

export class ToldRows {
  readonly #systemTime: bigint;
  #rowCount = 0;
  #hash = 0n;

  constructor(systemTime: bigint) { this.#systemTime = systemTime; }

  add(row: readonly Value[]): void {
    const writer = new ByteWriter(64);
    for (const value of row) writeValue(writer, this.#isOwnTime(value) ? OWN_TIME : value);
    const bytes = writer.view();
    this.#hash = (this.#hash + ((BigInt(crc32(bytes)) << 32n) | BigInt(crc32(bytes, 0x9e3779b9)))) & MASK;
    this.#rowCount += 1;
  }

  told(): Told { return { rowCount: this.#rowCount, rowsHash: this.#hash }; }

  #isOwnTime(value: Value): boolean {
    return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'timestamptz' && value.unit === 'us' && value.value === this.#systemTime;
  }
}
