/** As a shell says that a signal ended a program: 130 for SIGINT. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  // Asked for by a call that is interrupted alone: every other would load it for nothing.
  const { constants } = process.getBuiltinModule('node:os');
  return 128 + constants.signals[signal];
}
