/** A package index for pip on loopback (PEP 503), with small wheels, and the Python of this machine. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface PythonHere {
  /** "3.11" */
  version: string;
  path: string;
}

/** Null where no Python here can make environments. */
export function pythonHere(): PythonHere | null {
  try {
    const code = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';
    const [version, path] = execFileSync('python3', ['-c', code], { encoding: 'utf8' }).split('\n');
    return { version: version!, path: path! };
  } catch {
    return null;
  }
}

/** A wheel of one module with a program; made by Python, which has zipfile. */
const MAKE_WHEEL = `
import sys, zipfile
folder, name, version, needs = sys.argv[1:5]
info = "%s-%s.dist-info/" % (name, version)
with zipfile.ZipFile("%s/%s-%s-py3-none-any.whl" % (folder, name, version), "w") as wheel:
    wheel.writestr(name + ".py", "def main():\\n    print('I am %s %s')\\n" % (name, version))
    requires = "".join("Requires-Dist: %s\\n" % need for need in needs.split(",") if need)
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n%s" % (name, version, requires))
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nsay-%s = %s:main\\n" % (name, name))
    wheel.writestr(info + "RECORD", "")
`;

const WHEELS = [
  ['fakeflow', '1.9.0', 'fakenum<2'],
  ['fakeflow', '2.0.0', ''],
  ['fakenum', '1.16.4', ''],
  ['fakenum', '1.17.0', ''],
] as const;

export interface PythonIndex {
  /** http://127.0.0.1:PORT/simple/ */
  url: string;
  /** Paths that were asked for. */
  asked: readonly string[];
  close(): Promise<void>;
}

/** fakeflow 1.9.0 (needs fakenum) and 2.0.0, fakenum 1.16.4 and 1.17.0; each brings a program say-NAME. */
/** @param wheels an empty folder for them */
export async function pythonIndex(python: PythonHere, wheels: string): Promise<PythonIndex> {
  for (const wheel of WHEELS) execFileSync(python.path, ['-c', MAKE_WHEEL, wheels, ...wheel]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const [, kind, name] = request.url!.split('/');
    const files = readdirSync(wheels).filter((file) => file.startsWith(`${name}-`));
    if (kind === 'simple' && files.length > 0) {
      response.setHeader('content-type', 'text/html');
      response.end(files.map((file) => `<a href="/files/${file}">${file}</a>`).join('\n'));
    } else if (kind === 'files' && readdirSync(wheels).includes(name!)) {
      response.end(readFileSync(join(wheels, name!)));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
