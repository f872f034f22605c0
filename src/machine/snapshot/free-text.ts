/** Files and outputs in which people, pods, volumes and programs are named freely: of each only what is judged stays. */
import { containerWords } from '../facts/platform/virtualization.ts';
import { interestingLines } from '../facts/process/maps.ts';
import { wrappedProgram } from '../facts/toolkit/nvcc.ts';

const CGROUP = /^\/proc\/[^/]+\/cgroup$/;
const MOUNTS = /^\/proc\/[^/]+\/mountinfo$/;
/** A program that runs on the GPU. */
const PROGRAM = /^\/proc\/\d+\/comm$/;
const MAPS = /^\/proc\/\d+\/maps$/;
const STATUS = /^\/proc\/\d+\/status$/;
const CONTAINER_MANAGER = '/run/systemd/container';

/** Null for a file that is no such one. */
export function keptFreeText(path: string, text: string): string | null {
  if (CGROUP.test(path)) return `0::/${containerWords(text).join('/')}\n`;
  if (MOUNTS.test(path)) return keptMounts(text);
  if (PROGRAM.test(path)) return 'program\n';
  if (MAPS.test(path))
    return interestingLines(text)
      .map((line) => `${line}\n`)
      .join('');
  if (STATUS.test(path)) return text.replace(/^(?!State:|Tgid:).*\n?/gm, '');
  if (path === CONTAINER_MANAGER) return keptManager(text);
  return text.startsWith('#!') ? keptScript(text) : null;
}

/** The root file system, where its layers lie by the words that name the engine. */
function keptMounts(mountinfo: string): string {
  return mountinfo
    .split('\n')
    .flatMap((line) => {
      const [mount, filesystem = ''] = line.slice(0, 16_384).split(' - ');
      if (mount?.split(' ')[4] !== '/') return [];
      const type = /^[a-z0-9]{1,16}(?= )/.exec(filesystem)?.[0] ?? 'other';
      return [`1 0 0:1 / / rw - ${type} none rw,lowerdir=/${containerWords(filesystem).join('/')}\n`];
    })
    .join('');
}

function keptManager(text: string): string {
  const word = text.trim();
  if (word === '' || word === 'wsl') return text;
  return `${containerWords(word)[0] ?? 'other'}\n`;
}

/** A wrapper around nvcc: which nvcc it starts. */
function keptScript(script: string): string {
  const program = wrappedProgram(script);
  return program === undefined ? '#!/bin/sh\n' : `#!/bin/sh\nexec "${program}" "$@"\n`;
}

/** "|    0   N/A  N/A      1534      G   /usr/lib/xorg/Xorg                  100MiB |", with and without the two columns. */
const PROCESS =
  /^(\|\s{1,20}\d{1,4}\s{1,20}(?:\S{1,12}\s{1,20}\S{1,12}\s{1,20})?\d{1,10}\s{1,20}[CGMP+]{1,5}\s{1,4})(\S.*?)(\s{1,60}(?:\d{1,9}MiB|N\/A|Usage)\s*\|)/gm;
/** nvidia-smi -q: "Process ID : 1534", then "Type : C", then "Name : /home/..." */
const PROCESS_NAME = /^(\s{1,60}Name\s{1,60}: )(\S.*)$/gm;

/** nvidia-smi -q -x: programs by their whole command lines, and numbers of boards and chassis. */
const XML_PRIVATE =
  /<(process_name|serial|chassis_serial_number|board_serial_number|uuid|gpu_uuid)>[^<]{0,4096}</g;

/** Programs that run on the GPU: how many, of which type, with how much memory; columns stay in place. */
export function keptProcesses(output: string): string {
  return output
    .replace(PROCESS, (_, before: string, name: string, after: string) => before + blank(name) + after)
    .replace(PROCESS_NAME, '$1program')
    .replace(XML_PRIVATE, '<$1>removed<');
}

function blank(name: string): string {
  return 'program'.slice(0, name.length).padEnd(name.length);
}
