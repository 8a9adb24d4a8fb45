import { peak } from '#core/dsp/level.ts';
import { resample } from '#core/dsp/resample.ts';
import { TOWER_RATE, towerMel } from '#core/dsp/towerMel.ts';
import type { PartName, TakeManifest } from '#core/pack/manifest.ts';
import { packParts } from '#core/pack/packParts.ts';
import { stageOf } from '#core/pack/stageOf.ts';
import { createEars, heardPart, textParts } from '#core/pipeline/ears.ts';
import { embedPrompts } from '#core/pipeline/embedPrompts.ts';
import { generate, type Progress } from '#core/pipeline/generate.ts';
import { generatePart } from '#core/pipeline/generatePart.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { TakeSize } from '#core/pipeline/memoryNeed.ts';
import { guidanceRows } from '#core/pipeline/branchesOf.ts';
import { rowByRow } from '#core/pipeline/rowByRow.ts';
import type { BuildJob, BuildProgress } from '../index/buildIndexFile.ts';
import type { Recipe } from '#core/pipeline/recipe.ts';
import { createEditJobs, type EditProgress } from '../edit/editJobs.ts';
import { createExportJobs } from '../export/exportJobs.ts';
import type { ExportProgress } from '../export/pace.ts';
import { listProviders } from '../onnx/providers.ts';
import type { ChosenProviders } from '../providers/chooseProviders.ts';
import type { FallBack } from '../providers/fallbackSessions.ts';
import { fitTake } from '../memory/fitTake.ts';
import { freeMemory } from '../memory/freeMemory.ts';
import { createTrialJobs } from '../providers/trialJobs.ts';
import { writeTake, type WrittenTake } from '../takes/writeTake.ts';
import { canHear, packHash } from '../packs/pack.ts';
import { createLoadedPacks } from './loadedPacks.ts';
import { runJudge } from '../onnx/judge.ts';
import { analyseFile } from '../library/analyseFile.ts';
import type { Region } from '../library/decodedAudio.ts';
import { PEAK, readCanvas, type CanvasFile } from './readCanvas.ts';
import { readSound, type SoundRegion } from './readSound.ts';
import { rememberRuns } from './rememberedRuns.ts';
import { createStageTimer } from './stageTimer.ts';
import { yieldToOthers } from './yieldToOthers.ts';

export type JobProgress = Progress | BuildProgress | EditProgress | ExportProgress;

export interface JobContext {
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
}

export interface PackInput {
  /** Folder of the pack. */
  readonly pack: string;
  /** Of its parts that the CPU does not run; as it is loaded already unless given. */
  readonly providers?: ChosenProviders | undefined;
}

/** What the library is heard with. */
export interface HearingInput {
  /** Folder of a pack that can hear. */
  readonly hearing: string;
}

export interface AnalyseFileInput extends HearingInput {
  readonly path: string;
  /** Those to embed. */
  readonly parts: readonly Region[];
  readonly peaksFolder: string;
}

export interface EmbedAudioInput extends HearingInput {
  readonly samples: Float32Array;
  /** Hz. */
  readonly sampleRate: number;
}

export interface WarmUpInput extends PackInput, HearingInput {
  readonly part: PartName;
  /** Whether it is a part of what hears. */
  readonly hears: boolean;
  readonly size: TakeSize;
}

export interface JudgeInput extends Omit<EmbedAudioInput, 'hearing'> {
  /** File of the ONNX graph. */
  readonly graph: string;
}

/** Where a neighbour lies, and its CLAP embedding by sound where the library has it. */
export interface NeighbourFile extends SoundRegion {
  readonly embedding?: Float32Array | undefined;
}

export interface GenerateInput extends PackInput, HearingInput {
  /** The influence of its neighbours is what this finds out, and (unless it says) which candidate is the best. */
  readonly recipe: Recipe;
  /** Where the recipe's neighbours lie, in its order. */
  readonly sounds: readonly NeighbourFile[];
  /** What the take is made into; only the part that is made is written then, as loud as it fits there. */
  readonly canvas?: CanvasFile | undefined;
  /** Where encoded neighbours are kept from one take to the next. */
  readonly encodedFolder: string;
  /** File to write. */
  readonly out: string;
}

const ROW_BY_ROW =
  'there is little memory: the branches of the guidance were run one after another, which takes longer';

const STAGES = ['encode', 'sample', 'decode', 'vocode', 'choose', 'finish'] as const;
type Stage = (typeof STAGES)[number];

export interface GenerateOutput extends WrittenTake {
  readonly recipe: Recipe;
  readonly warnings: readonly string[];
  /** Providers that failed while it was made, or before. */
  readonly fallBacks: readonly FallBack[];
  /** Milliseconds. Creating sessions counts as setup, whenever it happens. */
  readonly timings: Record<Stage | 'setup', number>;
}

export type Jobs = ReturnType<typeof createJobs>;

/** What the inference process does. The pack that makes takes stays loaded, and the one that hears. */
export function createJobs() {
  const packs = createLoadedPacks();

  return {
    ...createEditJobs(),
    ...createExportJobs(),
    ...createTrialJobs(),

    /** Answers at once, unless another job is running. `peakMemory` in bytes. */
    ping: () => Promise.resolve({ pid: process.pid, peakMemory: process.resourceUsage().maxRSS * 1024 }),

    /** What this process can compute with. */
    providers: () => listProviders(),

    /** Creates sessions ahead of the job that needs them, while the parent has other things to do. */
    async prepare({ parts, ...of }: (PackInput | HearingInput) & { readonly parts: readonly PartName[] }) {
      const { sessions } =
        'pack' in of ? await packs.load(of.pack, of.providers) : await packs.loadHearing(of.hearing);
      await sessions.prepare(parts);
    },

    /**
     * Creates a session that the next take will need.
     * @param size of that take
     * @throws RefoleyError `unavailable` where that take would not fit
     */
    async warmUp({ part, size, ...of }: WarmUpInput) {
      const { manifest, sessions } = await packs.load(of.pack, of.providers);
      const onCpu = (each: PartName) => of.providers?.[each] === undefined;
      fitTake(manifest, size, onCpu, await freeMemory(), process.memoryUsage.rss());
      const { sessions: hearing } = of.hears ? await packs.loadHearing(of.hearing) : { sessions };
      await hearing.prepare([part]);
    },

    /** CLAP embeddings of captions and prompts, unit length. */
    async embedTexts({ hearing, texts }: HearingInput & { readonly texts: readonly string[] }) {
      return createEars(await packs.loadHearing(hearing)).embedTexts(texts);
    },

    /** The least cosine of what a pack that makes takes and the ears make of the same texts; over all of them. */
    async compareTexts({
      pack,
      hearing,
      texts,
    }: PackInput & HearingInput & { readonly texts: readonly string[] }) {
      const own = await embedPrompts(await packs.load(pack), texts);
      const theirs = await createEars(await packs.loadHearing(hearing)).embedTexts(texts);
      return Math.min(...own.map((vector, k) => cosine(vector, theirs[k] ?? vector)));
    },

    /**
     * CLAP embedding of a sound, unit length.
     * @param input `samples` at `sampleRate`, mono, as `heardPart` makes them
     */
    async embedAudio({ hearing, samples, sampleRate }: EmbedAudioInput) {
      return createEars(await packs.loadHearing(hearing)).embedSound(samples, sampleRate);
    },

    /** Decodes a file and finds out what a library wants to know about how it sounds. */
    async analyseFile({ hearing, path, parts, peaksFolder }: AnalyseFileInput) {
      yieldToOthers();
      // As many of these processes as there are cores do nothing else.
      const running = await packs.loadHearing(hearing, 1);
      // A pack that does not load is no fault of the file.
      await running.sessions.prepare(['clapAudio']);
      const ears = createEars(running);
      const embed = (samples: Float32Array, rate: number) =>
        ears.embedSound(heardPart(samples, rate, running.manifest), rate);
      return analyseFile(path, parts, { embed, peaksFolder });
    },

    /** What a judge's graph makes of a sound, prepared as for `embedAudio`. */
    async judge({ graph, samples, sampleRate }: JudgeInput) {
      return runJudge(graph, towerMel(await resample(samples, sampleRate, TOWER_RATE, 'medium')));
    },

    /** Builds and saves an index of the library; FAISS is loaded by the process that does it. */
    async buildIndex(job: BuildJob, { progress }: JobContext): Promise<void> {
      const { buildIndexFile } = await import('../index/buildIndexFile.ts');
      await buildIndexFile(job, progress);
    },

    async generate(
      { recipe, sounds, canvas, out, ...input }: GenerateInput,
      { signal, progress }: JobContext,
    ): Promise<GenerateOutput> {
      const began = performance.now();
      const running = await packs.load(input.pack, input.providers);
      // The ears that the library was heard with, whatever the pack could hear itself.
      const isOne = canHear(running) && running.folder === input.hearing;
      const ears = isOne ? running : await packs.loadHearing(input.hearing);
      const { manifest, sessions } = running;
      const { sampleRate } = manifest.audio;
      const creationTime = () => sessions.creationTime() + (isOne ? 0 : ears.sessions.creationTime());
      const size = { duration: recipe.duration, rows: guidanceRows(recipe, manifest) };
      const onCpu = (part: PartName) => input.providers?.[part] === undefined;
      const fit = fitTake(manifest, size, onCpu, await freeMemory(), process.memoryUsage.rss());
      const loading = performance.now() - began;
      const createdBefore = creationTime();

      // This clock stands still while a session is created.
      const timer = createStageTimer(STAGES, () => performance.now() - creationTime());
      timer.enter('encode');
      const heard = Math.max(secondsAttended(manifest), recipe.start > 0 ? recipe.duration : 0);
      const isStereo = 'channels' in manifest.audio;
      const neighbours = await Promise.all(
        recipe.neighbours.map(async ({ caption, weight }, k) => {
          const sound = sounds[k];
          if (!sound) throw new Error(`no file for neighbour ${k}`);
          const read = await readSound(sound, sampleRate, heard, isStereo && recipe.start > 0);
          const { embedding } = sound;
          return { ...read, caption, weight, embedding, inPromptSpace: recipe.ears && embedding };
        }),
      );
      const encoders = largeEncoders(manifest);
      const hearing = textParts(ears.manifest);
      const watch = {
        signal,
        progress: (now: Progress) => {
          timer.enter(now.stage);
          if (now.stage === 'sample')
            void sessions.release(encoders.filter((part) => !isOne || !hearing.includes(part)));
          progress(now);
        },
      };
      const into = canvas && (await readCanvas(canvas, sampleRate, recipe.duration));
      const sha256 = packHash(manifest);
      const remembered = rememberRuns(running.run, {
        ...{ folder: input.encodedFolder, parts: encoders },
        keyOf: (part) => `${sha256} ${part} ${input.providers?.[part] ?? 'cpu'}`,
      });
      const run = fit === 'together' ? remembered : rowByRow(remembered);
      const models = { ...running, run, ears };
      const { influence, candidate, warnings, ...made } = into
        ? await generatePart(recipe, neighbours, models, watch, into.canvases)
        : await generate(recipe, neighbours, models, watch);
      const finished: Recipe = {
        ...recipe,
        candidate,
        neighbours: recipe.neighbours.map((neighbour, k) => ({ ...neighbour, influence: influence[k] ?? 0 })),
      };
      const channels = into ? fitted(made.channels, into.gain) : made.channels;
      const written = await writeTake(out, channels, finished);

      const timings = { ...timer.times(), setup: loading + creationTime() - createdBefore };
      return {
        ...written,
        recipe: finished,
        warnings: [...warnings, ...(fit === 'together' ? [] : [ROW_BY_ROW])],
        fallBacks: [...sessions.fallBacks],
        timings,
      };
    },
  };
}

/** Seconds of a neighbour that the denoiser attends to. */
function secondsAttended({ audio }: TakeManifest): number {
  return 'fbankFrames' in audio ? (audio.fbankFrames * audio.hop) / audio.sampleRate : 0;
}

/** Of a large pack: what they make of a text or a sound is kept, and they are not. */
function largeEncoders(manifest: TakeManifest): readonly PartName[] {
  if (manifest.format === 1) return [];
  return packParts(manifest).flatMap(({ part }) => (stageOf(part) === 'encode' ? [part] : []));
}

/** As loud as the edited sound, and never louder than its loudest moment. */
function fitted(part: readonly Float32Array[], gain: number): Float32Array[] {
  const turned = Math.max(gain, (gain * peak(part)) / PEAK);
  return part.map((channel) => channel.map((sample) => sample / turned));
}
