/** The command line can't be understood. */
export class CliUsage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CliUsage';
  }
}
