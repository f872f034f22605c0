/** Names of the caller and of the machine, to be replaced wherever they stand. */
import { hostname, userInfo } from 'node:os';
import type { Machine } from '../machine.ts';
import type { KnownNames } from './redact.ts';

/** Of a machine that is not this one nothing is known beforehand. */
export function namesOf(machine: Machine): KnownNames {
  if (!machine.isRunning || machine.isRecording) return { users: [], hosts: [] };
  const full = hostname();
  const variables = ['USER', 'LOGNAME', 'SUDO_USER'].map((name) => machine.env(name));
  const users = variables.flatMap((answer) => (answer.state === 'present' ? [answer.value] : []));
  return {
    users: [accountName(), ...users].filter(Boolean),
    hosts: [full, full.split('.', 1)[0]!].filter(Boolean),
  };
}

/** "" where the caller's user id has no account, as in many containers. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
