/** Any of the driver's connections. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

/** All of it or nothing; the connection is the caller's alone meanwhile. */
export async function inTransaction<T>(on: Connection, work: () => Promise<T>): Promise<T> {
  await on.query('BEGIN');
  try {
    const result = await work();
    await on.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that is gone has rolled back already.
    await on.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
