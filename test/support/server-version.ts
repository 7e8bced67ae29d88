/** A process of its own that prints the version of the server KURRENTDB_TEST_URL names: the run's reporter asks before it begins. */
import { KurrentConnection } from '@masar/event-store/kurrentdb';

try {
  const url = process.env['KURRENTDB_TEST_URL'] ?? '';
  const connection = await KurrentConnection.open({ url, connectionName: 'masar tests' });
  process.stdout.write(`${await connection.serverVersion()}\n`);
  await connection.close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
