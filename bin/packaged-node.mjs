// The Node that Varve runs on: this one if it is new enough, else the one that came along as a package.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The oldest Node that has everything Varve uses. */
export const NODE_VERSION_MIN = [24, 11];

const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > NODE_VERSION_MIN[0] || (major === NODE_VERSION_MIN[0] && minor >= NODE_VERSION_MIN[1]);
};

/** Path of a Node that is new enough. Throws with advice when neither this process nor a package has one. */
export function packagedNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    let root;
    try { root = path.dirname(require.resolve(`${name}/package.json`)); } catch { continue; }
    const binary = path.join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  }
  throw new Error(`Varve needs Node ${NODE_VERSION_MIN.join('.')} or later; this is ${process.versions.node} and no packaged Node for ${process.platform}-${process.arch} is installed. Install a newer Node, or run "npm ci" without --omit=optional.`);
}
