using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Verification;

/// <summary>A transcript's evidence messages, each once, and the digests of what was damaged on purpose.</summary>
sealed class TranscriptIndex
{
    readonly Dictionary<(string Device, string Sha256), SentMessage> _messages = [];
    readonly HashSet<(string Device, string Sha256)> _damaged = [];
    readonly Dictionary<(string Device, string Sha256), string> _lies = [];

    public IReadOnlyCollection<SentMessage> Messages => _messages.Values;

    public IEnumerable<string> Devices => _messages.Keys.Concat(_lies.Keys).Select(key => key.Device).Distinct().Order(StringComparer.Ordinal);

    /// <summary>What devices never made, for want of room.</summary>
    public int Withheld { get; private set; }

    public static TranscriptIndex Of(IEnumerable<TranscriptEntry> entries)
    {
        var index = new TranscriptIndex();
        var order = 0L;
        foreach (var entry in entries)
        {
            if (entry.Class is MessageClass.Evidence or MessageClass.Media) index.Add(entry, order++);
            else if (entry.Class == MessageClass.Lie) index._lies.TryAdd((entry.Device, entry.Sha256), $"{entry.Device} #{entry.N}");
        }

        return index;
    }

    public SentMessage? Find(string device, string sha256) => _messages.GetValueOrDefault((device, sha256));

    public bool WasDamaged(string device, string sha256) => _damaged.Contains((device, sha256));

    public int Lies => _lies.Count;

    /// <summary>Which lie these bytes are; null for none.</summary>
    public string? LieOf(string device, string sha256) => _lies.GetValueOrDefault((device, sha256));

    void Add(TranscriptEntry entry, long order)
    {
        var key = (entry.Device, entry.Sha256);
        if (entry.Event == TranscriptEvent.Damaged)
        {
            _damaged.Add(key);
            return;
        }

        if (entry.Event == TranscriptEvent.Withheld)
        {
            Withheld++;
            return;
        }

        if (!_messages.TryGetValue(key, out var message))
        {
            message = new SentMessage(entry.Device, entry.N, entry.Sha256, order) { IsMedia = entry.Class == MessageClass.Media };
            _messages.Add(key, message);
        }

        switch (entry.Event)
        {
            case TranscriptEvent.Sent:
                message.ReadyAt ??= entry.Due ?? entry.At;
                break;
            case TranscriptEvent.Acknowledged:
                message.AcknowledgedOrder ??= order;
                message.IsRefused = false;
                if (message.AcknowledgedIndex is { } before && entry.Index is { } now && now != before) message.IsContradicted = true;
                message.AcknowledgedIndex ??= entry.Index;
                break;
            case TranscriptEvent.Refused:
                message.IsRefused = true;
                break;
            default:
                break;
        }
    }
}
