using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Targets;

/// <summary>Something that takes QoS 1 publishes.</summary>
interface ITarget
{
    string Name { get; }

    /// <summary>Starts it afresh, on a free port and an empty disk state.</summary>
    Task<RunningTarget> StartAsync(CancellationToken cancellationToken);
}

/// <summary>A started target, until disposed.</summary>
/// <param name="Identity">Of the publisher with this number, from 0.</param>
/// <param name="HttpPort">Of the gateway; null elsewhere.</param>
/// <param name="Parts">Ended in this order.</param>
sealed record RunningTarget(int Port, Func<int, PublisherIdentity> Identity, int? HttpPort, IReadOnlyList<IAsyncDisposable> Parts) : IAsyncDisposable
{
    public IReadOnlyList<PublisherIdentity> Publishers(int count) => [.. Enumerable.Range(0, count).Select(Identity)];

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Parts) await part.DisposeAsync();
    }

    /// <summary>Publishers of a broker that asks for no sign-in.</summary>
    public static PublisherIdentity Anonymous(int number) => new($"bench-{number}", null, $"edgegw/v1/bench-{number}/event/load");
}
