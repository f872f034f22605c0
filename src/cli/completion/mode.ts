/** The first argument of a call by which the completion of a shell asks for words. */
export const COMPLETE_MODE = '__complete';
