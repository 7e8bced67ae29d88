/** What the service's metrics say now. @returns the value of a series as written, `name{label="value"}`; 0 where there is none */
export async function scrape(url: string): Promise<(series: string) => number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
  return (series) => values.get(series) ?? 0;
}
