import assert from 'node:assert/strict';
import { isOfOtherHost, isSameHost, nameOfHost, thisHost } from '../../../src/core/jobs/host';

const ONE_MAC = '+-o J316sAP\n  {\n    "IOPlatformUUID" = "0A1B2C3D-0000-4000-8000-0123456789AB"\n  }\n';
const OTHER_MAC = ONE_MAC.replace('0A1B', 'FFFF');

describe('the machine that works on a job', () => {
  it('is this one by its name, and by nothing that was never said', () => {
    assert.equal(isOfOtherHost({ host: thisHost() }), false);
    assert.equal(isOfOtherHost({}), false);
    assert.equal(isOfOtherHost({ host: `${thisHost()}-2` }), true);
  });

  it('stays the same Mac when another network gives it another name', () => {
    const home = mac('Ms-MacBook.local', ONE_MAC);
    assert.match(home, /^Ms-MacBook\.local \([0-9a-f]{8}\)$/);
    assert.ok(isSameHost(home, mac('dhcp-10-1-2-3.example.com', ONE_MAC)));
    assert.ok(!isSameHost(home, mac('Ms-MacBook.local', OTHER_MAC)), 'two of one name are two');
    assert.equal(mac('Ms-MacBook.local', ''), 'Ms-MacBook.local');
  });

  it('is another one within Windows than around it, and has its name alone everywhere else', () => {
    const windows = nameOfHost('win32', 'desk', facts('', ONE_MAC));
    const within = nameOfHost('linux', 'desk', facts('5.15.0-microsoft-standard-WSL2', ONE_MAC));
    assert.deepEqual([windows, within], ['desk', 'desk (WSL)']);
    assert.ok(!isSameHost(windows, within));
    assert.equal(nameOfHost('linux', 'desk', facts('6.1.0', ONE_MAC)), 'desk');
  });
});

function mac(name: string, platformId: string): string {
  return nameOfHost('darwin', name, facts('23.0.0', platformId));
}

function facts(release: string, platformId: string) {
  return { release: () => release, platformId: () => platformId };
}
