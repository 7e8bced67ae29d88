/** The container's healthcheck: exit 0 where this service says it is ready, 1 with what is missing. */
const { HOST: host = '127.0.0.1', PORT: port = '3000' } = process.env;
const address = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/ready`;

try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(4_000) });
  const report = await answer.text();
  if (!answer.ok) console.error(report);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(`${address}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
