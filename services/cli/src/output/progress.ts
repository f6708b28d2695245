import { Presets, SingleBar } from 'cli-progress';
import { count, seconds } from './words.ts';

export type ProgressFigures = {
  readonly position: number;
  readonly total: number;
  readonly perSecond?: number | null;
  readonly etaSeconds?: number | null;
};

/** One bar for one piece of long work; draws nothing where there is no terminal. */
export class Progress {
  private bar: SingleBar | undefined;

  constructor(
    private readonly title: string,
    private readonly stream: NodeJS.WritableStream | undefined,
  ) {}

  show({ position, total, perSecond, etaSeconds }: ProgressFigures): void {
    if (!this.stream || total === 0) return;
    const payload = {
      at: count(position),
      of: count(total),
      rate: perSecond ? `${count(perSecond)}/s` : '',
      left: etaSeconds === null || etaSeconds === undefined ? '' : `${seconds(etaSeconds)} left`,
    };
    this.bar ??= this.begin(total);
    this.bar.setTotal(total);
    this.bar.update(Math.min(position, total), payload);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private begin(total: number): SingleBar {
    const bar = new SingleBar(
      {
        format: `${this.title} [{bar}] {percentage} %  {at} of {of}  {rate}  {left}`,
        stream: this.stream!,
        hideCursor: true,
        clearOnComplete: true,
      },
      Presets.legacy,
    );
    bar.start(total, 0, { at: '', of: '', rate: '', left: '' });
    return bar;
  }
}
