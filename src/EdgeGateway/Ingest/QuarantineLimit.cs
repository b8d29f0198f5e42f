using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Ingest;

/// <summary>
/// How many refusals get an entry of their own: a burst per source, then one every few seconds. What is beyond that is
/// counted, and the count goes into the source's next entry. Sources are registered devices, lines and wires, so their
/// number is bounded. Safe for any number of threads.
/// </summary>
sealed class QuarantineLimit(TimeProvider time)
{
    public const int Burst = 20;
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(10);

    readonly Dictionary<(WireKind Wire, string Source), Bucket> _buckets = [];

    /// <param name="suppressed">How many were only counted since the last that was taken; 0 when this one is not.</param>
    public bool TryTake(Refusal refusal, out long suppressed)
    {
        var key = KeyOf(refusal);
        lock (_buckets)
        {
            if (!_buckets.TryGetValue(key, out var bucket)) _buckets[key] = bucket = new Bucket(time.GetTimestamp());
            bucket.Last = WithoutPayload(refusal);
            var earned = (int)Math.Min(Burst, time.GetElapsedTime(bucket.FilledAt) / Refill);
            if (earned > 0)
            {
                bucket.Tokens = Math.Min(Burst, bucket.Tokens + earned);
                bucket.FilledAt = time.GetTimestamp();
            }

            suppressed = 0;
            if (bucket.Tokens == 0)
            {
                bucket.Suppressed++;
                return false;
            }

            bucket.Tokens--;
            (suppressed, bucket.Suppressed) = (bucket.Suppressed, 0);
            return true;
        }
    }

    /// <summary>Takes the counts that no later refusal has carried into the ledger, with the last refusal each counted.</summary>
    public IReadOnlyList<(Refusal Last, long Suppressed)> TakeCounts()
    {
        lock (_buckets)
        {
            var counts = _buckets.Values.Where(bucket => bucket.Suppressed > 0).Select(bucket => (bucket.Last!, bucket.Suppressed)).ToList();
            foreach (var bucket in _buckets.Values) bucket.Suppressed = 0;
            return counts;
        }
    }

    /// <summary>Gives counts back that could not be sealed: the next entry or interval carries them.</summary>
    public void Return(Refusal last, long suppressed)
    {
        lock (_buckets)
        {
            if (_buckets.TryGetValue(KeyOf(last), out var bucket)) bucket.Suppressed += suppressed;
        }
    }

    static (WireKind Wire, string Source) KeyOf(Refusal refusal) =>
        (refusal.Wire, refusal.Device?.Id.Value ?? (refusal.Wire == WireKind.Serial ? refusal.Address : ""));

    /// <summary>A count stands for many, so the bytes of one of them say nothing; and they may be megabytes.</summary>
    static Refusal WithoutPayload(Refusal refusal) => new()
    {
        Reason = refusal.Reason,
        Wire = refusal.Wire,
        Device = refusal.Device,
        Address = refusal.Address,
        Claimed = refusal.Claimed,
        Authentication = refusal.Authentication,
        Payload = default,
        ReceivedAt = refusal.ReceivedAt,
    };

    sealed class Bucket(long filledAt)
    {
        public int Tokens = Burst;
        public long FilledAt = filledAt;
        public long Suppressed;
        public Refusal? Last;
    }
}
