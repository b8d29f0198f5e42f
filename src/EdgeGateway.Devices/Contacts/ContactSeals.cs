using System.Globalization;
using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Contacts;

/// <summary>
/// Seals the changes of one device's contacts, one after the other, while they are read on. Of each contact at most one change waits: what comes
/// meanwhile is put together with it, so that a door that opened and closed while nothing could be sealed is told of by its edges.
/// </summary>
sealed partial class ContactSeals(Device device, ISealer sealer, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Dictionary<string, (MessageRule Message, ContactChange Change)> _waiting = new(StringComparer.Ordinal);
    readonly Channel<bool> _more = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    bool _isFull;

    public void Add(MessageRule message, ContactChange change)
    {
        lock (_lock)
        {
            _waiting[message.Name] = (message, _waiting.TryGetValue(message.Name, out var earlier) ? change.After(earlier.Change) : change);
        }

        _more.Writer.TryWrite(true);
    }

    /// <summary>Ends with the token alone. An exception of the sealer is not caught: a gateway that can't seal must stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _more.Reader.ReadAsync(stopping);
            while (Next() is { } next) await SealAsync(next.Message, next.Change, stopping);
        }
    }

    (MessageRule Message, ContactChange Change)? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return null;
            var next = device.Profile.Messages.Where(message => _waiting.ContainsKey(message.Name)).Select(message => _waiting[message.Name]).MinBy(waiting => waiting.Change.At);
            _waiting.Remove(next.Message.Name);
            return next;
        }
    }

    /// <summary>Waits until it is on disk, or the gateway stops: then its seal goes on.</summary>
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
            await Task.Delay(Retry, time, stopping);
        }

        _isFull = false;
    }

    byte[] ToJson(MessageRule message, ContactChange change) => JsonBytes.Of(json =>
    {
        json.WriteString("contact", message.Name);
        json.WriteBoolean("active", change.IsActive);
        json.WriteString("level", change.IsHigh ? "high" : "low");
        json.WriteNumber("chip", device.Profile.Chip!.Value);
        json.WriteNumber("pin", message.Input!.Pin);
        json.WriteString("at", LedgerTime.Format(change.At));
        json.WriteNumber("edges", change.Edges);
        json.WriteBoolean("initial", change.IsInitial);
    });

    [LoggerMessage(1423, LogLevel.Error, "Contact {Contact} of device {Device} changed and can't be sealed: it is tried again; see the ledger's state and free disk space")]
    partial void LogNotSealed(DeviceId device, string contact);
}
