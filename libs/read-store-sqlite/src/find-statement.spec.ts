import { DatabaseSync } from 'node:sqlite';
import type { Filter } from '@muster/eventsourcing';
import { CONTAINS, countStatement, findStatement, rarestFirst, type Statement } from './find-statement.ts';
import { slotSchema } from './slot.schema.ts';

const database = new DatabaseSync(':memory:');
database.exec(slotSchema);
database.function(CONTAINS, { deterministic: true }, () => 1);
afterAll(() => database.close());

const plan = ({ sql, parameters }: Statement) =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters)
    .map(({ detail }) => detail);
const find = (...where: readonly Filter[]) => plan(findStatement(where, '', 100));

const address = { field: 'address', anyOf: ['zoe@example.com'] };
const organization = { field: 'organization', anyOf: ['organization-1'] };

describe('the way to documents', () => {
  it('by one value of one field reads that value’s entries, in order of ids, and sorts nothing', () => {
    expect(find(address)).toStrictEqual([
      'CO-ROUTINE hit',
      'SEARCH e USING PRIMARY KEY (field=? AND value=? AND id>?)',
      'SCAN hit',
      'SEARCH d USING INDEX sqlite_autoindex_documents_1 (id=?)',
    ]);
  });

  it('by several conditions reads the first one’s entries and looks the others up per id', () => {
    expect(find(address, organization)).toStrictEqual([
      'CO-ROUTINE hit',
      'SEARCH e USING PRIMARY KEY (field=? AND value=? AND id>?)',
      'SEARCH f EXISTS USING PRIMARY KEY (field=? AND value=? AND id=?)',
      'SCAN hit',
      'SEARCH d USING INDEX sqlite_autoindex_documents_1 (id=?)',
    ]);
  });

  it('by several values of one field never scans the field', () => {
    const steps = find({ field: 'address', anyOf: ['zoe@example.com', 'kim@example.com'] });
    expect(steps).toContain('SEARCH e USING PRIMARY KEY (field=? AND value=? AND id>?)');
    expect(steps.filter((step) => /^SCAN (e|d)\b/.test(String(step)))).toStrictEqual([]);
  });

  it('by a part of a value reads that field’s entries only', () => {
    expect(find({ field: 'address', contains: 'zoe' })).toContain('SEARCH e USING PRIMARY KEY (field=?)');
  });

  it('to all of them follows the ids', () => {
    expect(find()).toContain('SEARCH documents USING COVERING INDEX sqlite_autoindex_documents_1 (id>?)');
  });

  it('to their number reads no document', () => {
    expect(plan(countStatement([address]))).toStrictEqual([
      'SEARCH e USING PRIMARY KEY (field=? AND value=? AND id>?)',
    ]);
  });

  it('starts from the condition that names the fewest documents; parts of values come last', () => {
    const sizes: Record<string, number> = { status: 1_000, organization: 50, role: 200 };
    const conditions = [
      { field: 'name', contains: 'zoe' },
      { field: 'status', anyOf: ['active'] },
      { field: 'organization', anyOf: ['organization-1'] },
      { field: 'role', anyOf: ['admin'] },
    ];
    const ordered = rarestFirst(conditions, ({ field }) => sizes[field]!);
    expect(ordered.map(({ field }) => field)).toStrictEqual(['organization', 'role', 'status', 'name']);
  });

  it('does not measure where there is nothing to choose', () => {
    const measure = () => {
      throw new Error('measured');
    };
    const conditions = [{ field: 'name', contains: 'zoe' }, address];
    expect(rarestFirst(conditions, measure)).toStrictEqual([address, { field: 'name', contains: 'zoe' }]);
  });
});
