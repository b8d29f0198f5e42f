using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace EdgeGateway.Devices;

/// <summary>
/// Keeps something running for each line, camera or cabinet that the registry has, as the registry changes. What ends with an exception ends the
/// whole: a gateway that can't seal must stop.
/// </summary>
/// <typeparam name="TPlan">By what it runs: where the plan is not equal any more, it is ended and begun anew.</typeparam>
public abstract class RegistryFollower<TPlan>(IDeviceDirectory directory) : BackgroundService
    where TPlan : IEquatable<TPlan>
{
    readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);

    /// <summary>What is to run, by its name. Called whenever the registry has changed, by one thread at a time.</summary>
    protected abstract IReadOnlyDictionary<string, TPlan> Wanted(DeviceSnapshot devices);

    /// <summary>Runs until the token is set.</summary>
    protected abstract Task RunAsync(string name, TPlan plan, CancellationToken closing);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One slot is enough to say "look again": what does not fit is said already.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Signal() => changed.Writer.TryWrite(true);
        directory.Changed += Signal;
        try
        {
            Signal();
            var look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            while (true)
            {
                await await Task.WhenAny([look, .. _open.Values.Select(open => open.Running)]);
                stoppingToken.ThrowIfCancellationRequested();
                await ReconcileAsync(stoppingToken);
                look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sources close first.
        }
        finally
        {
            directory.Changed -= Signal;
            await CloseAsync([.. _open.Keys]);
        }
    }

    async Task ReconcileAsync(CancellationToken stoppingToken)
    {
        var wanted = Wanted(directory.Current);
        await CloseAsync([.. _open.Keys.Where(name => !wanted.TryGetValue(name, out var plan) || !plan.Equals(_open[name].Plan))]);
        foreach (var (name, plan) in wanted)
        {
            if (_open.ContainsKey(name)) continue;
            var closing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _open.Add(name, new(plan, closing, RunAsync(name, plan, closing.Token)));
        }
    }

    // Together, since each may take its time to finish what it has begun.
    async Task CloseAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names) await _open[name].Closing.CancelAsync();
        try
        {
            await Task.WhenAll(names.Select(name => ClosedAsync(_open[name])));
        }
        finally
        {
            foreach (var name in names)
            {
                _open.Remove(name, out var closed);
                closed?.Closing.Dispose();
            }
        }
    }

    static async Task ClosedAsync(Open open)
    {
        try
        {
            await open.Running;
        }
        catch (OperationCanceledException) when (open.Closing.IsCancellationRequested)
        {
            // As it was told to.
        }
    }

    sealed record Open(TPlan Plan, CancellationTokenSource Closing, Task Running);
}

/// <summary>A device as the registry has it now: another one where its entry or its profile is, since all that it sends names both.</summary>
public readonly record struct DevicePlan(Device Device)
{
    public bool Equals(DevicePlan other) =>
        Device.Id == other.Device.Id && Device.RegistryLeaf == other.Device.RegistryLeaf && Device.Profile.Sha256 == other.Device.Profile.Sha256;

    public override int GetHashCode() => HashCode.Combine(Device.Id, Device.RegistryLeaf, Device.Profile.Sha256);
}
