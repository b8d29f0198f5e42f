using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Contacts;

/// <summary>Keeps the inputs of one device open, and seals what its contacts do: how they stand at the beginning, and each change.</summary>
sealed partial class ContactMonitor(Device device, IContactInputs inputs, ISealer sealer, IDevicePresence? presence, TimeProvider time, ILogger logger)
{
    /// <summary>How often levels are read without being told of a change: an edge may be missed.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<int, int> _edges = new();
    readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly ContactSeals _seals = new(device, sealer, time, logger);

    /// <summary>Returns when the token is set. An exception of the sealer is not caught: a gateway that can't seal must stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] both = [_seals.RunAsync(ending.Token), KeepOpenAsync(ending.Token)];
        try
        {
            await await Task.WhenAny(both);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task KeepOpenAsync(CancellationToken stopping)
    {
        var (wait, told) = (FirstWait, (string?)null);
        while (true)
        {
            try
            {
                using var chip = inputs.Open(device.Profile.Chip!.Value, [.. device.Profile.Messages.Select(message => message.Input!)], Edge);
                LogOpened(device.Id);
                (wait, told) = (FirstWait, null);
                presence?.Connected(device, tookOver: false);
                await WatchAsync(chip, stopping);
            }
            catch (IOException exception)
            {
                if (told is null) presence?.Ended(device, ConnectionEnd.Lost);
                if (told != exception.Message) LogNotOpened(device.Id, DisplayText.Of(exception.Message));
                told = exception.Message;
            }

            await Task.Delay(wait, time, stopping);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    async Task WatchAsync(IContactChip chip, CancellationToken stopping)
    {
        var contacts = device.Profile.Messages.Select(message => (Message: message, State: new ContactState(message.Input!, time))).ToList();
        while (true)
        {
            var wait = Look;
            foreach (var (message, state) in contacts)
            {
                var pin = message.Input!.Pin;
                if (state.Take(chip.Read(pin), _edges.TryRemove(pin, out var edges) ? edges : 0) is { } change) _seals.Add(message, change);
                if (state.Left is { } left && left < wait) wait = left;
            }

            await WaitAsync(wait, stopping);
        }
    }

    async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stopping);
        try
        {
            await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time to look again.
        }
    }

    void Edge(int pin)
    {
        _edges.AddOrUpdate(pin, 1, (_, edges) => Math.Min(edges + 1, ContactChange.MaximumEdges));
        _changed.Writer.TryWrite(true);
    }

    [LoggerMessage(1421, LogLevel.Information, "The contacts of device {Device} are read")]
    partial void LogOpened(DeviceId device);

    [LoggerMessage(1422, LogLevel.Warning, "The contacts of device {Device} can't be read: {Reason} It is tried again until they can")]
    partial void LogNotOpened(DeviceId device, string reason);
}
