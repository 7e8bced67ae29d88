/*
 * Loaded before a measured program, ours and theirs alike: tells the CPU time used so far, or what it holds after garbage
 * was collected, when asked, and does not keep the program from ending.
 */
process.on('message', (asked) => {
  if (asked === 'cpu') process.send!(process.cpuUsage());
  if (asked === 'memory') void collected().then(() => process.send!(process.memoryUsage()));
});
process.channel?.unref();

/** Collects more than once: what a collection finalises, the next one frees. */
async function collected(): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
