// Ends its own thread with an error at a named point: RESERVKRAFT_THROW=after-ledger-commit.

export function fault(passed: string): void {
  if (passed === process.env['RESERVKRAFT_THROW']) throw new RangeError('a fault of ours');
}
