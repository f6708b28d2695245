import { readFileSync } from 'node:fs';
import { callByName, methodsOf } from './client.ts';
import { compatibilityDocument, compatibilityFile } from './compatibility.ts';
import { proveDiscovery } from './discovery.proofs.ts';
import { proveMagicLinks } from './magic-links.proofs.ts';
import { proveLoginRules } from './login-rules.proofs.ts';
import { proveMemberAddresses } from './member-addresses.proofs.ts';
import { proveMembers } from './members.proofs.ts';
import { refusedBySdk, notSupported } from './not-supported.ts';
import { proveOrganizations } from './organizations.proofs.ts';
import { proveOtps } from './otps.proofs.ts';
import { proveProject } from './project.proofs.ts';
import { proofs, refusal } from './proofs.ts';
import { proveSessions } from './sessions.proofs.ts';
import { proveWireRules } from './wire-rules.proofs.ts';
import { World } from './world.ts';

let running: World;
const world = () => running;

beforeAll(async () => {
  running = await World.start();
}, 60_000);
afterAll(() => running?.stop());

describe('the SDK, unmodified, finds', () => {
  describe('organizations', () => {
    proveOrganizations(world);
  });
  describe('members', () => {
    proveMembers(world);
    proveMemberAddresses(world);
  });
  describe('e-mail links', () => {
    proveMagicLinks(world);
  });
  describe('e-mail codes', () => {
    proveOtps(world);
  });
  describe('discovery', () => {
    proveDiscovery(world);
  });
  describe('sessions', () => {
    proveSessions(world);
  });
  describe('the project', () => {
    proveProject(world);
  });
  describe('the rules of the wire', () => {
    proveWireRules(world);
    proveLoginRules(world);
  });
});

describe('of the methods of the SDK', () => {
  const methods = () => methodsOf(world().client);

  it('there are 127', () => {
    expect(new Set(methods()).size).toBe(127);
    expect(methods()).toHaveLength(127);
  });

  it('none is claimed both to work and not to', () => {
    expect([...proofs.declared].filter((name) => notSupported.has(name))).toEqual([]);
  });

  it('none is missing from both lists, and none is listed that does not exist', () => {
    const listed = [...proofs.declared, ...notSupported.keys()];
    expect(listed.toSorted()).toEqual([...methods()].toSorted());
  });

  it('each one not supported says so instead of pretending', async () => {
    for (const name of notSupported.keys()) {
      if (refusedBySdk.has(name)) continue;
      const answer = await refusal(Promise.resolve(callByName(world().client, name, {})));
      expect(`${name}: ${answer}`).toBe(`${name}: route_not_found`);
    }
  });

  it('docs/compatibility.md says what is true today (else run test/conformance/write-compatibility.ts)', () => {
    expect(readFileSync(compatibilityFile, 'utf8')).toBe(compatibilityDocument());
  });

  // Last, because it looks at what ran before.
  it('each one claimed to work has a test that ran and passed', () => {
    expect([...proofs.declared].filter((name) => !proofs.passed.has(name))).toEqual([]);
  });
});
