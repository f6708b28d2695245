import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error: a script, without types
import { bundleOf, isFresh, programs, root, stampOf } from '../../tools/programs/programs.mjs';

describe('a program that is started from its sources', () => {
  it.each(Object.entries(programs as Record<string, string>))(
    '%s has its modules in one bundle',
    (name, file) => {
      const bundle = fileURLToPath(bundleOf(join(root, file))!);
      expect(bundle).toMatch(new RegExp(`/${name}\\.mjs$`));
      expect(readFileSync(bundle, 'utf8')).toContain(`// ${file}\n`);
    },
  );

  it('is not bundled where it is watched, so that a change of its sources is noticed', () => {
    process.env['WATCH_REPORT_DEPENDENCIES'] = '1';
    try {
      expect(bundleOf(join(root, programs.server))).toBeUndefined();
    } finally {
      delete process.env['WATCH_REPORT_DEPENDENCIES'];
    }
  });
});

describe('a bundle', () => {
  const file = relative(root, fileURLToPath(import.meta.url));
  const made = { node: process.version, stamps: { [file]: stampOf(file) } };

  it('is fresh while its sources are what they were', () => {
    expect(isFresh(made)).toBe(true);
  });

  it('is not fresh once a source was written again', () => {
    expect(isFresh({ ...made, stamps: { [file]: '1700000000000 12' } })).toBe(false);
  });

  it('is not fresh for another Node', () => {
    expect(isFresh({ ...made, node: 'v1.2.3' })).toBe(false);
  });
});
