/**
 * Which files a process has in its memory, from /proc/PID/maps (proc_pid_maps(5)):
 *
 *     7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 1316812    /usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01 (deleted)
 *     7f1c2b000000-7f1c2b001000 rw-s 00000000 00:06 612        /dev/nvidia0
 *
 * The kernel writes a line feed in a name as \012. A file that was replaced or removed since is "(deleted)".
 */
export interface MappedFile {
  path: string;
  deleted: boolean;
}

/** Address, rights, offset, device and inode stand before the name. */
const NAMED =
  /^[0-9a-f]{1,16}-[0-9a-f]{1,16} [rwxsp-]{4} [0-9a-f]{1,16} [0-9a-f:]{3,20} \d{1,20} {1,80}(?=\/)/;
const DELETED = ' (deleted)';
const LONGEST_LINE = 8192;
/** A process may have 65 thousand mappings; of interest are some hundred files. */
const MOST_FILES = 4000;

const LIBRARY =
  /^lib(?:cu[a-zA-Z]|nv|nccl|torch|c10|caffe2|tensorflow|onnxruntime|tensorrt)[\w.+-]{0,120}\.so[\d.]{0,30}$/;
const DEVICE = /^\/dev\/nvidia(?:\d{1,3}|ctl|-uvm)$/;

/** NVIDIA's libraries, those of frameworks and the GPU's device files, each once in the order of the text. */
export function mappedFiles(maps: string): MappedFile[] {
  const files = new Map<string, MappedFile>();
  for (const line of interestingLines(maps)) {
    const file = fileOf(line)!;
    // Of one that was replaced while it was being loaded both may be there.
    files.set(`${file.path}${file.deleted ? DELETED : ''}`, file);
    if (files.size >= MOST_FILES) break;
  }
  return [...files.values()];
}

/** What is judged of the text: names of other files are the business of nobody else. */
export function interestingLines(maps: string): string[] {
  return maps.split('\n').filter((line) => {
    const file = fileOf(line);
    return file !== null && isOfInterest(file.path);
  });
}

const isOfInterest = (path: string): boolean =>
  DEVICE.test(path) || LIBRARY.test(path.slice(path.lastIndexOf('/') + 1));

export const isGpuDevice = (path: string): boolean => DEVICE.test(path);

function fileOf(line: string): MappedFile | null {
  if (line.length > LONGEST_LINE) return null;
  const before = NAMED.exec(line);
  if (before === null) return null;
  const name = line.slice(before[0].length);
  const deleted = name.endsWith(DELETED);
  return { path: deleted ? name.slice(0, -DELETED.length) : name, deleted };
}
