/** What the tests use of node-postgres, which comes without types. */
declare module 'pg' {
  export interface QueryConfig { readonly name?: string; readonly text: string; readonly values?: readonly unknown[]; readonly rowMode?: 'array'; readonly types?: { getTypeParser(): (text: unknown) => unknown } }
  export interface QueryResult { readonly rows: readonly Record<string, unknown>[]; readonly rowCount: number | null; readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }
  export class Client {
    constructor(options: { host: string; port: number; user: string; database: string; password?: string });
    connect(): Promise<void>;
    query(text: string | QueryConfig, values?: readonly unknown[]): Promise<QueryResult>;
    end(): Promise<void>;
  }
}
