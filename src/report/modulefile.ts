/**
 * A prefix as a module file for Environment Modules and Lmod: both read Tcl. Unlike the commands of a shell it says what to
 * put in front of a list and not what the list then is, since it is loaded in environments that nobody knows yet.
 */
import { escapeLine } from '../base/escape.ts';
import type { PrefixInfo } from '../machine/records/prefix-manifest.ts';
import type { PrefixVariables } from '../prefix/use/environment.ts';

/** One of a family is loaded at a time, whatever their files are called. */
const FAMILY = 'gpu_setup';

export function moduleFile(
  { name, path, cuda, cudnn }: Pick<PrefixInfo, 'name' | 'path' | 'cuda' | 'cudnn'>,
  { lists, values }: PrefixVariables,
): string {
  const what = tclWord(
    `CUDA ${cuda}${cudnn === null ? '' : ` with cuDNN ${cudnn}`} (prefix ${name} of gpu-setup)`,
  );
  const gone = tclWord(`${path} is gone: gpu-setup list names the prefixes that are there`);
  return `#%Module1.0
# Made by: gpu-setup env ${escapeLine(name)} --format modulefile
set what ${what}
proc ModulesHelp {} { global what; puts stderr $what }
module-whatis $what
if {[module-info mode load] && ![file isdirectory ${tclWord(path)}]} {
    puts stderr ${gone}
    break
}
# Two toolkits at once are none: neither another version in the same folder of modules, nor one in another folder.
if {[file dirname [module-info name]] ne "."} { conflict [file dirname [module-info name]] }
if {[llength [info commands family]] > 0} { family ${FAMILY} }
# Where the module system can, what a variable held before comes back; Lmod's pushenv, from Tcl, does not remember it.
set put setenv
if {[info exists ModuleTool] && $ModuleTool eq "Modules" && [llength [info commands pushenv]] > 0} { set put pushenv }
${Object.entries(values)
  .map(([variable, value]) => `$put ${variable} ${tclWord(value)}\n`)
  .join('')}${Object.entries(lists)
    // The last one to be put in front is the first one in the end.
    .flatMap(([variable, folders]) =>
      folders.toReversed().map((folder) => `prepend-path ${variable} ${tclWord(folder)}\n`),
    )
    .join('')}`;
}

/** One word of Tcl, whatever the text holds: in quotes, these alone mean something. */
function tclWord(text: string): string {
  return `"${escapeLine(text).replace(/[\\"$[\]{}]/g, '\\$&')}"`;
}
