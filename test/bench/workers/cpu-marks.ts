/*
 * Loaded before a measured program, ours and theirs alike: tells the CPU time used so far when asked, and does not keep
 * the program from ending.
 */
process.on('message', (asked) => {
  if (asked === 'cpu') process.send!(process.cpuUsage());
});
process.channel?.unref();
