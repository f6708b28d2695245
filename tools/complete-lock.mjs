// Adds to package-lock.json the platform-only optional packages that the registry in use could not serve.
// npm >= 11 leaves them out of the lock, and `npm ci` then refuses it ("Missing: x@ from lock file").
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const pkgs = lock.packages;
const OS = [
  'darwin',
  'linux',
  'win32',
  'freebsd',
  'android',
  'openharmony',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
];
const CPU = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el'];
const resolves = (from, name) => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (pkgs[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
};
let added = 0;
for (const [at, p] of Object.entries(pkgs)) {
  for (const [name, version] of Object.entries(p.optionalDependencies ?? {})) {
    if (resolves(at, name)) continue;
    const parts = name.split(/[-_/]/).map((s) => (s === 'armv7' || /^(gnu|musl)eabihf$/.test(s) ? 'arm' : s));
    pkgs[`node_modules/${name}`] = {
      version,
      cpu: [CPU.find((c) => parts.includes(c)) ?? 'none'],
      optional: true,
      os: [OS.find((o) => parts.includes(o)) ?? 'none'],
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(pkgs).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
console.log(`${added} optional platform packages added`);
