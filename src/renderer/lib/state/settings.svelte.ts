import { defaultSettings, type Settings } from '#shared/settings.ts';
import { call, on } from '../bridge.ts';

/** The app's settings, as the shell keeps them. */
export class SettingsState {
  now = $state.raw<Settings>(defaultSettings);
  version = $state('');
  platform = $state('');
  dataFolder = $state('');

  async load(): Promise<void> {
    on('settings.changed', (settings) => (this.now = settings));
    const { settings, version, platform, dataFolder } = await call('app.info');
    Object.assign(this, { now: settings, version, platform, dataFolder });
  }

  async change(part: Partial<Settings>): Promise<void> {
    this.now = { ...this.now, ...part };
    this.now = await call('settings.change', part);
  }
}
