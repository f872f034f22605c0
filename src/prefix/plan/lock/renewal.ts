/** The line that writes a lock anew, for hints: where the lock lies, whoever gives them does not know. */
export const RENEWAL = 'gpu-setup lock --upgrade (with --lock FILE, where it is not ./gpu-setup.lock)';

export const RENEW = `${RENEWAL} writes the lock anew, from what the sources have today`;
