/**
 * Blocks on their way into files. Cutting never waits for writing, unless two blocks wait already.
 *
 *   cut ─▶ │ block 7 (being written) │ block 8 │ ─▶ generations are dropped, the log is released
 *
 * A block that could not be written stays at the front and is tried again when the next one comes or a writer has to wait.
 */
import { assert } from '../base/assert.ts';
import type { Block, BlockStore } from './block-store.ts';
import type { RawFile } from './scan/raw-file.ts';

/** More blocks than this wait only while writers wait too. */
export const WAITING_BLOCKS_MAX = 2;

export class BlockQueue {
  readonly #store: BlockStore;
  readonly #onWritten: (block: Block, files: ReadonlyMap<Block['tables'][number], RawFile>) => Promise<void>;
  readonly #blocks: Block[] = [];
  #running: Promise<void> | undefined;
  #error: unknown;

  constructor(store: BlockStore, onWritten: (block: Block, files: ReadonlyMap<Block['tables'][number], RawFile>) => Promise<void>) {
    this.#store = store;
    this.#onWritten = onWritten;
  }

  get length(): number { return this.#blocks.length; }

  add(block: Block): void {
    const last = this.#blocks[this.#blocks.length - 1];
    assert(last === undefined || last.head.position < block.head.position, 'blocks are cut in the order of the log');
    this.#blocks.push(block);
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => { this.#running = undefined; });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#error = undefined;
    try {
      for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
        const files = await this.#store.writeBlock(block);
        this.#blocks.shift();
        await this.#onWritten(block, files);
      }
    } catch (error) {
      this.#error = error;
    }
  }

  /** Waits until at most `count` blocks wait; throws what kept them from being written. */
  async drainTo(count: number): Promise<void> {
    if (this.#blocks.length <= count) return;
    if (this.#running !== undefined) await this.#running;
    if (this.#blocks.length <= count) return;
    this.#start();
    await this.#running;
    if (this.#error !== undefined && this.#blocks.length > count) throw this.#error;
    assert(this.#blocks.length <= count, 'a queue without an error has been written');
  }

  /** Waits for the block that is being written, if any. */
  async settle(): Promise<void> { await this.#running; }
}
