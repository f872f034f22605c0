/**
 * A changed environment for the later steps of a job of GitHub Actions, which reads it from two files: a line in the file
 * $GITHUB_PATH goes in front of PATH, and $GITHUB_ENV has
 *
 *     NAME<<DELIMITER
 *     value, of any number of lines
 *     DELIMITER
 */
import type { EnvironmentChange, PrefixVariables } from '../prefix/use/environment.ts';

export interface GithubLines {
  env: string;
  path: string;
}

/**
 * @param variables what changes; null becomes the empty value, since a step cannot take a variable away
 * @param lists what of it stands in front of PATH
 * @param delimiter that nobody could foresee, and put into a value
 */
export function githubLines(
  variables: EnvironmentChange,
  { lists }: Pick<PrefixVariables, 'lists'>,
  delimiter: string,
): GithubLines {
  const env = Object.entries(variables)
    .filter(([name]) => name !== 'PATH')
    .map(([name, value]) => `${name}<<${delimiter}\n${value ?? ''}\n${delimiter}\n`);
  // Line by line each goes in front of what is there.
  const path = (lists['PATH'] ?? []).toReversed().map((folder) => `${folder}\n`);
  return { env: env.join(''), path: path.join('') };
}
