using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
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
    bool _isFull;

    /// <summary>Returns when the token is set. An exception of the sealer is not caught: a gateway that can't seal must stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
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
                if (state.Take(chip.Read(pin), _edges.TryRemove(pin, out var edges) ? edges : 0) is { } change) await SealAsync(message, change, stopping);
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

    /// <summary>Waits until it is on disk, or the gateway stops: then its seal goes on. What the contacts do meanwhile is counted, and how they stand then is sealed next.</summary>
    async Task SealAsync(MessageRule message, ContactChange change, CancellationToken stopping)
    {
        var arrival = new Arrival
        {
            Device = device,
            Message = message,
            Payload = ToJson(message, change),
            Interpretation = new Interpretation { Verdict = ParseVerdict.Ok },
            Address = string.Create(CultureInfo.InvariantCulture, $"gpiochip{device.Profile.Chip}:{message.Input!.Pin}"),
            Authentication = Authentication.Line,
            ReceivedAt = time.GetUtcNow(),
        };
        while (!(await (await sealer.SubmitAsync(arrival, stopping)).WaitAsync(stopping)).IsDurable)
        {
            if (!_isFull) LogNotSealed(device.Id, message.Name);
            _isFull = true;
            await Task.Delay(Look, time, stopping);
        }

        _isFull = false;
    }

    void Edge(int pin)
    {
        _edges.AddOrUpdate(pin, 1, (_, edges) => Math.Min(edges + 1, ContactChange.MaximumEdges));
        _changed.Writer.TryWrite(true);
    }

    byte[] ToJson(MessageRule message, ContactChange change)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("contact", message.Name);
            json.WriteBoolean("active", change.IsActive);
            json.WriteString("level", change.IsHigh ? "high" : "low");
            json.WriteNumber("chip", device.Profile.Chip!.Value);
            json.WriteNumber("pin", message.Input!.Pin);
            json.WriteString("at", LedgerTime.Format(change.At));
            json.WriteNumber("edges", change.Edges);
            json.WriteBoolean("initial", change.IsInitial);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    [LoggerMessage(1421, LogLevel.Information, "The contacts of device {Device} are read")]
    partial void LogOpened(DeviceId device);

    [LoggerMessage(1422, LogLevel.Warning, "The contacts of device {Device} can't be read: {Reason} It is tried again until they can")]
    partial void LogNotOpened(DeviceId device, string reason);

    [LoggerMessage(1423, LogLevel.Error, "Contact {Contact} of device {Device} changed and can't be sealed: it is tried again; see the ledger's state and free disk space")]
    partial void LogNotSealed(DeviceId device, string contact);
}
