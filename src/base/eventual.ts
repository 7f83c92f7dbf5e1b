/**
 * Values that are there or will be. What is there is handed on at once: every promise between a client and its answer is a turn of the
 * microtask queue, and most answers wait for nothing.
 */
export type Eventual<T> = T | Promise<T>;
