import type { Value } from '../../data/types/value.ts';
import type { MessageWriter } from './message-writer.ts';

/** Writes one cell, length included. The value is not NULL. */
export type CellEncoder = (writer: MessageWriter, value: Exclude<Value, null>) => void;
