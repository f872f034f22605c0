/** The manual page of this very program. */
import { SETTINGS } from '../../config/settings.ts';
import { COMMANDS } from '../all-commands.ts';
import { ABOUT } from '../call/help.ts';
import { commandTable } from '../completion/table.ts';
import { version } from '../version.ts';
import { manualPage } from './page.ts';

export async function ownManualPage(): Promise<string> {
  const commands = await commandTable(COMMANDS);
  return manualPage({ version, about: ABOUT, commands, settings: SETTINGS });
}
