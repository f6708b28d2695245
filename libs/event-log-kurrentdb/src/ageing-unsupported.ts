/** KurrentDB can take whole events away, but not the payload of one that stays: nothing ages in this log (E13). */
export class AgeingUnsupported extends Error {
  constructor() {
    super('a log in KurrentDB keeps its payloads: it cannot drop them and keep the events');
    this.name = 'AgeingUnsupported';
  }
}
