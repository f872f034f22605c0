import { dispatch } from '../../../src/cli/call/dispatch.ts';
import { FIXTURES } from './fixture-commands.ts';

process.exitCode = await dispatch(process.argv.slice(2), FIXTURES);
