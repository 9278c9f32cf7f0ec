import assert from 'node:assert/strict';
import { keepUntouchedCells } from '../../../src/core/engine/corrections';

const original =
  'id,"note",__import_row,__import_reason\r\n' +
  '1,"a\nb",2,"id: bad, very"\r\n' +
  '2,"say ""hi""",5,too long\r\n';

describe('corrections of unimported rows', () => {
  it('come out exactly as they were when nothing was corrected, whatever an editor did to line ends', () => {
    assert.equal(correct(original), original);
    assert.equal(correct(original.replaceAll('\r\n', '\n')), original);
    assert.equal(correct(original.replaceAll(/\r?\n/g, '\r\n')), original);
  });

  it('change the corrected cell alone', () => {
    const edited = original.replace('2,"say', '22,"say').replaceAll(/\r?\n/g, '\r\n');
    assert.equal(correct(edited), original.replace('2,"say', '22,"say'));
  });

  it('keep the kind of line break that a corrected cell had', () => {
    const edited = original.replace('"a\nb"', '"a\r\nB\r\nc"').replaceAll(/\r?\n/g, '\r\n');
    assert.equal(correct(edited), original.replace('"a\nb"', '"a\nB\nc"'));
  });

  it('keep rows apart when lines are moved, deleted or added', () => {
    const [header = '', first = '', second = ''] = original.split(/(?<=\r\n)/);
    assert.equal(correct(header + second + first), header + second + first);
    assert.equal(correct(header + second), header + second);
    assert.equal(correct(`${header}9,new,,\r\n${first}`), `${header}9,new,,\r\n${first}`);
  });

  it('drop empty lines and end the last row', () => {
    assert.equal(correct(`${original.trimEnd()}`), original);
    assert.equal(correct(`${original}\r\n\r\n`), original);
  });
});

function correct(edited: string): string {
  return keepUntouchedCells({ original, edited, delimiter: ',', lineEnd: '\r\n' });
}
