import type { Row } from './report.ts';

export type BenchOptions = {
  /** Small and short: shows that everything runs, not how fast it is. */
  readonly quick: boolean;
  /** Where the reference packages are; undefined where they could not be had. */
  readonly references: string | undefined;
  /** A directory for files of this run, on the disk that is measured. */
  readonly scratch: string;
  /** Generated data directories, kept between runs. */
  readonly histories: string;
  readonly tell: (text: string) => void;
};

export type Section = {
  readonly name: string;
  readonly title: string;
  /** Why these figures, and how they were taken: one paragraph. */
  readonly about: string;
  readonly run: (options: BenchOptions) => Promise<readonly Row[]>;
};

/** A reference's figure, where there is one. */
export const beside = (name: string, measured: number | undefined): Pick<Row, 'reference'> =>
  measured === undefined ? {} : { reference: { name, measured } };
