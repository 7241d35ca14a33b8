export interface Prepared {
  readonly check: number
  readonly run: (count: number) => unknown
}
export declare const serve: (
  tasks: Readonly<Record<string, (threads: number) => Prepared | Promise<Prepared>>>,
  version: string,
) => Promise<void>
