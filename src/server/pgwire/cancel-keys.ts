import type { Random } from '../../base/random.ts';

/** Process ids and secrets by which a second connection may cancel what a first one runs. */
export interface CancelKey { readonly processId: number; readonly secret: number }

export class CancelKeys {
  readonly #random: Random;
  readonly #holders = new Map<number, { readonly secret: number; readonly cancel: () => void }>();
  #lastProcessId = 0;

  constructor(random: Random) { this.#random = random; }

  /** A key for as long as the connection lives. The secret is 32 random bits. */
  issue(cancel: () => void): CancelKey {
    do this.#lastProcessId = (this.#lastProcessId % 0x7fff_fffe) + 1; while (this.#holders.has(this.#lastProcessId));
    const bytes = this.#random.bytes(4);
    const secret = new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0);
    this.#holders.set(this.#lastProcessId, { secret, cancel });
    return { processId: this.#lastProcessId, secret };
  }

  withdraw(key: CancelKey): void { this.#holders.delete(key.processId); }

  /** Cancels if both numbers are right. Whether they were is told to nobody. */
  cancel(processId: number, secret: number): void {
    const holder = this.#holders.get(processId);
    if (holder !== undefined && holder.secret === secret) holder.cancel();
  }
}
