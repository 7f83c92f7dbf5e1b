/**
 * Blocks on their way into files. Cutting never waits for writing, unless two blocks wait already.
 *
 *   cut ─▶ │ block 7 (being written) │ block 8 │ ─▶ generations are dropped, the log is released
 *
 * A block that could not be written stays at the front and is tried again a second later, and so on until it is written. Between two
 * tries whoever would have to wait is told at once what stands in the way.
 */
import { assert } from '../base/assert.ts';
import { startTimer } from '../base/timer.ts';
import type { Block, BlockStore } from './block-store.ts';
import type { RawFile } from './scan/raw-file.ts';

/** More blocks than this wait only while writers wait too. */
export const WAITING_BLOCKS_MAX = 2;
const RETRY_MS = 1000;

export class BlockQueue {
  readonly #store: BlockStore;
  readonly #onWritten: (block: Block, files: ReadonlyMap<Block['tables'][number], RawFile>) => Promise<void>;
  readonly #blocks: Block[] = [];
  #running: Promise<void> | undefined;
  /** Why the first block is not written, and when it is tried again. */
  #failure: { readonly error: unknown; readonly retry: { stop(): void } } | undefined;

  constructor(store: BlockStore, onWritten: (block: Block, files: ReadonlyMap<Block['tables'][number], RawFile>) => Promise<void>) {
    this.#store = store;
    this.#onWritten = onWritten;
  }

  get length(): number { return this.#blocks.length; }

  add(block: Block): void {
    const last = this.#blocks[this.#blocks.length - 1];
    assert(last === undefined || last.head.position < block.head.position, 'blocks are cut in the order of the log');
    this.#blocks.push(block);
    if (this.#failure === undefined) this.#start();
  }

  #start(): void {
    this.#failure?.retry.stop();
    this.#failure = undefined;
    this.#running ??= this.#run().finally(() => { this.#running = undefined; });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    try {
      for (let block = this.#blocks[0]; block !== undefined; block = this.#blocks[0]) {
        const files = await this.#store.writeBlock(block);
        this.#blocks.shift();
        await this.#onWritten(block, files);
      }
    } catch (error) {
      this.#failure = { error, retry: startTimer(RETRY_MS, () => { this.#start(); }) };
    }
  }

  /** Waits until at most `count` blocks wait; throws what keeps them from being written. `isUrgent`: not before one more try. */
  async drainTo(count: number, isUrgent = false): Promise<void> {
    if (isUrgent && this.#failure !== undefined) this.#start();
    while (this.#blocks.length > count) {
      if (this.#failure !== undefined) throw this.#failure.error;
      assert(this.#running !== undefined, 'blocks that wait are being written unless that failed');
      await this.#running;
    }
  }

  /** Waits for the block that is being written, if any, and tries no more. */
  async settle(): Promise<void> {
    await this.#running;
    this.#failure?.retry.stop();
  }
}
