/** What a command has of the outside world. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Everything that comes on standard input, up to its end. */
  readonly input: () => Promise<string>;
  /** Resolves with the name of the first signal that asks the process to stop. */
  readonly stopped: Promise<string>;
}

/** Exit status when something was still under way at the end: files on a volume that does not answer, most likely. */
export const STATUS_NOT_CLOSED = 3;
