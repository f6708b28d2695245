/**
 * Looks at something when the metrics are asked for, and sets its gauges at once when it knows: gauges that are set while
 * others are being read would show one half of now and one half of before.
 */
export type Collector = () => Promise<void>;
