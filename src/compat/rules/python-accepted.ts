/** Which versions of Python a framework's build is for. */
import pep440 from 'on-demand:@renovatebot/pep440';
import type { FrameworkBuild } from '../frameworks.ts';
import type { Judgement } from './judgement.ts';
import { judged, knownField, refused } from './judged.ts';
import { buildInWords } from './words.ts';

/** @param python "3.12", "3.12.3" */
export function pythonAccepted(build: FrameworkBuild, python: string): Judgement {
  const what = buildInWords(build);
  if (build.python === null)
    return judged('python-of-build', 'unknown', `which Python ${what} is for is in no table`);
  const text = `${what} is for Python ${build.python}`;
  const fact = knownField(build, 'python', text);
  return isIn(python, build.python)
    ? judged('python-of-build', 'yes', text, fact)
    : refused('python-of-build', `${text}, not ${python}`, fact);
}

/** Many builds are for the same range of Python, and reading one takes long. */
const answers = new Map<string, boolean>();

function isIn(python: string, specifier: string): boolean {
  const key = `${python} ${specifier}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = pep440().satisfies(python, specifier);
    answers.set(key, answer);
  }
  return answer;
}
