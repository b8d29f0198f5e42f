using System.Diagnostics;

namespace EdgeGateway.Benchmarks.Load;

/// <summary>Publishes from many connections at once and measures what comes back.</summary>
static class LoadGenerator
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan PaceTick = TimeSpan.FromMilliseconds(5);

    /// <exception cref="LoadFailedException">A publisher was refused or cut off.</exception>
    public static async Task<LoadResult> RunAsync(
        string host, int port, IReadOnlyList<PublisherIdentity> publishers, LoadPlan plan, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(plan.WarmUp + plan.Measured + Patience);
        try
        {
            return await MeasureAsync(host, port, publishers, plan, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LoadFailedException($"{host}:{port} acknowledged nothing any more for {Patience.TotalSeconds} s");
        }
    }

    static async Task<LoadResult> MeasureAsync(
        string host, int port, IReadOnlyList<PublisherIdentity> publishers, LoadPlan plan, CancellationToken cancellationToken)
    {
        var connections = new List<PublisherConnection>();
        try
        {
            foreach (var publisher in publishers)
            {
                connections.Add(await PublisherConnection.OpenAsync(host, port, publisher, plan, cancellationToken));
            }

            var clock = new LoadClock(plan);
            var tallies = await Task.WhenAll(connections.Select(connection => Task.Run(
                () => plan.Rate is { } rate
                    ? PacedAsync(connection, plan, clock, (double)rate / publishers.Count, cancellationToken)
                    : FlatOutAsync(connection, plan, clock, cancellationToken),
                cancellationToken)));
            var all = new LatencyHistogram();
            foreach (var tally in tallies) all.Add(tally);
            return new LoadResult(all.Count, plan.Measured, all.Percentile(0.5), all.Percentile(0.99));
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    /// <summary>A new message for each acknowledgement.</summary>
    static async Task<LatencyHistogram> FlatOutAsync(PublisherConnection connection, LoadPlan plan, LoadClock clock, CancellationToken cancellationToken)
    {
        var tally = new LatencyHistogram();
        var packetIds = new ushort[plan.Window];
        for (var i = 0; i < packetIds.Length; i++) packetIds[i] = (ushort)(i + 1);
        await connection.SendAsync(packetIds, cancellationToken);
        while (true)
        {
            var count = await connection.ReceiveAsync(packetIds, cancellationToken);
            if (count == 0) throw new LoadFailedException("the broker closed the connection");
            if (clock.IsOver) return tally;
            Count(connection, packetIds.AsSpan(0, count), clock, tally);
            await connection.SendAsync(packetIds.AsMemory(0, count), cancellationToken);
        }
    }

    /// <summary>At a rate; what the window holds back is sent as soon as there is room, so that the rate holds on average.</summary>
    static async Task<LatencyHistogram> PacedAsync(
        PublisherConnection connection, LoadPlan plan, LoadClock clock, double rate, CancellationToken cancellationToken)
    {
        var tally = new LatencyHistogram();
        var free = new Stack<ushort>(Enumerable.Range(1, plan.Window).Select(id => (ushort)id));
        var acknowledged = new ushort[plan.Window];
        var sending = new ushort[plan.Window];
        var sent = 0L;
        var receiving = connection.ReceiveAsync(acknowledged, cancellationToken).AsTask();
        using var timer = new PeriodicTimer(PaceTick);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        while (!clock.IsOver)
        {
            var allowed = Math.Min((long)(clock.Elapsed.TotalSeconds * rate) - sent, free.Count);
            if (allowed > 0)
            {
                for (var i = 0; i < allowed; i++) sending[i] = free.Pop();
                await connection.SendAsync(sending.AsMemory(0, (int)allowed), cancellationToken);
                sent += allowed;
            }

            if (await Task.WhenAny(receiving, tick) == tick)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                continue;
            }

            var count = await receiving;
            if (count == 0) throw new LoadFailedException("the broker closed the connection");
            Count(connection, acknowledged.AsSpan(0, count), clock, tally);
            foreach (var packetId in acknowledged.AsSpan(0, count)) free.Push(packetId);
            receiving = connection.ReceiveAsync(acknowledged, cancellationToken).AsTask();
        }

        return tally;
    }

    static void Count(PublisherConnection connection, ReadOnlySpan<ushort> packetIds, LoadClock clock, LatencyHistogram tally)
    {
        if (!clock.IsMeasured) return;
        foreach (var packetId in packetIds) tally.Add(connection.Age(packetId));
    }

    /// <summary>Warm-up, measured time, end: the same for all publishers.</summary>
    sealed class LoadClock(LoadPlan plan)
    {
        readonly long _started = Stopwatch.GetTimestamp();

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

        public bool IsMeasured => Elapsed >= plan.WarmUp;

        public bool IsOver => Elapsed >= plan.WarmUp + plan.Measured;
    }
}
