import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyData, type DataFolder } from './support/dataFolder.ts';
import { runJson } from './support/refoley.ts';

const PROMPT = 'rusty gate creaks open, slow';

let data: DataFolder;
let take: { path: string; sha256: string };
beforeAll(async () => {
  data = await copyData();
  const args = ['generate', PROMPT, '--duration', '1.5', '--steps', '2', '--data', data.path];
  take = (await runJson([...args, '--out', join(data.path, 'take.wav')])).takes[0];
});
afterAll(() => data.remove());

/** On CI a reader that is missing is a failure, not a reason to look away. */
function wanted(command: string, ...args: string[]): boolean {
  return process.env['CI'] === 'true' || spawnSync(command, args).status === 0;
}

function call(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return { stdout, stderr };
}

/** Programs that share no code with Refoley read its files; those that a machine lacks are left out. */
describe('a take, read by others', () => {
  it.runIf(wanted('sox', '--version'))('sox: format, length and level', () => {
    expect(call('soxi', '-r', take.path).stdout.trim()).toBe('48000');
    expect(call('soxi', '-b', take.path).stdout.trim()).toBe('24');
    expect(call('soxi', '-c', take.path).stdout.trim()).toBe('1');
    expect(call('soxi', '-s', take.path).stdout.trim()).toBe('72000');
    const { stderr } = call('sox', take.path, '-n', 'stats');
    const peak = Number(/Pk lev dB\s+(-?[\d.]+)/.exec(stderr)?.[1]);
    expect(peak).toBeLessThanOrEqual(-0.1);
    expect(peak).toBeGreaterThan(-6);
    expect(stderr).not.toContain('WARN');
  });

  it.runIf(wanted('ffprobe', '-version'))('ffprobe: format and description', () => {
    const facts = JSON.parse(
      call('ffprobe', '-v', 'error', '-of', 'json', '-show_streams', '-show_format', take.path).stdout,
    );
    expect(facts.streams[0]).toMatchObject({ codec_name: 'pcm_s24le', sample_rate: '48000', channels: 1 });
    expect(Number(facts.format.duration)).toBe(1.5);
    expect(JSON.stringify(facts.format.tags)).toContain(PROMPT);
  });

  it.runIf(wanted('python3', '-c', 'import wavinfo'))('wavinfo: bext and iXML', () => {
    const script = `import json, sys, wavinfo
info = wavinfo.WavInfoReader(sys.argv[1])
print(json.dumps({"version": info.bext.version, "description": info.bext.description, "originator": info.bext.originator,
                  "loudness": info.bext.loudness_value, "ixml": info.ixml is not None}))`;
    expect(JSON.parse(call('python3', '-c', script, take.path).stdout)).toMatchObject({
      version: 2,
      description: PROMPT,
      originator: 'Refoley',
      ixml: true,
    });
  });
});
