// Kills its own process, without any clean-up, at the n-th time a named point is passed: RESERVKRAFT_FAULT=mid-ack:3.

const [point, times = '1'] = (process.env['RESERVKRAFT_FAULT'] ?? '').split(':');
let left = Number(times);

export function fault(passed: string): void {
  if (passed !== point) return;
  left--;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
}
