package bench

import (
	"slices"
	"time"
)

// Latencies are the durations of operations.
type Latencies []time.Duration

// Time runs an operation `count` times, one after the other.
func Time(count int, operation func() error) (Latencies, error) {
	times := make(Latencies, count)
	for i := range times {
		start := time.Now()
		if err := operation(); err != nil {
			return nil, err
		}
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	return times, nil
}

// Micros returns a quantile in microseconds.
func (l Latencies) Micros(quantile float64) float64 {
	return float64(l[int(float64(len(l)-1)*quantile)].Nanoseconds()) / 1e3
}

// Median returns the median of durations in any order.
func (l Latencies) Median() float64 {
	sorted := slices.Sorted(slices.Values(l))
	return Latencies(sorted).Micros(0.5)
}
